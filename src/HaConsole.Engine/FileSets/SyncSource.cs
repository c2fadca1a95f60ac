using System.Threading.Channels;
using HaConsole.Engine.FileSets.Posix;
using HaConsole.Engine.FileSets.Wire;

namespace HaConsole.Engine.FileSets;

/// <summary>
/// The sending side of one set: describes what is here, name by name in order, and sends what the target asks for. Holds one directory in
/// memory at a time, however large the set is.
/// </summary>
internal sealed class SyncSource(FileChannel channel, SetRoot root, FileIndex index, PathPatterns patterns, SyncReport report, FileSender sender)
{
    private readonly Channel<Answer> answers = Channel.CreateUnbounded<Answer>(new UnboundedChannelOptions { SingleReader = true });
    /// <summary>Files that the target may want at once, and hashes with them: far more than are ever under way.</summary>
    private const int MostWanted = 1_000_000;

    private const long MostHashes = 16_000_000;
    private readonly HashSet<string> lookAgain = [];
    private readonly List<string> again = [];
    private int mark;
    private long waitingHashes;
    private int waitingFiles;

    /// <summary>A file that the target wants, or a mark that it has reached.</summary>
    private sealed record Answer(string Path, UInt128[] Basis, int Mark, SyncCounts Counts);

    /// <summary>Paths that could not be sent whole because they are being written to; asked for once.</summary>
    public IReadOnlyList<string> TakeAgain()
    {
        string[] taken = [.. again];
        again.Clear();
        lock (lookAgain)
        {
            taken = [.. taken, .. lookAgain];
            lookAgain.Clear();
        }

        return taken;
    }

    /// <summary>The target has changed something by itself: called on any thread.</summary>
    public Action LookedFor { get; init; } = static () => { };

    /// <summary>Takes in what the target says, until the channel ends.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await channel.ReadAsync(cancellationToken) is { } frame)
            {
                Take(frame);
            }

