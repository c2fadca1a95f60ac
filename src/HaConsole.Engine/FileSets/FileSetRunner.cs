using HaConsole.Engine.Configuration;
using HaConsole.Engine.FileSets.Wire;
using HaConsole.Failover;

namespace HaConsole.Engine.FileSets;

/// <summary>One set on this server: sends while this server is the Active, receives while it is not.</summary>
internal sealed class FileSetRunner : IAsyncDisposable
{
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(30);
    private readonly FileSetContext context;
    private readonly PathPatterns patterns;
    private readonly FileIndex index = new();
    private readonly SyncReport report;
    private readonly string indexFile;
    private string? openRoot;
    private readonly SemaphoreSlim oneSession = new(1, 1);
    private readonly Lock gate = new();
    private CancellationTokenSource? sending;
    private CancellationTokenSource? receiving;
    private readonly Task ready;
    private Task sendLoop;
    private FileSetStatus status;
    private SetSender? sender;
    private bool isActive;
    private int passes;
    private long savedAt;

    /// <summary>Reads what is known of its files; nothing begins before <paramref name="after"/> has ended.</summary>
    public FileSetRunner(FileSetDefinition set, FileSetContext context, Task after)
    {
        Definition = set;
        Directory = context.PathOf(set);
        this.context = context;
        patterns = new PathPatterns(set.Include, set.Exclude);
        indexFile = Path.Combine(context.DataDirectory, "state", $"files-{set.Name}.index");
        Notes = new SetNotes(context.DataDirectory, set.Name);
        status = new FileSetStatus { Name = set.Name, Path = set.Path, Since = context.Time.GetUtcNow() };
        report = new SyncReport(context.Time)
        {
            HasProblem = problem => context.Event("file-set-problem", $"File set {set.Name}: {(problem.Path.Length > 0 ? problem.Path + ": " : "")}{problem.Sentence}", Severity.Warning),
        };
        sendLoop = ready = LoadAsync(after);
    }

    public FileSetDefinition Definition { get; }

    /// <summary>Where it is on this server.</summary>
    public string Directory { get; }

    /// <summary>Another directory than the one that both servers agreed on, or none: a file system that is not mounted, or lost.</summary>
    public bool IsReplaced => !System.IO.Directory.Exists(Directory)
        || (Notes.KnownRoot is { } id ? SetRoot.IdOf(Directory) != id : index.Count > 0 && !SetRoot.IsKnown(Directory));

    public SetNotes Notes { get; }

    public FileIndex Index => index;

    public PathPatterns Patterns => patterns;

    public SyncReport Report => report;

    public FileSetContext Context => context;

    public FileSetStatus Status
    {
        get
        {
            lock (gate)
            {
                return status with
                {
                    Progress = report.Progress,
                    DriftCount = report.DriftCount,
                    Drifts = report.Drifts,
                    Problems = report.Problems,
                    KnownFiles = index.Count,
                    WatchedDirectories = sender?.WatchedDirectories ?? 0,
                };
            }
        }
    }

    /// <summary>The directory is open: the next agreement is about this one.</summary>
    public void Opened(SetRoot root) => openRoot = root.Id;

    /// <summary>A number for the next comparison.</summary>
    public int NextPass() => Interlocked.Increment(ref passes);

    /// <summary>The role of this server; the direction follows it.</summary>
    public void RoleIs(bool active, bool isTakeover)
    {
        lock (gate)
        {
            if (isActive == active && (active ? sending is not null : sending is null))
            {
                return;
            }

            isActive = active;
            if (active)
            {
                // Whoever sends here is no longer the Active: nothing of it may arrive any more.
                receiving?.Cancel();
                sending = new CancellationTokenSource();
                sender = new SetSender(this) { NeedsAudit = isTakeover };
                sendLoop = SendAsync(sender, sendLoop, sending.Token);
            }
            else
            {
                sending?.Cancel();
                sending = null;
                sender = null;
                status = status with { Side = FileSetSide.None };
            }
        }

        Is(FileSetState.Waiting, active ? "The other server is not connected yet." : "The Active has not come yet.", active ? FileSetSide.Source : FileSetSide.Target);
    }

    /// <summary>The other server can be reached: no need to wait for the next attempt.</summary>
    public void PeerIsBack() => sender?.Hurry();

    /// <summary>Carries out what an operator wants; null when it has begun, else why not.</summary>
    public string? Command(FileSetCommand command)
    {
        var present = sender;
        return present is null ? "Only the Active can compare and synchronise." : present.Command(command);
    }

    /// <summary>The Active has opened a channel for this set.</summary>
    public async Task ServeAsync(FileChannel channel, FileHello hello, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lock (gate)
        {
            receiving?.Cancel();
            receiving = ended;
        }

        var mine = false;
        try
        {
            await ready.WaitAsync(ended.Token);
            if (!isActive)
            {
                // Its own sending would last as long as it is Active.
                await oneSession.WaitAsync(ended.Token);
                mine = true;
            }

            if (isActive)
            {
                await FileHello.RefuseAsync(channel, "This server is Active itself.", cancellationToken);
                return;
            }

            if (hello.Fetch && IsReplaced)
            {
                await FileHello.RefuseAsync(channel, $"The directory {Directory} on the other server is missing, or not the one that was copied: nothing is fetched.", ended.Token);
                return;
            }

            if (!hello.Fetch && !hello.Fills && Notes.KnownRoot is not null && SetRoot.IdOf(Directory) is null)
            {
                var missing = $"The directory {Directory} on the Standby is not the one that was copied before (is a file system not mounted?): nothing is copied into it until you synchronise by hand.";
                report.Problem("", "not-mounted", missing);
                await FileHello.RefuseAsync(channel, missing, ended.Token);
                return;
            }

            report.Solved("", "not-mounted");
            if (TryOpen(out var why) is not { } opened)
            {
                report.Problem("", "root", why);
                await FileHello.RefuseAsync(channel, why, ended.Token);
                return;
            }

            using var root = opened;
            Opened(root);
            await FileHello.WelcomeAsync(channel, ended.Token);
            if (hello.Fetch)
            {
                await SendOnceAsync(channel, root, hello.DryRun, ended.Token);
            }
            else
            {
                await ReceiveAsync(channel, root, ended.Token);
            }
        }
        finally
        {
            lock (gate)
            {
                receiving = receiving == ended ? null : receiving;
            }

            if (mine)
            {
                oneSession.Release();
            }
        }
    }

