using System.Runtime.CompilerServices;
using System.Text.Json;
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

    private readonly CancellationTokenSource ended = new();
    private readonly Lock gate = new();
    private volatile LiveSnapshot? current;
    private long lastTold;
    private bool gathering;

    /// <summary>A new snapshot is there. Raised on a thread of its own: handlers only hand over to their circuit.</summary>
    public event Action<StatusSnapshot>? Changed;

    /// <summary>Last snapshot.</summary>
    public StatusSnapshot Current => Latest.Snapshot;

    /// <summary>Last snapshot with its facts.</summary>
    public LiveSnapshot Latest => current ?? new LiveSnapshot(engine.Engine.Current);

    /// <summary>Begins to read; called once, when the engine turns.</summary>
    public void Start()
    {
        _ = ReadAsync(ended.Token);
        _ = BeatAsync(ended.Token);
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
                // By the monotonic clock: a wall clock that is set back must not silence the pages.
                if (time.GetElapsedTime(Volatile.Read(ref lastTold)) >= Beat / 2)
                {
                    Tell(engine.Engine.Current);
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
            if (current is { } before && LiveSnapshot.FactsOf(before.Snapshot) == LiveSnapshot.FactsOf(snapshot) && !beat)
            {
                return;
            }

            if (current is { } shown && passed < Gathering && !IsUrgent(shown.Snapshot, snapshot))
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

/// <summary>A snapshot, and what is compared to find out whether a page must be drawn again.</summary>
public sealed class LiveSnapshot(StatusSnapshot snapshot)
{
    private static readonly ConditionalWeakTable<StatusSnapshot, string> Known = [];

    /// <summary>The snapshot.</summary>
    public StatusSnapshot Snapshot => snapshot;

    /// <summary>Everything in a snapshot but what only says how old or how fast something is; put together once for all pages.</summary>
    public static string FactsOf(StatusSnapshot snapshot)
        => Known.GetValue(snapshot, one => JsonSerializer.Serialize(WithoutAges(one), StatusJson.Default.StatusSnapshot));

    private static StatusSnapshot WithoutAges(StatusSnapshot snapshot) => snapshot with
    {
        Version = 0,
        At = default,
        PeerLink = snapshot.PeerLink with { RoundTripSeconds = null, Paths = [.. snapshot.PeerLink.Paths.Select(path => path with { RoundTripSeconds = null, MedianSeconds = null })] },
        PendingStepDown = snapshot.PendingStepDown is { } pending ? pending with { EndsInSeconds = 0 } : null,
        Servers = [.. snapshot.Servers.Select(WithoutAges)],
        Rules = [.. snapshot.Rules.Select(rule => rule with { DueInSeconds = rule.DueInSeconds is null ? null : 0, Guards = [.. rule.Guards.Select(guard => guard with { AgeSeconds = null })] })],
    };

    private static ServerStatus WithoutAges(ServerStatus server) => server with
    {
        AgeSeconds = server.AgeSeconds is null ? null : 0,
        ClockOffsetSeconds = server.ClockOffsetSeconds is { } offset ? Math.Round(offset, 1) : null,
        Checks = [.. server.Checks.Select(check => check with { LatencySeconds = null, LastAt = null })],
        View = server.View is { } view ? view with { AgeSeconds = null } : null,
    };
}
