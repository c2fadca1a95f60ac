using System.Buffers.Binary;
using System.Security.Cryptography;
using HaConsole.Engine.FileSets.Posix;
using HaConsole.Engine.State;

namespace HaConsole.Engine.FileSets;

/// <summary>What is known of a file's content, as long as the file system says that it is the same file.</summary>
/// <param name="Inode">Number in the file system.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Modified">Nanoseconds since 1970.</param>
/// <param name="Changed">Nanoseconds since 1970; no program can set it.</param>
/// <param name="Content">See <see cref="ContentHash"/>.</param>
/// <param name="IsFresh">Looked at so soon after its change that a further one could have the same time: the content is not relied on.</param>
/// <param name="IsAgreed">The other server has, or had, the same content: replacing it loses nothing.</param>
/// <param name="Pass">Comparison in which it was seen last.</param>
internal readonly record struct FileStamp(ulong Inode, long Size, long Modified, long Changed, UInt128 Content, bool IsFresh, bool IsAgreed, int Pass)
{
    /// <summary>Longest step of a file system's clock; older kernels have one of 10 ms.</summary>
    public static readonly TimeSpan ClockStep = TimeSpan.FromMilliseconds(50);

    /// <param name="facts">What the file system says.</param>
    /// <param name="content">What was read.</param>
    /// <param name="agreed">The other server has it.</param>
    /// <param name="pass">Comparison.</param>
    /// <param name="begun">When its reading began: what is written in the same step of the clock after that leaves no trace.</param>
    public static FileStamp Of(in FileFacts facts, UInt128 content, bool agreed, int pass, DateTimeOffset begun)
        => new(facts.Inode, facts.Size, facts.Modified, facts.Changed, content, IsFreshAt(facts, begun), agreed, pass);

    /// <summary>A write after that moment could leave the same time as the last one before.</summary>
    public static bool IsFreshAt(in FileFacts facts, DateTimeOffset moment)
        => ((moment - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick) - facts.Changed < ClockStep.Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>The file has not been written to since.</summary>
    public bool Fits(in FileFacts facts) => Inode == facts.Inode && Size == facts.Size && Modified == facts.Modified && Changed == facts.Changed;
}

/// <summary>
/// Contents of the files of one set on this server: about 100 bytes of memory a file, whatever its name. Kept in a file between two lives of
/// the process; losing it costs reading every file once.
/// </summary>
internal sealed class FileIndex
{
    private const int RecordBytes = 16 + 8 + 8 + 8 + 8 + 16 + 1;
    private const int HeaderBytes = 8 + 4;
    private const int HashBytes = 32;
    private const int PieceBytes = 64 * 1024;
    private static readonly byte[] Magic = "HAFIDX01"u8.ToArray();
    private readonly Dictionary<UInt128, FileStamp> stamps = [];
    private readonly Lock gate = new();

    /// <summary>Files known.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return stamps.Count;
            }
        }
    }

    public FileStamp? Find(string path)
    {
        lock (gate)
        {
            return stamps.TryGetValue(ContentHash.OfPath(path), out var stamp) ? stamp : null;
        }
    }

    public void Set(string path, in FileStamp stamp)
    {
        lock (gate)
        {
            stamps[ContentHash.OfPath(path)] = stamp;
        }
    }

    public void Remove(string path)
    {
        lock (gate)
        {
            stamps.Remove(ContentHash.OfPath(path));
        }
    }

    /// <summary>The other server has what was sent: said of files that have not been written to since.</summary>
    public void Agree(IReadOnlyList<(UInt128 Path, UInt128 Content)> sent)
    {
        lock (gate)
        {
            foreach (var (path, content) in sent)
            {
                if (stamps.TryGetValue(path, out var stamp) && stamp.Content == content)
                {
                    stamps[path] = stamp with { IsAgreed = true };
                }
            }
        }
    }

    /// <summary>A comparison of everything has ended well: what it saw is agreed, what it did not see is gone.</summary>
    public void EndPass(int pass)
    {
        lock (gate)
        {
            foreach (var (path, stamp) in stamps)
            {
                if (stamp.Pass < pass)
                {
                    stamps.Remove(path);
                }
                else if (!stamp.IsAgreed)
                {
                    stamps[path] = stamp with { IsAgreed = true };
                }
            }
        }
    }

    /// <summary>Writes it piece by piece, however many files there are; what it says was made durable before by the caller.</summary>
    public void Save(string path)
    {
        Folders.Create(Path.GetDirectoryName(path)!);
        var beside = path + ".tmp";
        using (var file = File.OpenHandle(beside, FileMode.Create, FileAccess.Write))
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var piece = new byte[PieceBytes];
            long written = 0;
            lock (gate)
            {
                Magic.CopyTo(piece, 0);
                BinaryPrimitives.WriteInt32LittleEndian(piece.AsSpan(Magic.Length), stamps.Count);
                var filled = HeaderBytes;
                foreach (var (name, stamp) in stamps)
                {
                    if (piece.Length - filled < RecordBytes)
                    {
                        Put(piece.AsSpan(0, filled));
                        filled = 0;
                    }

                    Write(piece.AsSpan(filled, RecordBytes), name, stamp);
                    filled += RecordBytes;
                }

                Put(piece.AsSpan(0, filled));
            }

            RandomAccess.Write(file, hash.GetHashAndReset(), written);
            RandomAccess.FlushToDisk(file);

            void Put(ReadOnlySpan<byte> bytes)
            {
                hash.AppendData(bytes);
                RandomAccess.Write(file, bytes, written);
                written += bytes.Length;
            }
        }

        File.Move(beside, path, overwrite: true);
    }

    /// <summary>Reads what <see cref="Save"/> has written; false (and empty) when there is nothing, or it is damaged.</summary>
    public bool Load(string path)
    {
        lock (gate)
        {
            stamps.Clear();
            if (!File.Exists(path))
            {
                return false;
            }

            var bytes = File.ReadAllBytes(path);
            if (bytes.Length < HeaderBytes + HashBytes || !bytes.AsSpan(0, Magic.Length).SequenceEqual(Magic)
                || !SHA256.HashData(bytes.AsSpan(0, bytes.Length - HashBytes)).AsSpan().SequenceEqual(bytes.AsSpan(bytes.Length - HashBytes)))
            {
                return false;
            }

            var count = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(Magic.Length));
            stamps.EnsureCapacity(count);
            for (var i = 0; i < count; i++)
            {
                var (name, stamp) = Read(bytes.AsSpan(HeaderBytes + (i * RecordBytes), RecordBytes));
                stamps[name] = stamp;
            }

            return true;
        }
    }

    private static void Write(Span<byte> into, UInt128 name, in FileStamp stamp)
    {
        BinaryPrimitives.WriteUInt128LittleEndian(into, name);
        BinaryPrimitives.WriteUInt64LittleEndian(into[16..], stamp.Inode);
        BinaryPrimitives.WriteInt64LittleEndian(into[24..], stamp.Size);
        BinaryPrimitives.WriteInt64LittleEndian(into[32..], stamp.Modified);
        BinaryPrimitives.WriteInt64LittleEndian(into[40..], stamp.Changed);
        BinaryPrimitives.WriteUInt128LittleEndian(into[48..], stamp.Content);
        into[64] = (byte)((stamp.IsFresh ? 1 : 0) | (stamp.IsAgreed ? 2 : 0));
    }

    private static (UInt128 Name, FileStamp Stamp) Read(ReadOnlySpan<byte> from)
        => (BinaryPrimitives.ReadUInt128LittleEndian(from), new FileStamp(
            BinaryPrimitives.ReadUInt64LittleEndian(from[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[40..]),
            BinaryPrimitives.ReadUInt128LittleEndian(from[48..]),
            (from[64] & 1) != 0,
            (from[64] & 2) != 0,
            0));
}
