using HaConsole.Engine.FileSets.Posix;
using HaConsole.Engine.FileSets.Wire;

namespace HaConsole.Engine.FileSets;

/// <summary>
/// The receiving side of one set: compares what the source describes with what is here, asks for what differs and makes it equal. What
/// it did not write itself is kept in the recycle folder before it is replaced.
/// </summary>
internal sealed class SyncTarget : IDisposable
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

    public SyncTarget(FileChannel channel, SetRoot root, FileIndex index, PathPatterns patterns, SyncReport report, SetCommands commands, TimeProvider time)
    {
        this.channel = channel;
        this.root = root;
        this.index = index;
        this.patterns = patterns;
        this.report = report;
        this.commands = commands;
        receiver = new FileReceiver(root);
        actions = new TargetActions(root, index, patterns, receiver, time);
        receiver.CleanUp(time, TimeSpan.FromDays(1));
    }

    /// <summary>Something was done, or found equal: the moment of the last agreement with the source.</summary>
    public Action<SyncCounts> Marked { get; init; } = static _ => { };

    /// <summary>Does what the source says, until the channel ends.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await channel.ReadAsync(cancellationToken) is { } frame)
        {
            await TakeAsync(frame, cancellationToken);
            if (!channel.HasFrame)
            {
                await channel.FlushAsync(cancellationToken);
            }
        }
    }

    /// <summary>Asks the source to describe something again that was changed here by somebody else.</summary>
    public ValueTask LookAgainAsync(string path, CancellationToken cancellationToken)
        => channel.WriteAsync(w => w.Begin(FrameType.LookAgain).Path(path), cancellationToken, flush: true);

    /// <summary>Removes what was kept for longer than some days.</summary>
    public void Prune(int keepDays) => actions.Prune(keepDays);

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
                (dry, pass) = (frame.Flag(), frame.Number());
                report.PassBegins(dry);
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
            if (name != until)
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

    private async ValueTask WholeAsync(Frame frame, CancellationToken cancellationToken)
    {
        var path = frame.Path();
        var wanted = frame.Flag();
        var entry = EntryFacts.Read(ref frame);
        var content = receiver.Unpack(ref frame);
        if (wanted)
        {
            outstanding--;
        }
        else
        {
            root.Forget();
        }

        report.SentBytes(content.Length);
        await TryAsync(
            path,
            entry,
            async (p, e, token) =>
            {
                var hash = ContentHash.OfBlocks(content.Length, content.Length == 0 ? [] : [ContentHash.OfBlock(content.Span)]);
                if (hash != e.Content)
                {
                    await ProblemAsync(p, "checksum", "The content arrived damaged; it is sent again.", token);
                    await LookAgainAsync(p, token);
                }
                else if ((wanted || patterns.TakesWithParents(p, FileKind.File)) && await ReadyAsync(p, token))
                {
                    await OwnerAsync(p, actions.PlaceSmall(p, e, content.Span, hash, pass), token);
                }
            },
            cancellationToken);
        await AnswerMarkAsync(cancellationToken);
    }

    private ValueTask BeginAsync(string path, EntryFacts facts, CancellationToken cancellationToken)
    {
        receiver.Begin(path, facts);
        return ValueTask.CompletedTask;
    }

    private async ValueTask DataAsync(Frame frame, CancellationToken cancellationToken)
    {
        var number = frame.Number();
        var content = receiver.Unpack(ref frame);
        report.SentBytes(content.Length);
        await TryAsync(
            "",
            (_, _) =>
            {
                actions.Wrote(receiver.Block(number, content.Span));
                return ValueTask.CompletedTask;
            },
            cancellationToken);
    }

    private async ValueTask EndAsync(Frame frame, CancellationToken cancellationToken)
    {
        var path = frame.Path();
        if (frame.Flag())
        {
            outstanding--;
        }

        if ((SendResult)frame.Byte() == SendResult.Sent)
        {
            var hash = frame.Hash();
            await TryAsync(
                path,
                async (p, token) =>
                {
                    if (receiver.End(p, hash, out var owned) is { } whole)
                    {
                        actions.PlaceLarge(p, whole.Name, whole.Facts, hash, pass);
                        await OwnerAsync(p, owned, token);
                    }
                },
                cancellationToken);
        }
        else
        {
            receiver.Close();
        }

        await AnswerMarkAsync(cancellationToken);
    }

    private async ValueTask AnswerMarkAsync(CancellationToken cancellationToken)
    {
        if (pendingMark is not { } mark || outstanding > 0)
        {
            return;
        }

        pendingMark = null;
        var counts = actions.TakeCounts();
        if (await commands.AfterAsync(counts.Applied, cancellationToken) is { } failure)
        {
            await ProblemAsync("", "post-command", failure, cancellationToken);
        }

        if (pass > 0 && !dry && counts.Failed == 0)
        {
            index.EndPass(pass);
        }

        (dry, pass) = (false, 0);
        Marked(counts);
        await channel.WriteAsync(
            w => w.Begin(FrameType.Marked).Number(mark).Long(counts.Applied).Long(counts.Bytes).Long(counts.Differences).Long(counts.Recycled).Long(counts.Failed),
            cancellationToken,
            flush: true);
    }

    /// <summary>The command before the first change of a batch has run; false: nothing may be changed.</summary>
    private async ValueTask<bool> ReadyAsync(string path, CancellationToken cancellationToken)
    {
        if (await commands.BeforeAsync(cancellationToken) is not { } failure)
        {
            return true;
        }

        actions.Fails();
        await ProblemAsync("", "pre-command", failure, cancellationToken);
        return false;
    }

    private async ValueTask OwnerAsync(string path, bool owned, CancellationToken cancellationToken)
    {
        if (!owned)
        {
            await ProblemAsync(path, "owner", "Owner and group could not be set: the process has not the right to.", cancellationToken);
        }
    }

    private ValueTask TryAsync(string path, Func<string, CancellationToken, ValueTask> action, CancellationToken cancellationToken)
        => TryAsync(path, null!, (p, _, token) => action(p, token), cancellationToken);

    /// <summary>What fails for one path is reported, and the others go on.</summary>
    private async ValueTask TryAsync(string path, EntryFacts facts, Func<string, EntryFacts, CancellationToken, ValueTask> action, CancellationToken cancellationToken)
    {
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
