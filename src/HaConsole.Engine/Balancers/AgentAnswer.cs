using HaConsole.Failover;

namespace HaConsole.Engine.Balancers;

/// <summary>
/// The word for HAProxy's agent-check. After a hand-over the old Active says "up" until the other one has said that it serves, and has been
/// asked since: both agents are asked at moments of their own, and a balancer that sees none up refuses its clients. What reaches the old one
/// meanwhile finds a closed port and is tried again elsewhere.
/// </summary>
internal sealed class AgentAnswer
{
    /// <summary>Answer of the Active.</summary>
    public const string Up = "up ready";

    /// <summary>Answer of a server in maintenance, and of one that has just handed over: no new connections.</summary>
    public const string Drain = "drain";

    /// <summary>Answer of the Standby. The space belongs to it: without it HAProxy takes the whole for an unknown word and goes on sending.</summary>
    public const string Down = "down #standby";

    /// <summary>What a busy balancer may be late with its question.</summary>
    private static readonly TimeSpan Lateness = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestLinger = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(5);
    private readonly Lock gate = new();
    private BalancerPhase phase;
    private bool maintained;
    private bool served;
    private TimeSpan? handedOverAt;
    private TimeSpan? peerServesSince;
    private TimeSpan? askedAt;
    private TimeSpan gap = TimeSpan.FromMilliseconds(100);

    /// <summary>Takes a turn of the loop.</summary>
    public void Turned(in NodeState state, DateTimeOffset utc, TimeSpan now)
        => Turned(BalancerPhases.Of(state), BalancerPhases.PeerServes(state), state.Controls.Maintenance(state.Rank) is { } control && control.InForce(utc), now);

    /// <summary>Takes what a turn has come to.</summary>
    /// <param name="next">What this server is.</param>
    /// <param name="serves">The other one has said that it serves.</param>
    /// <param name="inMaintenance">This server is in maintenance.</param>
    /// <param name="now">Now.</param>
    internal void Turned(BalancerPhase next, bool serves, bool inMaintenance, TimeSpan now)
    {
        lock (gate)
        {
            if (next != phase)
            {
                handedOverAt = phase == BalancerPhase.HandingOver && next == BalancerPhase.Standby ? now : null;
                served = next is BalancerPhase.Serving || (served && next is not BalancerPhase.Standby);
                phase = next;
            }

            // Handed over and no longer served: the next hand-over has begun, and this server must not look up beside the other one.
            handedOverAt = peerServesSince is not null && !serves ? null : handedOverAt;
            peerServesSince = serves ? peerServesSince ?? now : null;
            maintained = inMaintenance;
        }
    }

    /// <summary>The word now; the balancer has asked.</summary>
    public string Asked(TimeSpan now)
    {
        lock (gate)
        {
            if (askedAt is { } before && now > before)
            {
                // The longest of the last ones: several balancers, or several of their threads, may ask.
                var seen = now - before < LongestGap ? now - before : LongestGap;
                gap = seen > gap ? seen : gap - ((gap - seen) / 8);
            }

            askedAt = now;
            return phase switch
            {
                BalancerPhase.Serving or BalancerPhase.HandingOver => Up,

                // Not while both could be up and neither serves: HAProxy would spend all its retries between them at once.
                BalancerPhase.Activating => served ? Up : Down,
                _ when Lingers(now, Lateness + (gap * 2)) => Up,
                _ when maintained || Lingers(now, Lateness + (gap * 4)) => Drain,
                _ => Down,
            };
        }
    }

    private bool Lingers(TimeSpan now, TimeSpan span)
        => handedOverAt is { } since && now - since < LongestLinger && (peerServesSince is not { } serves || now - (serves > since ? serves : since) < span);
}
