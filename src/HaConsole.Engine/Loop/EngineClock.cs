using HaConsole.Failover;

namespace HaConsole.Engine.Loop;

/// <summary>Monotonic time since the engine was made, and the wall clock for display, from one <see cref="TimeProvider"/>.</summary>
public sealed class EngineClock(TimeProvider time)
{
    private readonly long origin = time.GetTimestamp();

    /// <summary>The provider behind it.</summary>
    public TimeProvider Time => time;

    /// <summary>Monotonic time; never 0, so that "before the first" can be told from "at the start".</summary>
    public TimeSpan Now => time.GetElapsedTime(origin) + TimeSpan.FromMilliseconds(1);

    /// <summary>Wall clock.</summary>
    public DateTimeOffset Utc => time.GetUtcNow();

    /// <summary>Wall clock at a moment of the monotonic clock, for display.</summary>
    public DateTimeOffset UtcAt(TimeSpan moment) => Utc - (Now - moment);
}

/// <summary>What the loop may take, derived from H, T and N.</summary>
public static class LoopTiming
{
    /// <summary>
    /// How long the services are kept without a turn of the loop. They must be gone before the peer may take over, which is (N−1)·H
    /// after its first failed probe at the earliest (with fast confirmation: after N−1 of its intervals); a quarter of that (at most the
    /// longest stop timeout) is left for stopping them. With N = 1 the peer does not wait at all: there it is H as with N = 2.
    /// </summary>
    public static TimeSpan ServiceLease(FailoverSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var untilPeerActs = ServicesGoneBy(settings);
        var quarter = untilPeerActs / 4;
        var forStopping = settings.LongestStop > TimeSpan.Zero && settings.LongestStop < quarter ? settings.LongestStop : quarter;
        return untilPeerActs - forStopping;
    }

    /// <summary>From the last turn of the loop to the earliest moment at which the peer may act: what still runs then is killed.</summary>
    public static TimeSpan ServicesGoneBy(FailoverSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Math.Max(1, settings.FailuresToSwitch - 1) * (settings.FastConfirmation ? settings.FastConfirmationInterval : settings.HeartbeatInterval);
    }

    /// <summary>Longest sleep of the loop: the lease is renewed at least four times in its life.</summary>
    public static TimeSpan LongestSleep(FailoverSettings settings) => ServiceLease(settings) / 4;

    /// <summary>
    /// Age of the last turn from which <c>mod=FT</c> answers STANDBY by itself: before the services are released (invariant I6), and
    /// never later than max(2·H, (N−1)·H).
    /// </summary>
    public static TimeSpan FrozenAfter(FailoverSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var beforeRelease = ServiceLease(settings) * 0.7;
        return beforeRelease < settings.FrozenAfter ? beforeRelease : settings.FrozenAfter;
    }
}
