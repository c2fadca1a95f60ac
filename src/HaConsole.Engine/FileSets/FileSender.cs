using System.IO.Compression;
using HaConsole.Engine.FileSets.Posix;
using HaConsole.Engine.FileSets.Wire;
using Microsoft.Win32.SafeHandles;

namespace HaConsole.Engine.FileSets;

/// <summary>Reads files of a set, tells what they hold, and sends them.</summary>
internal sealed class FileSender(SetRoot root, FileIndex index, SyncReport report, Throttle throttle, bool compress, TimeProvider time)
{
    /// <summary>A file that only grows is sent as far as it was when its reading began, after so many attempts.</summary>
    private const int AttemptsBeforeGrowing = 3;

    private const double WorthCompressing = 0.9;
    private const int SmallestCompressed = 512;
    private const int MostAttempts = 10_000;
    private readonly byte[] block = new byte[ContentHash.SmallestBlock];
    private readonly byte[] packed = new byte[ContentHash.SmallestBlock];
    private readonly List<(UInt128 Path, UInt128 Content)> sent = [];
    private readonly Dictionary<string, int> attempts = [];

    /// <summary>The comparison that runs, or ran last.</summary>
    public int Pass { get; set; }

    /// <summary>What a file holds, when it is known without reading it.</summary>
    public UInt128? Known(string path, in FileFacts facts, int pass)
    {
        if (index.Find(path) is not { } stamp || !stamp.Fits(facts) || stamp.IsFresh)
        {
            return null;
        }

        if (stamp.Pass != pass && pass > 0)
        {
            index.Set(path, stamp with { Pass = pass });
        }

        return stamp.Content;
    }

