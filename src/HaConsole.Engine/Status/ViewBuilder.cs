using HaConsole.Engine.Loop;
using HaConsole.Failover;

namespace HaConsole.Engine.Status;

/// <summary>What this server sees of the other, and the other of this one.</summary>
internal static class ViewBuilder
{
    /// <summary>This server's own view.</summary>
    public static ServerView Own(NodeStateBox box, string link, TimeSpan now)
    {
        var state = box.State;
        var (monitor, sentence) = Monitor(state, now - box.Settings.HeartbeatInterval - box.Settings.HeartbeatTimeout);
        return new ServerView
        {
            PeerRole = FailoverMachine.PeerRoleOf(state, box.Settings, now).ToString(),
            PeerHealth = FailoverMachine.PeerHealthOf(state, box.Settings, now).ToString(),
            Monitor = monitor,
            MonitorSentence = sentence,
            Link = link,
            Lan = state.Local.Lan.ToString(),
            Vip = box.Settings.TestVipDestination ? state.Local.Vip.ToString() : "Off",
            Counters = Counters(state.Counters, box.Settings.FailuresToSwitch),
            AgeSeconds = Math.Round(Math.Max(0, (now - box.At).TotalSeconds), 3),
        };
    }

    /// <summary>The other server's view: the fresh part from its last report, the rest from its detail.</summary>
    public static ServerView? OfPeer(PeerReport? report, ServerView? told, double? age) => report is null ? null : (told ?? new ServerView()) with
    {
        PeerHealth = report.SeesPeer.ToString(),
        Lan = report.Lan.ToString(),
        Vip = told is { Vip: "Off" } ? "Off" : report.Vip.ToString(),
        AgeSeconds = age,
    };

    private static (string State, string Sentence) Monitor(in NodeState state, TimeSpan oldest) => state.ProbeAt is not { } at || at < oldest
        ? ("Unknown", state.ProbeAt is null ? "The monitor URL was not asked yet." : "The last answer of the monitor URL is too old.")
        : state.Probe.Outcome switch
        {
            ProbeOutcome.Success => ("Ok", "The monitor URL answers well."),
            ProbeOutcome.Unhealthy => ("Failed", "The monitor URL answers, but not well."),
            _ => ("Failed", "The monitor URL does not answer."),
        };

    /// <summary>Not above what a rule needs: a counter that goes on counting would be news for the peer at every tick.</summary>
    private static CounterStatus[] Counters(Counters counters, int n) =>
    [
        Counter("peerFail", counters.PeerFail, n),
        Counter("peerActive", counters.PeerActive, n),
        Counter("lanDown", counters.LanDown, n),
        Counter("selfOk", counters.SelfOk, n),
        Counter("vipHere", counters.VipHere, n),
        Counter("bothStandby", counters.BothStandby, n),
    ];

    private static CounterStatus Counter(string name, int value, int n) => new(name, Math.Min(value, n), n);
}
