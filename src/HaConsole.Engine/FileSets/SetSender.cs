using System.Diagnostics;
using System.Threading.Channels;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.FileSets.Wire;
using HaConsole.Failover;

namespace HaConsole.Engine.FileSets;

/// <summary>Keeps the other server's copy of one set equal while this server is the Active.</summary>
internal sealed partial class SetSender(FileSetRunner set) : IDisposable
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryFailed = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LookAgainDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan CommandBatch = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(5);
    private readonly Channel<bool> hurry = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly FileSetContext context = set.Context;
    private readonly FileSetDefinition definition = set.Definition;
    private ChangeWatcher? watcher;
    private readonly Lock gate = new();
    private volatile Wish? wished;
    private bool confirmed;

    /// <summary>Of comparisons that something could not be copied in.</summary>
    private readonly RetryPauses failures = new(RetryFailed, LongestRetry);

    /// <summary>Of attempts that came to no comparison: refused, or a fetch that did not end.</summary>
    private readonly RetryPauses refusals = new(Retry, LongestRetry);

    /// <summary>What an operator wants: one that comes while the same one is carried out, is another one.</summary>
    private sealed class Wish(FileSetCommand command)
    {
        public FileSetCommand Command => command;
    }

    /// <summary>This server has taken over: what the other one has is looked at before anything of it is replaced.</summary>
    public bool NeedsAudit { get; set; }

    public int WatchedDirectories => watcher?.Directories ?? 0;

    /// <summary>Tries again at once.</summary>
    public void Hurry() => hurry.Writer.TryWrite(true);

    /// <summary>Has an operator's wish carried out; null when it is noted, else why not.</summary>
    public string? Command(FileSetCommand wanted)
    {
        lock (gate)
        {
            wished = new Wish(wanted);
            confirmed = wanted == FileSetCommand.Push;
        }

        watcher?.Wake();
        Hurry();
        return null;
    }

    /// <summary>Until this server is no longer Active.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan? until = null;
            try
            {
                if (Wanted?.Command != FileSetCommand.Fetch && Vanished() is { } why)
                {
                    set.Report.Problem("", "vanished", why);
                    set.Is(FileSetState.Failed, why, FileSetSide.Source);
                }
                else
                {
                    await ConnectAsync(cancellationToken);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
            catch (RepeatLaterException e)
            {
                var pause = refusals.Next();
                until = Now + pause;
                set.Is(FileSetState.Waiting, e.Message, FileSetSide.Source, pause);
            }
            catch (Exception e)
            {
                // Whatever it was: the next attempt begins anew, and the role may change meanwhile.
                set.Is(FileSetState.Waiting, e is OperationCanceledException ? "The other server does not answer." : e.Message, FileSetSide.Source);
            }

            await PauseAsync(until ?? Now + Retry, cancellationToken);
        }
    }

    public void Dispose() => watcher?.Dispose();

    private Wish? Wanted => wished;

    /// <summary>On the monotonic clock.</summary>
    private TimeSpan Now => context.Time.GetElapsedTime(0);

    /// <summary>It has been carried out; one that came meanwhile stays.</summary>
    private void Done(Wish? wish)
    {
        lock (gate)
        {
            if (wish is not null && wished == wish)
            {
                (wished, confirmed) = (null, false);
            }
        }
    }

    /// <summary>Until the next attempt, or until somebody is in a hurry.</summary>
    private async Task PauseAsync(TimeSpan until, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested && until - Now is var rest && rest > TimeSpan.Zero)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(rest > Retry ? Retry : rest);
            try
            {
                await hurry.Reader.ReadAsync(limit.Token);

                // Something is different from when it failed last.
                refusals.Reset();
                return;
            }
            catch (OperationCanceledException)
            {
                // Time has passed: enough of it?
            }
        }
    }

    /// <summary>A directory that is gone, or stands for a mount that is missing, is no reason to remove everything on the other server.</summary>
    private string? Vanished()
    {
        if (!Directory.Exists(set.Directory))
        {
            return $"The directory {set.Directory} does not exist: nothing is removed on the other server.";
        }

        if (set.Notes.FetchIsOpen && !confirmed)
        {
            return "Not everything has been taken from the other server: nothing is changed there until you fetch again, or push what is here.";
        }

        return set.IsReplaced && !confirmed
            ? $"The directory {set.Directory} is not the one that was copied before (is a file system not mounted?): nothing is removed on the other server until you synchronise by hand."
            : null;
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        var fetch = Wanted is { Command: FileSetCommand.Fetch } wish ? wish : null;
        using var root = SetRoot.Open(set.Directory, make: fetch is not null);
        set.Opened(root);
        failures.Reset();
        bool fills;
        lock (gate)
        {
            fills = confirmed;

            // It counts for the directory that was there when the operator said so, not for the next one.
            confirmed = false;
        }

        if (fetch is not null)
        {
            await FetchAsync(root, fetch, cancellationToken);
            return;
        }

        await using var channel = new FileChannel(await context.Open(cancellationToken));
        using var alive = new ChannelPulse(channel, cancellationToken);
        await FileHello.Of(definition, context.Epoch(), fills: fills).SendAsync(channel, alive.Token);
        await FileHello.AnswerAsync(channel, alive.Token);
        refusals.Reset();
        set.Report.Solved("", "vanished");
        using var watch = watcher = new ChangeWatcher(root.Directory, set.Patterns);
        var files = new FileSender(root, set.Index, set.Report, new Throttle(definition.BytesPerSecond, context.Time), definition.Compress, context.Time);
        var source = new SyncSource(channel, root, set.Index, set.Patterns, set.Report, files) { LookedFor = watch.Wake };
        var reading = source.ReadAsync(alive.Token);
        try
        {
            await SynchroniseAsync(source, watch, root, reading, alive.Token);
        }
        finally
        {
            watcher = null;
            set.Save(root, force: true);
        }
    }

    private async Task SynchroniseAsync(SyncSource source, ChangeWatcher watch, SetRoot root, Task reading, CancellationToken cancellationToken)
    {
        if (watch.Problem is { } problem)
        {
            set.Report.Problem("", "watches", problem);
        }

        // Taken before the comparison begins: what is wanted later sees nothing of it.
        var wish = Wanted;
        if (wish?.Command == FileSetCommand.Fetch)
        {
            Hurry();
            return;
        }

        var isPush = wish?.Command == FileSetCommand.Push;
        if (NeedsAudit || wish?.Command == FileSetCommand.Audit)
        {
            await CompareAsync(source, root, dryRun: true, cancellationToken);
            NeedsAudit = false;
        }

        var due = await CompareAsync(source, root, !definition.Automatic && !isPush, cancellationToken);
        Done(wish);
        if (definition.Automatic || isPush)
        {
            set.Notes.FetchEnds();
        }

        while (true)
        {
            watch.Later(source.TakeAgain(), LookAgainDelay);
            var rest = due - Now;
            var waiting = watch.WaitAsync(rest > Turn ? Turn : rest > TimeSpan.Zero ? rest : TimeSpan.Zero, cancellationToken);
            await Task.WhenAny(waiting, reading);
            if (reading.IsCompleted)
            {
                throw new IOException("The other server has closed the channel.");
            }

            await waiting;
            if (!root.IsStillThere)
            {
                Done(Wanted is { Command: FileSetCommand.Push } meant ? meant : null);
                throw new IOException($"The directory {set.Directory} is no longer the one that was copied.");
            }

            var began = Stopwatch.GetTimestamp();
            var paths = watch.Take(out var everything);

            // After that: who wants something wakes the wait that follows, or is seen here.
            wish = Wanted;
            if (wish?.Command == FileSetCommand.Fetch)
            {
                Hurry();
                return;
            }

            if (everything || wish is not null || Now >= due)
            {
                isPush = wish?.Command == FileSetCommand.Push;
                var isDry = wish?.Command == FileSetCommand.Audit || (!definition.Automatic && !isPush);
                var next = await CompareAsync(source, root, isDry, cancellationToken);
                Done(wish);

                // What was only looked at is still to be copied.
                watch.Later(isDry && definition.Automatic ? paths : [], TimeSpan.Zero);
                due = !isDry || !definition.Automatic ? next : everything ? TimeSpan.Zero : due;
            }
            else if (paths.Count > 0 && definition.Automatic)
            {
                due = await SendAsync(source, paths, root, began, due, cancellationToken);
            }
        }
    }

    /// <summary>Sends what has changed; when everything is to be compared, on the monotonic clock: sooner than <paramref name="due"/> when something failed.</summary>
    private async Task<TimeSpan> SendAsync(SyncSource source, List<string> paths, SetRoot root, long began, TimeSpan due, CancellationToken cancellationToken)
    {
        if (definition.CommandBefore.Length > 0 || definition.CommandAfter.Length > 0)
        {
            // One command for what belongs together.
            await Task.Delay(CommandBatch, context.Time, cancellationToken);
        }

        var counts = await source.SendChangesAsync(paths, cancellationToken);
        if (counts.Failed == 0)
        {
            set.Agreed(Stopwatch.GetElapsedTime(began));
        }
        else
        {
            var now = Now;
            due = failures.IsFresh && now + RetryFailed < due ? now + RetryFailed : due;
            set.Is(FileSetState.OutOfSync, "Not everything could be copied.", FileSetSide.Source, due - now);
        }

        set.Save(root, force: false);
        return due;
    }

    /// <summary>Compares everything; when it is to be done again, on the monotonic clock.</summary>
    private async Task<TimeSpan> CompareAsync(SyncSource source, SetRoot root, bool dryRun, CancellationToken cancellationToken)
    {
        var began = context.Time.GetTimestamp();
        set.Is(dryRun ? FileSetState.Auditing : FileSetState.Synchronising, "Everything is compared.", FileSetSide.Source);
        if (!dryRun)
        {
            Prune(root);
        }

        var pass = set.NextPass();
        var counts = await source.CompareAsync(dryRun, pass, cancellationToken);
        var took = context.Time.GetElapsedTime(began);
        var isEqual = counts.Failed == 0 && (!dryRun || counts.Differences == 0);
        if (counts.Failed == 0 && !dryRun)
        {
            set.Index.EndPass(pass);
        }

        if (isEqual)
        {
            set.Agreed();
        }

        TimeSpan? pause = counts.Failed > 0 ? failures.Next() : null;
        var next = Now + (pause ?? TimeSpan.FromSeconds(definition.CompareInterval));
        set.Compared(took);
        set.Is(
            isEqual ? FileSetState.InSync : FileSetState.OutOfSync,
            isEqual ? "" : dryRun ? $"{counts.Differences} things differ on the other server." : $"{counts.Failed} things could not be copied.",
            FileSetSide.Source,
            pause);
        Tell(dryRun, counts);
        set.Save(root, force: counts.Applied > 0);

        if (pause is null)
        {
            failures.Reset();
        }

        return next;
    }

    /// <summary>What this server kept while it was the Standby.</summary>
    private void Prune(SetRoot root)
    {
        try
        {
            using var recycle = new RecycleFolder(root, context.Time);
            recycle.Prune(definition.KeepDays);
        }
        catch (IOException e)
        {
            set.Report.Problem("", "recycle", e.Message);
        }
    }

    private void Tell(bool dryRun, SyncCounts counts)
    {
        if (dryRun)
        {
            context.Event(
                "file-set-audit",
                counts.Differences == 0 ? $"File set {definition.Name}: the other server has the same." : $"File set {definition.Name}: {counts.Differences} things differ on the other server.",
                counts.Differences == 0 ? Severity.Info : Severity.Warning);
        }
        else if (counts.Applied + counts.Failed > 0)
        {
            context.Event(
                "file-set-synchronised",
                $"File set {definition.Name}: {counts.Applied} things and {counts.Bytes} bytes were copied, {counts.Recycled} were moved to the recycle folder, {counts.Failed} failed.",
                counts.Failed == 0 ? Severity.Info : Severity.Warning);
        }
    }
}
