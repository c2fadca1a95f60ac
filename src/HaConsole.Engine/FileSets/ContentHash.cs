using System.Buffers.Binary;
using System.Security.Cryptography;

namespace HaConsole.Engine.FileSets;

/// <summary>
/// What a file holds: the first half of the SHA-256 over its length and the hashes of its blocks, so that a file of which a few blocks are
/// new is checked whole without reading the others again.
/// </summary>
internal static class ContentHash
{
    /// <summary>Block size of files up to 4 GiB, in bytes.</summary>
    public const int SmallestBlock = 128 * 1024;

    private const int MostBlocks = 32768;
    private const int HashBytes = 32;

    [ThreadStatic]
    private static string? lastPath;

    [ThreadStatic]
    private static UInt128 lastPathHash;

    /// <summary>Follows from the length alone: both servers use the same blocks.</summary>
    public static int BlockSize(long length)
    {
        long size = SmallestBlock;
        while (length / size > MostBlocks && size < 1 << 25)
        {
            size *= 2;
        }

        return (int)size;
    }

    public static int BlockCount(long length) => (int)((length + BlockSize(length) - 1) / BlockSize(length));

    public static UInt128 OfBlock(ReadOnlySpan<byte> block)
    {
        Span<byte> hash = stackalloc byte[HashBytes];
        SHA256.HashData(block, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    public static UInt128 OfBlocks(long length, ReadOnlySpan<UInt128> blocks)
    {
        if (blocks.Length <= 1)
        {
            Span<byte> small = stackalloc byte[8 + 16];
            BinaryPrimitives.WriteInt64BigEndian(small, length);
            BinaryPrimitives.WriteUInt128BigEndian(small[8..], blocks.Length == 0 ? 0 : blocks[0]);
            return OfBlock(small);
        }

        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> part = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(part, length);
        all.AppendData(part[..8]);
        foreach (var block in blocks)
        {
            BinaryPrimitives.WriteUInt128BigEndian(part, block);
            all.AppendData(part);
        }

        Span<byte> hash = stackalloc byte[HashBytes];
        all.GetHashAndReset(hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    /// <summary>Where something with that path stands in an index.</summary>
    public static UInt128 OfPath(string path)
    {
        // One path is looked up several times in a row.
        if (!ReferenceEquals(lastPath, path))
        {
            Span<byte> bytes = path.Length <= 512 ? stackalloc byte[path.Length * 3] : new byte[path.Length * 3];
            (lastPath, lastPathHash) = (path, OfBlock(bytes[..Posix.PathName.Encode(path, bytes)]));
        }

        return lastPathHash;
    }

    /// <summary>Hashes of the blocks of a file; <paramref name="blockSize"/> may be that of another length. Ends early at the end of the file.</summary>
    public static UInt128[] BlocksOf(Microsoft.Win32.SafeHandles.SafeFileHandle file, long length, int blockSize, byte[] buffer, CancellationToken cancellationToken)
    {
        var blocks = new UInt128[(length + blockSize - 1) / blockSize];
        for (var i = 0; i < blocks.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var wanted = (int)Math.Min(blockSize, length - ((long)i * blockSize));
            var read = Posix.PosixFile.Read(file, buffer.AsSpan(0, wanted), (long)i * blockSize);
            if (read < wanted)
            {
                return blocks[..i];
            }

            blocks[i] = OfBlock(buffer.AsSpan(0, wanted));
        }

        return blocks;
    }
}