    /// <summary>Receives until the channel ends, or for one comparison.</summary>
    public async Task ReceiveAsync(FileChannel channel, SetRoot root, CancellationToken cancellationToken)
    {
        var commands = new SetCommands(Definition.Name, Directory, Definition.CommandBefore, Definition.CommandAfter, TimeSpan.FromSeconds(Definition.CommandTimeout));
        using var target = new SyncTarget(channel, root, index, patterns, report, commands, context.Time)
        {
            Marked = counts => Agreed(counts, root),
            NextPass = NextPass,
            KeepDays = Definition.KeepDays,
        };
        Is(FileSetState.Synchronising, "Everything is compared.", FileSetSide.Target);
        try
        {
            await target.RunAsync(cancellationToken);
        }
        finally
        {
            Save(root, force: true);
            Is(FileSetState.Waiting, "The other server does not send.", FileSetSide.Target);
        }
    }

    /// <summary>What it does from now on; with <paramref name="nextTryIn"/>, when what has failed is tried again.</summary>
    public void Is(FileSetState state, string sentence, FileSetSide side, TimeSpan? nextTryIn = null)
    {
        lock (gate)
        {
            var isSame = status.State == state && status.Sentence == sentence && status.Side == side;
            if (isSame && nextTryIn is null && status.NextTryAt is null)
            {
                return;
            }

            var now = context.Time.GetUtcNow();
            status = status with { State = state, Sentence = sentence, Side = side, Since = isSame ? status.Since : now, NextTryAt = now + nextTryIn };
        }

        context.Changed();
    }

    /// <summary>A comparison of everything has ended.</summary>
    public void Compared(TimeSpan took)
    {
        lock (gate)
        {
            status = status with { ComparedAt = context.Time.GetUtcNow(), CompareSeconds = took.TotalSeconds };
        }
    }

    /// <summary>Both sides agree now.</summary>
    public void Agreed(TimeSpan? lag = null)
    {
        if (index.Count > 0 && openRoot is { } id)
        {
            try
            {
                Notes.AgreedOn(id);
            }
            catch (IOException e)
            {
                report.Problem("", "index", $"Which directory was copied could not be stored: {e.Message}");
            }
        }

        lock (gate)
        {
            status = status with { AgreedAt = context.Time.GetUtcNow(), LagSeconds = lag?.TotalSeconds ?? status.LagSeconds };
        }

        context.Changed();
    }

    /// <summary>Writes the index, not too often; what it says is on the disk before.</summary>
    public void Save(SetRoot root, bool force)
    {
        if (!force && context.Time.GetElapsedTime(savedAt) < SaveEvery)
        {
            return;
        }

        savedAt = context.Time.GetTimestamp();
        try
        {
            root.Directory.Sync();
            index.Save(indexFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            report.Problem("", "index", $"What is known of the files could not be stored: {e.Message}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            sending?.Cancel();
            receiving?.Cancel();
        }

        await sendLoop;
        await oneSession.WaitAsync();
        oneSession.Dispose();
    }

    /// <summary>This server forgets the set: its index is of no use any more.</summary>
    public void Forget()
    {
        File.Delete(indexFile);
        Notes.Forget();
    }

    /// <summary>The runner before of the same name has written its last.</summary>
    private async Task LoadAsync(Task after)
    {
        await after;
        await Task.Yield();
        try
        {
            index.Load(indexFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Every file is read once again.
        }

        Notes.Load();
    }

    private SetRoot? TryOpen(out string why)
    {
        try
        {
            why = "";
            return SetRoot.Open(Directory, make: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            why = $"The directory {Directory} cannot be opened on the other server: {e.Message}";
            return null;
        }
    }

    private async Task SendAsync(SetSender loop, Task before, CancellationToken cancellationToken)
    {
        await before;
        await Task.Yield();
        await oneSession.WaitAsync(CancellationToken.None);
        try
        {
            using (loop)
            {
                await loop.RunAsync(cancellationToken);
            }
        }
        finally
        {
            oneSession.Release();
        }
    }

    /// <summary>The Active asked for what is here.</summary>
    private async Task SendOnceAsync(FileChannel channel, SetRoot root, bool dryRun, CancellationToken cancellationToken)
    {
        var files = new FileSender(root, index, report, new Throttle(Definition.BytesPerSecond, context.Time), Definition.Compress, context.Time);
        var source = new SyncSource(channel, root, index, patterns, report, files);
        var reading = source.ReadAsync(cancellationToken);
        await source.CompareAsync(dryRun, NextPass(), cancellationToken);
        await reading;
    }

    private void Agreed(SyncCounts counts, SetRoot root)
    {
        Save(root, force: counts.Applied > 1000);
        if (counts.Failed == 0)
        {
            Agreed();
            Is(FileSetState.InSync, "", FileSetSide.Target);
        }
        else
        {
            Is(FileSetState.OutOfSync, "Not everything could be copied.", FileSetSide.Target);
        }
    }
}
