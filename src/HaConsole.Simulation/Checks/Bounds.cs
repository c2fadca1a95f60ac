using HaConsole.Simulation.Scenarios;

namespace HaConsole.Simulation.Checks;

/// <summary>The times that the invariants allow, in ticks of virtual time.</summary>
internal readonly struct Bounds
{
    public Bounds(Scenario scenario)
    {
        var settings = scenario.ToFailoverSettings();
        var interval = settings.HeartbeatInterval.Ticks;
        var timeout = settings.HeartbeatTimeout.Ticks;
        var count = settings.FailuresToSwitch;
        var delays = (scenario.Settings.ServiceStartDelay + scenario.Settings.ServiceStopDelay).Ticks;
        var network = 4 * scenario.Settings.Latency.Ticks;
        var vote = settings.Witness ? settings.VoteDuration.Ticks : 0;
        var resolved = settings is { VipFirst: true, TestVipDestination: true } ? 2 * count : count;
        TwoActives = ((resolved + 1) * interval) + timeout + network;
        OffLan = ((count + 1) * interval) + timeout + network;
        NoActive = Math.Max(count * interval, vote) + interval + timeout + delays + network;
        Converge = ((count + 2) * interval) + (2 * timeout) + delays + network + vote;
        Settle = (((3 * count) + 5) * interval) + (2 * timeout) + (2 * delays) + network + vote;
    }

    /// <summary>I1: (N+1)·H + T; with "VIP first" row 230 ends it, at 2N.</summary>
    public long TwoActives { get; }

    /// <summary>I1: an Active that has lost the LAN knows it, and yields after N ticks (row 200).</summary>
    public long OffLan { get; }

    /// <summary>I2: N·H + T + start delay + H (a hand-over under way adds its stop; with N = 1 a vote lives longer than N·H).</summary>
    public long NoActive { get; }

    /// <summary>From one switch of a healthy pair until all of it is over.</summary>
    public long Converge { get; }

    /// <summary>From the last fault until the slowest row (2N, then N for the failback) has acted.</summary>
    public long Settle { get; }
}
