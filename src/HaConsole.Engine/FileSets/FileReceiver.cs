using System.IO.Compression;
using HaConsole.Engine.FileSets.Posix;
using HaConsole.Engine.FileSets.Wire;
using Microsoft.Win32.SafeHandles;

namespace HaConsole.Engine.FileSets;

/// <summary>How a large file ended.</summary>
internal enum ReceiveResult
{
    /// <summary>It has not begun, or failed, which was reported.</summary>
    None,

    /// <summary>It is what the source has.</summary>
    Whole,

    /// <summary>It is not.</summary>
    Differs,
}

/// <summary>
/// Writes received files beside the set and gives them their names when they are whole and checked. What was received of a large file
/// survives a broken connection: the next attempt goes on from it.
/// </summary>
internal sealed class FileReceiver(SetRoot root, TimeProvider time) : IDisposable
{
    public const string Name = "partial";

    /// <summary>Smaller files are not worth going on with.</summary>
    private const long SmallestResumed = 8 * ContentHash.SmallestBlock;

    /// <summary>Received bytes of a large file with which the disk begins.</summary>
    private const long WritingBegins = 16 << 20;

    private readonly OpenDirectory partial = root.Own(Name);
    private readonly byte[] buffer = new byte[ContentHash.SmallestBlock];
    private LargeFile? open;

    private sealed record LargeFile(string Path, string Partial, EntryFacts Facts, SafeFileHandle Handle, UInt128[] Blocks, int BlockSize)
    {
        public bool Failed { get; set; }

        /// <summary>Bytes that the disk has not been told of.</summary>
        public long Unwritten { get; set; }
    }

    /// <summary>Removes what former transfers have left, apart from large files that may be gone on with.</summary>
    /// <param name="keep">How long those are kept.</param>
    public void CleanUp(TimeSpan keep)
    {
        foreach (var name in partial.Names())
        {
            var facts = partial.Look(name);
            var age = time.GetUtcNow() - DateTimeOffset.UnixEpoch.AddTicks(facts.Changed / 100);
            if (facts.Size < SmallestResumed || age >= keep)
            {
                partial.RemoveTree(name);
            }
        }
    }

    /// <summary>Hashes of the blocks of what is here of that file: of a transfer that broke off, or of the file itself.</summary>
    public UInt128[] Basis(string path, long newSize)
    {
        if (newSize <= ContentHash.SmallestBlock)
        {
            return [];
        }

        var size = ContentHash.BlockSize(newSize);
        using var file = newSize >= SmallestResumed && partial.Look(PartialName(path)).Kind == FileKind.File ? partial.OpenFile(PartialName(path)) : TryOpen(path);
        return file is null ? [] : ContentHash.BlocksOf(file, Math.Min(newSize, RandomAccess.GetLength(file)), size, Room(size), CancellationToken.None);
    }

    /// <summary>Writes a small file under another name; its parts are checked by the caller.</summary>
    public string WriteSmall(EntryFacts facts, ReadOnlySpan<byte> content, out bool owned)
    {
        const string name = "small";
        try
        {
            using var file = partial.MakeFile(name);
            PosixFile.Write(file, content, 0);
            owned = PosixFile.SetFacts(file, facts.Mode, facts.User, facts.Group, facts.Modified);
            return name;
        }
        catch
        {
            partial.Remove(name);
            throw;
        }
    }

    /// <summary>A large file begins: on top of what is here of it.</summary>
    public void Begin(string path, EntryFacts facts)
    {
        Close();
        var name = PartialName(path);
        var blockSize = ContentHash.BlockSize(facts.Size);
        var handle = facts.Size >= SmallestResumed ? partial.OpenForWriting(name) : null;
        try
        {
            if (handle is null)
            {
                handle = partial.MakeFile(name);
                using var before = TryOpen(path);
                if (before is not null)
                {
                    Copy(before, handle, Math.Min(facts.Size, RandomAccess.GetLength(before)));
                }
            }

            var known = ContentHash.BlocksOf(handle, Math.Min(facts.Size, RandomAccess.GetLength(handle)), blockSize, Room(blockSize), CancellationToken.None);
            var blocks = new UInt128[ContentHash.BlockCount(facts.Size)];
            known.AsSpan(0, Math.Min(known.Length, blocks.Length)).CopyTo(blocks);
            open = new LargeFile(path, name, facts, handle, blocks, blockSize);
        }
        catch
        {
            handle?.Dispose();
            partial.Remove(name);
            throw;
        }
    }

