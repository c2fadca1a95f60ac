using HaConsole.Engine.FileSets.Posix;
using HaConsole.Engine.FileSets.Wire;

namespace HaConsole.Engine.FileSets;

/// <summary>
/// The receiving side of one set: compares what the source describes with what is here, asks for what differs and makes it equal. What
/// it did not write itself is kept in the recycle folder before it is replaced.
/// </summary>
internal sealed partial class SyncTarget : IDisposable
{
    private readonly FileChannel channel;
    private readonly SetRoot root;
    private readonly FileIndex index;
    private readonly PathPatterns patterns;
    private readonly SyncReport report;
    private readonly SetCommands commands;
    private readonly FileReceiver receiver;
    private readonly TargetActions actions;
    private OpenDirectory? here;
    private string herePath = "";
    private List<string> names = [];
    private int next;
    private bool dry;
    private int pass;
    private long outstanding;
    private int? pendingMark;
    private bool refusalTold;
    private bool isMarked;

    public SyncTarget(FileChannel channel, SetRoot root, FileIndex index, PathPatterns patterns, SyncReport report, SetCommands commands, TimeProvider time)
    {
        this.channel = channel;
        this.root = root;
        this.index = index;
        this.patterns = patterns;
        this.report = report;
        this.commands = commands;
        receiver = new FileReceiver(root, time);
        actions = new TargetActions(root, index, patterns, receiver, time);
        try
        {
            receiver.CleanUp(TimeSpan.FromDays(1));
        }
        catch (IOException e)
        {
            report.Problem("", "write", e.Message);
        }
    }

    /// <summary>Something was done, or found equal: the moment of the last agreement with the source.</summary>
    public Action<SyncCounts> Marked { get; init; } = static _ => { };

    /// <summary>Number of a comparison, unique in this process: the source's begin anew with it.</summary>
    public required Func<int> NextPass { get; init; }

    /// <summary>Days that things are kept in the recycle folder.</summary>
    public int KeepDays { get; init; }

    /// <summary>Also keeps what the other server once had: an operator has it replaced.</summary>
    public bool KeepsAll
    {
        get => actions.KeepsAll;
        init => actions.KeepsAll = value;
    }

    /// <summary>One comparison only, then <see cref="RunAsync"/> ends.</summary>
    public bool EndsAtMark { get; init; }