    /// <summary>Reads a file to know what it holds; null when it cannot be read, or changes meanwhile.</summary>
    public UInt128? HashOf(OpenDirectory directory, string path, int pass)
    {
        try
        {
            using var file = directory.OpenFile(PathName.Name(path));
            var begun = time.GetUtcNow();
            var before = OpenDirectory.LookAt(file);
            var size = ContentHash.BlockSize(before.Size);
            var content = ContentHash.OfBlocks(before.Size, ContentHash.BlocksOf(file, before.Size, size, Room(size), CancellationToken.None));
            var after = OpenDirectory.LookAt(file);
            if (!after.IsSameAs(before))
            {
                return null;
            }

            index.Set(path, FileStamp.Of(after, content, agreed: false, pass, begun));
            return content;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Sends a file that fits into one block, unasked.</summary>
    public Task<SendResult> SendWholeAsync(FileChannel channel, string path, CancellationToken cancellationToken)
        => SendAsync(channel, path, [], isWanted: false, cancellationToken);

    /// <summary>Sends a file; of a large one only the blocks that differ from those that the target has.</summary>
    public async Task<SendResult> SendAsync(FileChannel channel, string path, UInt128[] basis, bool isWanted, CancellationToken cancellationToken)
    {
        SendResult result;
        try
        {
            using var file = root.Parent(path).OpenFile(PathName.Name(path));
            var before = OpenDirectory.LookAt(file);
            if (before.Kind != FileKind.File)
            {
                result = SendResult.Gone;
            }
            else
            {
                return before.Size <= ContentHash.SmallestBlock
                    ? await SendSmallAsync(channel, path, file, before, isWanted, cancellationToken)
                    : await SendLargeAsync(channel, path, file, before, basis, isWanted, cancellationToken);
            }
        }
        catch (PosixException e)
        {
            result = e.Error is PosixException.NoEntry or PosixException.NotDirectory or PosixException.TooManyLinks ? SendResult.Gone : SendResult.Unreadable;
            if (result == SendResult.Unreadable)
            {
                report.Problem(path, "unreadable", e.Message);
            }
        }

        await channel.WriteAsync(w => w.Begin(FrameType.FileEnd).Path(path).Flag(isWanted).Byte((byte)result), cancellationToken);
        return result;
    }

    /// <summary>The target has done everything that it was sent; what of that has failed is not known, then nothing counts as agreed.</summary>
    public void Agreed(bool all)
    {
        if (all)
        {
            index.Agree(sent);
        }

        sent.Clear();
    }

    private async Task<SendResult> SendSmallAsync(FileChannel channel, string path, SafeFileHandle file, FileFacts before, bool isWanted, CancellationToken cancellationToken)
    {
        var begun = time.GetUtcNow();
        var length = PosixFile.Read(file, block.AsSpan(0, (int)before.Size), 0);

        // Within one step of the clock a write leaves no trace: what reads the same twice was not being written.
        var isTorn = FileStamp.IsFreshAt(before, begun)
            && (PosixFile.Read(file, packed.AsSpan(0, length), 0) != length || !packed.AsSpan(0, length).SequenceEqual(block.AsSpan(0, length)));
        var after = OpenDirectory.LookAt(file);
        var end = isTorn ? SendResult.Changing : End(path, before, after, length < before.Size, static () => false);
        if (end != SendResult.Sent)
        {
            await channel.WriteAsync(w => w.Begin(FrameType.FileEnd).Path(path).Flag(isWanted).Byte((byte)end), cancellationToken);
            return end;
        }

        var hash = ContentHash.OfBlocks(length, length == 0 ? [] : [ContentHash.OfBlock(block.AsSpan(0, length))]);
        Remember(path, before, after, hash, begun);
        await channel.WriteAsync(
            w =>
            {
                EntryFacts.Of(before, hash).Write(w.Begin(FrameType.WholeFile).Path(path).Flag(isWanted));
                Data(w, block.AsSpan(0, length));
            },
            cancellationToken);
        await SpendAsync(length, cancellationToken);
        return SendResult.Sent;
    }

    private async Task<SendResult> SendLargeAsync(FileChannel channel, string path, SafeFileHandle file, FileFacts before, UInt128[] basis, bool isWanted, CancellationToken cancellationToken)
    {
        var size = ContentHash.BlockSize(before.Size);
        var blocks = new UInt128[ContentHash.BlockCount(before.Size)];
        var buffer = Room(size);
        var isShort = false;
        if (FileStamp.IsFreshAt(before, time.GetUtcNow()))
        {
            // A write within the same step of the clock would leave no trace.
            await Task.Delay(FileStamp.ClockStep, time, cancellationToken);
            before = OpenDirectory.LookAt(file);
            if (before.Size <= ContentHash.SmallestBlock || ContentHash.BlockSize(before.Size) != size)
            {
                await channel.WriteAsync(w => w.Begin(FrameType.FileEnd).Path(path).Flag(isWanted).Byte((byte)SendResult.Changing), cancellationToken);
                return SendResult.Changing;
            }

            blocks = new UInt128[ContentHash.BlockCount(before.Size)];
        }

        var begun = time.GetUtcNow();
        await channel.WriteAsync(w => EntryFacts.Of(before).Write(w.Begin(FrameType.FileBegin).Path(path)), cancellationToken);
        for (var i = 0; i < blocks.Length && !isShort; i++)
        {
            var offset = (long)i * size;
            var length = PosixFile.Read(file, buffer.AsSpan(0, (int)Math.Min(size, before.Size - offset)), offset);
            isShort = length < Math.Min(size, before.Size - offset);
            blocks[i] = ContentHash.OfBlock(buffer.AsSpan(0, length));
            if (i < basis.Length && basis[i] == blocks[i])
            {
                continue;
            }

            var number = i;
            await channel.WriteAsync(
                w =>
                {
                    w.Begin(FrameType.FileData).Number(number);
                    Data(w, buffer.AsSpan(0, length));
                },
                cancellationToken);
            await SpendAsync(length, cancellationToken);
        }

        var after = OpenDirectory.LookAt(file);
        var result = End(path, before, after, isShort, () => ContentHash.BlocksOf(file, before.Size, size, buffer, cancellationToken).AsSpan().SequenceEqual(blocks));
        var hash = ContentHash.OfBlocks(before.Size, blocks);
        if (result == SendResult.Sent)
        {
            Remember(path, before, after, hash, begun);
        }

        await channel.WriteAsync(
            w =>
            {
                w.Begin(FrameType.FileEnd).Path(path).Flag(isWanted).Byte((byte)result);
                if (result == SendResult.Sent)
                {
                    w.Hash(hash);
                }
            },
            cancellationToken);
        return result;
    }

    private SendResult End(string path, in FileFacts before, in FileFacts after, bool isShort, Func<bool> readsTheSame)
    {
        if (!isShort && after.IsSameAs(before))
        {
            attempts.Remove(path);
            return SendResult.Sent;
        }

        if (attempts.Count > MostAttempts)
        {
            attempts.Clear();
        }

        var number = attempts[path] = attempts.GetValueOrDefault(path) + 1;
        if (number < AttemptsBeforeGrowing)
        {
            return SendResult.Changing;
        }

        if (!isShort && after.Size >= before.Size && readsTheSame())
        {
            // A log that is always written to: what was read is how its beginning was at a moment.
            return SendResult.Sent;
        }

        report.Problem(path, "changing", "The file is written to faster than it can be read whole: the other server keeps the copy before.");
        return SendResult.Changing;
    }

    /// <summary>What has grown meanwhile is read again at the next look.</summary>
    private void Remember(string path, in FileFacts before, in FileFacts after, UInt128 hash, DateTimeOffset begun)
    {
        report.Sent(path);
        if (after.IsSameAs(before))
        {
            index.Set(path, FileStamp.Of(after, hash, agreed: false, Pass, begun));
            sent.Add((ContentHash.OfPath(path), hash));
        }
    }

    private void Data(FrameWriter writer, ReadOnlySpan<byte> bytes)
    {
        if (compress && bytes.Length >= SmallestCompressed && bytes.Length <= packed.Length
            && BrotliEncoder.TryCompress(bytes, packed, out var length, quality: 1, window: 18) && length < bytes.Length * WorthCompressing)
        {
            writer.Flag(true).Number(bytes.Length).Bytes(packed.AsSpan(0, length));
            return;
        }

        writer.Flag(false).Bytes(bytes);
    }

    private async ValueTask SpendAsync(int bytes, CancellationToken cancellationToken)
    {
        report.SentBytes(bytes);
        await throttle.SpendAsync(bytes, cancellationToken);
    }

    private byte[] Room(int size) => size <= block.Length ? block : new byte[size];
}
