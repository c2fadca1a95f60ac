using HaConsole.Engine.Status;

namespace HaConsole.Web.Live;

/// <summary>
/// The last snapshot for all open pages: read once from the engine, however many pages are open. Pages are told of a new one and read
/// <see cref="Current"/>; a slow page skips intermediate ones.
/// </summary>
public sealed partial class LiveStatus(ConsoleEngine engine, TimeProvider time, ILogger<LiveStatus> logger) : IDisposable
{
    /// <summary>Pages hear at least this often that the server lives, also when nothing happens.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    /// <summary>A switch is a dozen changes within a second. What is no change of a role waits this long for the next, so that pages are drawn once for several.</summary>
    public static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(200);

    /// <summary>A beat that is that late is told to the pages: the server answers, but what they show is not renewed.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromSeconds(2.5);

    private readonly CancellationTokenSource ended = new();
    private readonly Lock gate = new();
    private long lastBeat;
    private volatile bool stalled;
    private volatile LiveSnapshot? current;
    private long lastTold;
    private bool gathering;

    /// <summary>A new snapshot is there. Raised on a thread of its own: handlers only hand over to their circuit.</summary>
    public event Action<StatusSnapshot>? Changed;

    /// <summary>Last snapshot.</summary>
    public StatusSnapshot Current => Latest.Snapshot;

    /// <summary>Last snapshot with its facts.</summary>
    public LiveSnapshot Latest => current ?? new LiveSnapshot(engine.Engine.Current);

    /// <summary>The open pages, which are told after everybody else.</summary>
    public LivePages Pages { get; } = new(time);

    /// <summary>No news can be had from the engine: what the pages show grows old although this server answers.</summary>
    public bool Stalled => stalled;

    /// <summary>A server that was heard within that many seconds is heard as often as it should be: how long ago exactly says nothing.</summary>
    public int HeardWithinSeconds
    {
        get
        {
            var timing = engine.Engine.Configuration.Content.HotStandby;
            return (int)Math.Ceiling(timing.HeartbeatInterval + timing.HeartbeatTimeout + 1);
        }
    }

    /// <summary>Begins to read; called once, when the engine turns.</summary>
    public void Start()
    {
        _ = ReadAsync(ended.Token);
        Volatile.Write(ref lastBeat, time.GetTimestamp());
        _ = BeatAsync(ended.Token);
        _ = WatchBeatAsync(ended.Token);
        _ = Pages.TellAsync(ended.Token);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The reading tasks end by themselves; nothing is left to wait for.
        ended.Cancel();
        ended.Dispose();
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            await foreach (var snapshot in engine.Engine.WatchAsync(cancellationToken).ConfigureAwait(false))
            {
                Tell(snapshot);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    /// <summary>Ages belong to a moment: what has not changed is said again, as of now.</summary>
    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Beat, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                var now = engine.Engine.Current;
                Volatile.Write(ref lastBeat, time.GetTimestamp());

                // By the monotonic clock: a wall clock that is set back must not silence the pages.
                if (time.GetElapsedTime(Volatile.Read(ref lastTold)) >= Beat / 2)
                {
                    Tell(now);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    /// <summary>Browsers take a page for fresh as long as its server answers: they must be told when it has nothing new to say.</summary>
    private async Task WatchBeatAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Beat, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                var late = time.GetElapsedTime(Volatile.Read(ref lastBeat)) > Late;
                if (late != stalled)
                {
                    stalled = late;
                    Pages.Tell(true);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private void Tell(StatusSnapshot snapshot)
    {
        bool urgent;
        lock (gate)
        {
            if (current is { } last && last.Snapshot.Version > snapshot.Version)
            {
                return;
            }

            var latest = new LiveSnapshot(snapshot);
            var passed = time.GetElapsedTime(lastTold);
            var beat = passed >= Beat / 2;

            // The engine counts a version with every turn of its loop. One that says nothing new waits for the next beat.
            urgent = current is { } shown && IsUrgent(shown.Snapshot, snapshot);
            if (!urgent && !beat && current is { } before && LiveSnapshot.FactsOf(before.Snapshot) == LiveSnapshot.FactsOf(snapshot))
            {
                return;
            }

            if (!urgent && current is not null && passed < Gathering)
            {
                if (!gathering)
                {
                    gathering = true;
                    _ = TellLaterAsync(Gathering - passed, ended.Token);
                }

                return;
            }

            current = latest;
            Volatile.Write(ref lastTold, time.GetTimestamp());
        }

        Pages.Tell(urgent);
        foreach (var handler in Changed?.GetInvocationList() ?? [])
        {
            try
            {
                ((Action<StatusSnapshot>)handler)(snapshot);
            }
            catch (Exception e)
            {
                // One page that fails must not keep the others from the news.
                LogHandlerFailed(e);
            }
        }
    }

    /// <summary>Who is Active: what people wait for.</summary>
    private static bool IsUrgent(StatusSnapshot before, StatusSnapshot after)
        => !before.Servers.Select(s => (s.Server, s.Role)).SequenceEqual(after.Servers.Select(s => (s.Server, s.Role)));

    private async Task TellLaterAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
            return;
        }

        lock (gate)
        {
            gathering = false;
        }

        Tell(engine.Engine.Current);
    }

    [LoggerMessage(2001, LogLevel.Error, "An open page could not be told of a new snapshot")]
    private partial void LogHandlerFailed(Exception exception);
}