    /// <summary>Does what the source says, until the channel ends.</summary>
    /// <exception cref="IOException">The channel broke, the source said what no version says, or the directory is another one.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await channel.ReadAsync(cancellationToken) is { } frame)
        {
            // Frames that are here already must not be carried out when this server has become Active.
            cancellationToken.ThrowIfCancellationRequested();
            await TakeAsync(frame, cancellationToken);
            if (EndsAtMark && isMarked)
            {
                return;
            }

            if (!channel.HasFrame)
            {
                await channel.FlushAsync(cancellationToken);
            }
        }
    }

    /// <summary>Asks the source to describe something again that was changed here by somebody else.</summary>
    public ValueTask LookAgainAsync(string path, CancellationToken cancellationToken)
        => channel.WriteAsync(w => w.Begin(FrameType.LookAgain).Path(path), cancellationToken, flush: true);

    public void Dispose()
    {
        here?.Dispose();
        actions.Dispose();
        receiver.Dispose();
    }

    private async ValueTask TakeAsync(Frame frame, CancellationToken cancellationToken)
    {
        switch (frame.Type)
        {
            case FrameType.PassBegin:
                (dry, pass) = (frame.Flag(), NextPass());
                report.PassBegins(dry);
                root.Forget();
                if (!dry)
                {
                    await TryAsync("", PruneAsync, cancellationToken);
                }

                break;
            case FrameType.DirectoryBegin:
                await TryAsync(frame.PathOrRoot(), EntryFacts.Read(ref frame), EnterAsync, cancellationToken);
                break;
            case FrameType.Entry:
                var name = frame.Path();
                var entry = EntryFacts.Read(ref frame);
                await ExtrasAsync(name, cancellationToken);
                await CompareAsync(PathName.Join(herePath, name), entry, here is not null, cancellationToken);
                break;
            case FrameType.DirectoryEnd:
                await ExtrasAsync(null, cancellationToken);
                here?.Dispose();
                here = null;
                break;
            case FrameType.Changed:
                root.Forget();
                await CompareAsync(frame.Path(), EntryFacts.Read(ref frame), isThere: true, cancellationToken);
                break;
            case FrameType.Gone:
                root.Forget();
                await TryAsync(frame.Path(), GoneAsync, cancellationToken);
                break;
            case FrameType.WholeFile:
                await WholeAsync(frame, cancellationToken);
                break;
            case FrameType.FileBegin:
                await TryAsync(frame.Path(), EntryFacts.Read(ref frame), BeginAsync, cancellationToken);
                break;
            case FrameType.FileData:
                await DataAsync(frame, cancellationToken);
                break;
            case FrameType.FileEnd:
                await EndAsync(frame, cancellationToken);
                break;
            case FrameType.Mark:
                pendingMark = frame.Number();
                await AnswerMarkAsync(cancellationToken);
                break;
            default:
                break;
        }
    }

    private ValueTask PruneAsync(string path, CancellationToken cancellationToken)
    {
        actions.Prune(KeepDays);
        return ValueTask.CompletedTask;
    }

    private async ValueTask EnterAsync(string path, EntryFacts facts, CancellationToken cancellationToken)
    {
        here?.Dispose();
        here = null;
        (herePath, names, next) = (path, [], 0);
        if (path.Length > 0)
        {
            var found = root.Parent(path).Look(PathName.Name(path));
            if (found.Kind != FileKind.Directory && dry)
            {
                return;
            }

            if (found.Kind != FileKind.Directory && !await ReadyAsync(path, cancellationToken))
            {
                return;
            }

            actions.MakeDirectory(path, facts, dry);
        }

        here = path.Length == 0 ? root.Directory.Again() : root.Parent(path).Into(PathName.Name(path));
        names = here.Names();
    }

    /// <summary>What lies before that name here, and was not described, is not on the source.</summary>
    private async ValueTask ExtrasAsync(string? until, CancellationToken cancellationToken)
    {
        while (next < names.Count && (until is null || string.CompareOrdinal(names[next], until) <= 0))
        {
            var name = names[next++];
            if (name != until && PathName.Join(herePath, name) != PathPatterns.OwnDirectory)
            {
                await TryAsync(PathName.Join(herePath, name), ExtraAsync, cancellationToken);
            }
        }
    }

    private async ValueTask ExtraAsync(string path, CancellationToken cancellationToken)
    {
        var facts = root.Parent(path).Look(PathName.Name(path));
        if (!facts.Exists || !patterns.Takes(path, facts.Kind))
        {
            return;
        }

        if (dry)
        {
            await DriftAsync(path, DriftKind.Extra, "is on this side only", "", cancellationToken);
            actions.Differs();
            return;
        }

        if (await ReadyAsync(path, cancellationToken))
        {
            actions.Remove(path, facts);
        }
    }

    private async ValueTask GoneAsync(string path, CancellationToken cancellationToken)
    {
        var facts = root.Parent(path).Look(PathName.Name(path));
        if (facts.Exists && patterns.TakesWithParents(path, facts.Kind) && await ReadyAsync(path, cancellationToken))
        {
            actions.Remove(path, facts);
        }
    }

    private ValueTask CompareAsync(string path, EntryFacts entry, bool isThere, CancellationToken cancellationToken)
    {
        if (!isThere && !dry)
        {
            return ValueTask.CompletedTask;
        }

        return TryAsync(path, entry, isThere ? CompareHereAsync : MissingAsync, cancellationToken);
    }

    private async ValueTask MissingAsync(string path, EntryFacts entry, CancellationToken cancellationToken)
    {
        if (entry.Kind != FileKind.Special)
        {
            actions.Differs();
            await DriftAsync(path, DriftKind.Missing, "is missing on this side", "", cancellationToken);
        }
    }

    private async ValueTask CompareHereAsync(string path, EntryFacts entry, CancellationToken cancellationToken)
    {
        var found = root.Parent(path).Look(PathName.Name(path));
        var difference = actions.Compare(path, entry, found, pass);
        if (difference is null)
        {
            return;
        }

        actions.Differs();
        if (dry)
        {
            await DriftAsync(path, difference.Value, TargetActions.Describe(entry, found), "", cancellationToken);
            return;
        }

        if (!await ReadyAsync(path, cancellationToken))
        {
            return;
        }

        if (entry.Kind == FileKind.Link && !LinkTargets.StaysInside(root.Path, path, entry.LinkTarget))
        {
            await ProblemAsync(path, "link-outside", "The link points outside of the set: it is not made.", cancellationToken);
            return;
        }

        if (actions.Make(path, entry, found, difference.Value, pass))
        {
            return;
        }

        var basis = receiver.Basis(path, entry.Size);
        outstanding++;
        report.Wanted(entry.Size);
        await channel.WriteAsync(
            w =>
            {
                w.Begin(FrameType.Want).Path(path).Long(entry.Size).Number(basis.Length);
                foreach (var block in basis)
                {
                    w.Hash(block);
                }
            },
            cancellationToken);
    }

    private async ValueTask AnswerMarkAsync(CancellationToken cancellationToken)
    {
        if (pendingMark is not { } mark || outstanding > 0)
        {
            return;
        }

        if (!root.IsStillThere)
        {
            throw new IOException($"{root.Path} is no longer the directory that was opened.");
        }

        pendingMark = null;
        refusalTold = false;
        var counts = actions.TakeCounts();
        if (await commands.AfterAsync(counts.Applied, cancellationToken) is { } failure)
        {
            await ProblemAsync("", "post-command", failure, cancellationToken);
        }

        if (pass > 0 && !dry && counts.Failed == 0)
        {
            index.EndPass(pass);
            receiver.CleanUp(TimeSpan.Zero);
        }

        (dry, pass) = (false, 0);
        Marked(counts);
        await channel.WriteAsync(
            w => w.Begin(FrameType.Marked).Number(mark).Long(counts.Applied).Long(counts.Bytes).Long(counts.Differences).Long(counts.Recycled).Long(counts.Failed),
            cancellationToken,
            flush: true);
        isMarked = true;
    }

    /// <summary>The command before the first change of a batch has run; false: nothing may be changed.</summary>
    private async ValueTask<bool> ReadyAsync(string path, CancellationToken cancellationToken)
    {
        if (await commands.BeforeAsync(cancellationToken) is not { } failure)
        {
            return true;
        }

        actions.Fails();
        if (!refusalTold)
        {
            refusalTold = true;
            await ProblemAsync("", "pre-command", failure, cancellationToken);
        }

        return false;
    }

    private ValueTask TryAsync(string path, Func<string, CancellationToken, ValueTask> action, CancellationToken cancellationToken)
        => TryAsync(path, null!, (p, _, token) => action(p, token), cancellationToken);

    /// <summary>What fails for one path is reported, and the others go on.</summary>
    private async ValueTask TryAsync(string path, EntryFacts facts, Func<string, EntryFacts, CancellationToken, ValueTask> action, CancellationToken cancellationToken)
    {
        if (PathName.IsIn(path, PathPatterns.OwnDirectory))
        {
            throw new WireException("a path in the own folder of the set");
        }

        try
        {
            await action(path, facts, cancellationToken);
        }
        catch (IOException e) when (e is not WireException)
        {
            root.Forget();
            actions.Fails();
            var code = PosixException.IsNoSpace(e) ? "no-space" : "write";
            await ProblemAsync(path, code, code == "no-space" ? $"The disk of the receiving server is full: {e.Message}" : e.Message, cancellationToken);
        }

        while (actions.Drifts.TryDequeue(out var drift))
        {
            await DriftAsync(drift.Path, drift.Kind, drift.Detail, drift.KeptAs, cancellationToken);
        }
    }

    private async ValueTask ProblemAsync(string path, string code, string sentence, CancellationToken cancellationToken)
    {
        report.Problem(path, code, sentence);
        await channel.WriteAsync(w => w.Begin(FrameType.Problem).Path(path).Text(code).Text(sentence), cancellationToken);
    }

    private async ValueTask DriftAsync(string path, DriftKind kind, string detail, string keptAs, CancellationToken cancellationToken)
    {
        report.Drift(path, kind, detail, keptAs);
        await channel.WriteAsync(w => w.Begin(FrameType.Drift).Path(path).Byte((byte)kind).Text(detail).Text(PathName.Show(keptAs)), cancellationToken);
    }
}