            answers.Writer.TryComplete(new EndOfStreamException("the other server has closed the file channel"));
        }
        catch (Exception e)
        {
            answers.Writer.TryComplete(e);
        }
    }

    /// <summary>Compares everything. A dry run changes nothing and reports what differs.</summary>
    public async Task<SyncCounts> CompareAsync(bool dryRun, int pass, CancellationToken cancellationToken)
    {
        report.PassBegins(dryRun);
        root.Forget();
        sender.Pass = pass;
        await channel.WriteAsync(w => w.Begin(FrameType.PassBegin).Flag(dryRun).Number(pass), cancellationToken, flush: true);
        var waiting = new Stack<string>();
        waiting.Push("");
        while (waiting.TryPop(out var path))
        {
            await SendDirectoryAsync(path, waiting, dryRun, pass, cancellationToken);
        }

        return await MarkAsync(cancellationToken);
    }

    /// <summary>Sends what has become of some paths.</summary>
    public async Task<SyncCounts> SendChangesAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken)
    {
        root.Forget();
        var waiting = new Stack<string>();
        foreach (var path in paths.Order(StringComparer.Ordinal))
        {
            await SendChangeAsync(path, waiting, cancellationToken);
            while (waiting.TryPop(out var directory))
            {
                // A directory that has just come may have been filled before it was watched.
                await SendDirectoryAsync(directory, waiting, dryRun: false, pass: 0, cancellationToken);
            }

            await SendWantedAsync(cancellationToken);
        }

        return await MarkAsync(cancellationToken);
    }

    private async Task SendChangeAsync(string path, Stack<string> waiting, CancellationToken cancellationToken)
    {
        try
        {
            var facts = root.Parent(path).Look(PathName.Name(path));
            if (path.Length > PathName.Longest || (facts.Exists && !patterns.TakesWithParents(path, facts.Kind)))
            {
                return;
            }

            if (facts.Kind == FileKind.File && facts.Size <= ContentHash.SmallestBlock)
            {
                Note(path, await sender.SendWholeAsync(channel, path, cancellationToken));
                return;
            }

            var entry = facts.Exists ? Describe(root.Parent(path), path, facts, hash: false, pass: 0) : null;
            await channel.WriteAsync(
                w =>
                {
                    if (entry is null)
                    {
                        w.Begin(FrameType.Gone).Path(path);
                    }
                    else
                    {
                        entry.Write(w.Begin(FrameType.Changed).Path(path));
                    }
                },
                cancellationToken);
            if (entry is null)
            {
                index.Remove(path);
            }
            else if (entry.Kind == FileKind.Directory)
            {
                waiting.Push(path);
            }
        }
        catch (PosixException e) when (e.Error is PosixException.NoEntry or PosixException.NotDirectory or PosixException.TooManyLinks)
        {
            // Its directory is gone, which is a change of its own.
            index.Remove(path);
        }
        catch (PosixException e)
        {
            report.Problem(path, "unreadable", e.Message);
        }
    }

    private async Task SendDirectoryAsync(string path, Stack<string> waiting, bool dryRun, int pass, CancellationToken cancellationToken)
    {
        OpenDirectory directory;
        List<string> names;
        FileFacts self;
        try
        {
            directory = OpenDirectory.Beneath(root.Directory, path);
            try
            {
                self = directory.LookAtSelf();
                names = directory.Names();
            }
            catch
            {
                directory.Dispose();
                throw;
            }
        }
        catch (PosixException e) when (path.Length > 0)
        {
            if (e.Error is not (PosixException.NoEntry or PosixException.NotDirectory))
            {
                report.Problem(path, "unreadable", e.Message);
            }

            return;
        }

        using (directory)
        {
            await channel.WriteAsync(w => EntryFacts.Of(self).Write(w.Begin(FrameType.DirectoryBegin).Path(path)), cancellationToken);
            var inside = new List<string>();
            foreach (var name in names)
            {
                if (Entry(directory, PathName.Join(path, name), name, dryRun, pass) is not { } entry)
                {
                    continue;
                }

                if (entry.Kind == FileKind.Directory)
                {
                    inside.Add(PathName.Join(path, name));
                }

                report.Seen(entry);
                await channel.WriteAsync(w => entry.Write(w.Begin(FrameType.Entry).Path(name)), cancellationToken);
                await SendWantedAsync(cancellationToken);
            }

            await channel.WriteAsync(static w => w.Begin(FrameType.DirectoryEnd), cancellationToken);
            for (var i = inside.Count - 1; i >= 0; i--)
            {
                waiting.Push(inside[i]);
            }
        }
    }

    private static EntryFacts NotCopied => new(FileKind.Special, 0, 0, 0, 0, 0, null, "");

    /// <summary>Null: it does not take part, or is gone.</summary>
    private EntryFacts? Entry(OpenDirectory directory, string path, string name, bool dryRun, int pass)
    {
        try
        {
            var facts = directory.Look(name);
            if (!facts.Exists || !patterns.Takes(path, facts.Kind))
            {
                return null;
            }

            if (path.Length > PathName.Longest || (facts.Kind == FileKind.File && facts.Size > EntryFacts.LongestFile))
            {
                report.Problem(path, "too-long", "The path, or the file, is longer than what can be copied.");
                return NotCopied;
            }

            return Describe(directory, path, facts, dryRun, pass);
        }
        catch (PosixException e)
        {
            report.Problem(path, "unreadable", e.Message);

            // It is there: what the target has of it stays.
            return NotCopied;
        }
    }

    private EntryFacts Describe(OpenDirectory directory, string path, in FileFacts facts, bool hash, int pass)
    {
        switch (facts.Kind)
        {
            case FileKind.Link:
                var target = directory.ReadLink(PathName.Name(path));
                if (LinkTargets.StaysInside(root.Path, path, target))
                {
                    return EntryFacts.Of(facts, linkTarget: target);
                }

                report.Problem(path, "link-outside", $"The link points outside of the set, to {PathName.Show(target)}: it is not copied.");
                return NotCopied;
            case FileKind.Special:
                report.Problem(path, "special-file", "A FIFO, socket or device is not copied.");
                return NotCopied;
            case FileKind.File:
                return EntryFacts.Of(facts, sender.Known(path, facts, pass) ?? (hash ? sender.HashOf(directory, path, pass) : null));
            default:
                return EntryFacts.Of(facts);
        }
    }

    private async Task<SyncCounts> MarkAsync(CancellationToken cancellationToken)
    {
        await channel.WriteAsync(w => w.Begin(FrameType.Mark).Number(++mark), cancellationToken, flush: true);
        while (true)
        {
            var answer = await NextAsync(cancellationToken);
            if (answer.Mark == mark)
            {
                sender.Agreed(answer.Counts.Failed == 0);
                return answer.Counts;
            }

            await SendAsync(answer, cancellationToken);
            await SendWantedAsync(cancellationToken);
            await channel.FlushAsync(cancellationToken);
        }
    }

    private async Task<Answer> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await answers.Reader.ReadAsync(cancellationToken);
        }
        catch (ChannelClosedException e) when (e.InnerException is { } cause)
        {
            throw new IOException(cause.Message, cause);
        }
    }

    private async Task SendWantedAsync(CancellationToken cancellationToken)
    {
        while (answers.Reader.TryRead(out var answer))
        {
            await SendAsync(answer, cancellationToken);
        }
    }

    private async Task SendAsync(Answer answer, CancellationToken cancellationToken)
    {
        if (answer.Path.Length > 0)
        {
            Interlocked.Decrement(ref waitingFiles);
            Interlocked.Add(ref waitingHashes, -answer.Basis.Length);
            Note(answer.Path, await sender.SendAsync(channel, answer.Path, answer.Basis, isWanted: true, cancellationToken));
        }
    }

    private void Note(string path, SendResult result)
    {
        if (result == SendResult.Changing)
        {
            again.Add(path);
        }
    }

    private void Take(Frame frame)
    {
        switch (frame.Type)
        {
            case FrameType.Want:
                var path = frame.Path();
                var size = frame.Long();
                report.Wanted(size);
                var basis = frame.Hashes();
                if (Interlocked.Add(ref waitingHashes, basis.Length) > MostHashes || Interlocked.Increment(ref waitingFiles) > MostWanted)
                {
                    throw new WireException("more wishes than there can be files");
                }

                answers.Writer.TryWrite(new Answer(path, basis, 0, default));
                break;
            case FrameType.Marked:
                var number = frame.Number();
                var counts = new SyncCounts(frame.Long(), frame.Long(), frame.Long(), frame.Long(), frame.Long());
                answers.Writer.TryWrite(new Answer("", [], number, counts));
                break;
            case FrameType.Drift:
                report.Drift(frame.PathOrRoot(), (DriftKind)frame.Byte(), frame.Text(), frame.Text());
                break;
            case FrameType.Problem:
                report.Problem(frame.PathOrRoot(), frame.Text(), frame.Text());
                break;
            case FrameType.LookAgain:
                lock (lookAgain)
                {
                    lookAgain.Add(lookAgain.Count < MostWanted ? frame.Path() : throw new WireException("more changes than there can be files"));
                }

                LookedFor();
                break;
            default:
                // A ping, or what a later version says.
                break;
        }
    }
}