    /// <summary>Path of the file that has begun; empty when none has.</summary>
    public string Current => open?.Path ?? "";

    /// <summary>One block of the file that has begun.</summary>
    public int Block(int number, ReadOnlySpan<byte> content)
    {
        if (open is not { } file || file.Failed)
        {
            return 0;
        }

        if (number < 0 || number >= file.Blocks.Length || content.Length > file.BlockSize)
        {
            throw new WireException("a block outside of its file");
        }

        try
        {
            PosixFile.Write(file.Handle, content, (long)number * file.BlockSize);
            file.Unwritten += content.Length;
            if (file.Unwritten >= WritingBegins)
            {
                // Nobody is told that it is here before it is on the disk: that is not to begin only then.
                file.Unwritten = 0;
                PosixFile.BeginWriting(file.Handle, 0, 0);
            }

            file.Blocks[number] = ContentHash.OfBlock(content);
            return content.Length;
        }
        catch (IOException)
        {
            // Half a disk of a file that does not fit helps nobody.
            file.Failed = true;
            file.Handle.Dispose();
            partial.Remove(file.Partial);
            throw;
        }
    }

    /// <summary>The file has come to its end: <paramref name="whole"/> is its name among the received ones, when it is what the source has.</summary>
    public ReceiveResult End(string path, UInt128 content, out (string Name, EntryFacts Facts) whole, out bool owned)
    {
        owned = true;
        whole = default;
        if (open is not { Failed: false } file || file.Path != path)
        {
            return ReceiveResult.None;
        }

        RandomAccess.SetLength(file.Handle, file.Facts.Size);
        if (ContentHash.OfBlocks(file.Facts.Size, file.Blocks) != content)
        {
            Close();
            partial.Remove(file.Partial);
            return ReceiveResult.Differs;
        }

        owned = PosixFile.SetFacts(file.Handle, file.Facts.Mode, file.Facts.User, file.Facts.Group, file.Facts.Modified);
        Close();
        whole = (file.Partial, file.Facts);
        return ReceiveResult.Whole;
    }

    /// <summary>A received file is not needed.</summary>
    public void Discard(string received) => partial.Remove(received);

    /// <summary>Gives a received file its name.</summary>
    public void Place(string received, string path) => partial.Move(received, root.Parent(path), PathName.Name(path));

    /// <summary>The file that has begun is not sent to its end; what there is of it stays for the next attempt.</summary>
    public void Close()
    {
        open?.Handle.Dispose();
        open = null;
    }

    /// <summary>The bytes of a data frame.</summary>
    public ReadOnlyMemory<byte> Unpack(ref Frame frame)
    {
        if (!frame.Flag())
        {
            return frame.Rest();
        }

        var length = frame.Number();
        if (length < 0 || length > buffer.Length || !BrotliDecoder.TryDecompress(frame.Rest().Span, buffer, out var unpacked) || unpacked != length)
        {
            throw new WireException("compressed data that is damaged");
        }

        return buffer.AsMemory(0, length);
    }

    public void Dispose()
    {
        Close();
        partial.Dispose();
    }

    private static string PartialName(string path) => "large-" + ContentHash.OfPath(path).ToString("x32", System.Globalization.CultureInfo.InvariantCulture);

    private SafeFileHandle? TryOpen(string path)
    {
        try
        {
            var parent = root.Parent(path);
            return parent.Look(PathName.Name(path)).Kind == FileKind.File ? parent.OpenFile(PathName.Name(path)) : null;
        }
        catch (PosixException e) when (e.Error is PosixException.NoEntry or PosixException.NotDirectory)
        {
            return null;
        }
    }

    private static void Copy(SafeFileHandle from, SafeFileHandle to, long length)
    {
        if (PosixFile.CopyRange(from, to, 0, length))
        {
            return;
        }

        var piece = new byte[1 << 20];
        for (long at = 0; at < length;)
        {
            var read = PosixFile.Read(from, piece.AsSpan(0, (int)Math.Min(piece.Length, length - at)), at);
            if (read == 0)
            {
                return;
            }

            PosixFile.Write(to, piece.AsSpan(0, read), at);
            at += read;
        }
    }

    private byte[] Room(int size) => size <= buffer.Length ? buffer : new byte[size];
}
