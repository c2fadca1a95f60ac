using HaConsole.Failover.Tests.Bench;
using HaConsole.Failover.Tests.Table;

namespace HaConsole.Failover.Tests.Guide;

/// <summary>What reading the guide closely has found ambiguous, contradictory or dangerous: each with the outcome chosen.</summary>
public sealed class FindingTests
{
    private static readonly FailoverSettings Auto = PairBench.Defaults with { FirstServerAutoRestart = true };
    private static readonly FailoverSettings Vip = PairBench.Defaults with { TestVipDestination = true };

    [Fact(DisplayName = "Finding 1: an Active with the VIP orders its peer to Standby only when that was Active N times")]
    public void Finding01()
    {
        var bench = PairBench.Settled(Vip);
        bench.One.Vip = VipDestination.Here;
        bench.Two.Vip = VipDestination.Peer;
        bench.Run(60);
        Assert.DoesNotContain(bench.One.Effects, one => one.Effect is NodeEffect.SwitchRemote);
        Assert.True(bench.One.Serving);
    }

    [Theory(DisplayName = "Finding 2: #2 yields at N whatever the VIP says; with “VIP first” it stays and #1 yields at 2·N; never both at the same count")]
    [InlineData(false, 210)]
    [InlineData(true, 0)]
    public void Finding02(bool vipFirst, int row)
    {
        var two = RowCases.Matching(210).WithSettings(p => p with { TestVipDestination = true, VipFirst = vipFirst });
        two.State.Local = new LocalFacts(LanState.Up, SelfHealth.Ok, VipDestination.Here);
        Assert.Equal(row, two.Wake().Decision.Row);
        var one = RowCases.Matching(230).With(s => s with { Counters = new Counters { PeerActive = 3 } });
        Assert.Equal(0, one.Wake().Decision.Row);
    }

    [Fact(DisplayName = "Finding 3: at 2·N #1 yields only to a VIP that is confirmed at the peer; unknown is not elsewhere")]
    public void Finding03()
    {
        var server = RowCases.Matching(230);
        server.State.Local = new LocalFacts(LanState.Up, SelfHealth.Ok, VipDestination.Unknown);
        Assert.Equal(0, server.Wake().Decision.Row);
        server.State.Local = new LocalFacts(LanState.Up, SelfHealth.Ok, VipDestination.Peer);
        Assert.Equal(230, server.Wake().Decision.Row);
    }

    [Theory(DisplayName = "Finding 4: a good answer of the health URL is a success whatever the role in it")]
    [InlineData(Role.Active)]
    [InlineData(Role.Standby)]
    [InlineData(Role.Unknown)]
    public void Finding04(Role role)
    {
        var server = OneServer.In(Role.Standby, Role.Active).With(s => s with { Counters = new Counters { PeerFail = 2 } });
        server.Probe(ProbeOutcome.Success, role);
        Assert.Equal(0, server.State.Counters.PeerFail);
    }

    [Fact(DisplayName = "Finding 5: an HTTP answer that is no success is a failure, not “just an http response”")]
    public void Finding05()
    {
        var bench = PairBench.Settled();
        bench.One.Self = SelfHealth.Failed;
        bench.RunUntil(() => bench.Two.Serving, 5, "#2 takes over from an answering but unwell #1");
        Assert.Equal([400], bench.Two.Rows);
        Assert.Equal(PeerHealth.Unhealthy, FailoverMachine.PeerHealthOf(bench.Two.State, bench.Settings, bench.Now));
    }

    [Fact(DisplayName = "Finding 6: the rank is configured and stays; only the role moves")]
    public void Finding06()
    {
        var bench = PairBench.Settled();
        bench.One.Switch(Rank.Backup);
        bench.Run(2);
        Assert.Equal((Rank.Primary, Role.Standby), (bench.One.State.Rank, bench.One.Role));
        Assert.Equal((Rank.Backup, Role.Active), (bench.Two.State.Rank, bench.Two.Role));
    }

    [Theory(DisplayName = "Finding 7: the peer's silence alone is no loss of the LAN, and an unverified LAN counts as up")]
    [InlineData(LanState.Up)]
    [InlineData(LanState.UpUnverified)]
    public void Finding07(LanState lan)
    {
        var bench = PairBench.Settled();
        bench.One.Lan = bench.Two.Lan = lan;
        bench.Two.Crash();
        bench.Run(60);
        Assert.True(bench.One.Serving);
        bench.Two.Boot();
        bench.Run(2);
        bench.One.Crash();
        bench.RunUntil(() => bench.Two.Serving, 5, "#2 takes over");
    }

    [Fact(DisplayName = "Finding 8: counters are of consecutive samples; one good answer starts them again")]
    public void Finding08()
    {
        var bench = PairBench.Settled();
        for (var i = 0; i < 10; i++)
        {
            bench.One.Web = false;
            bench.Run(2);
            bench.One.Web = true;
            bench.Run(1);
        }

        Assert.Empty(bench.Two.Decisions);
    }

    [Fact(DisplayName = "Finding 9: the Nth failure acts, (N−1)·H after the first, without an extra wait")]
    public void Finding09()
    {
        var bench = PairBench.Settled();
        bench.One.Self = SelfHealth.Failed;
        bench.RunUntil(() => bench.Two.State.Counters.PeerFail == 1, 2, "first failure");
        var took = bench.RunUntil(() => bench.Two.Role == Role.Active, 5, "#2 Active");
        Assert.InRange(took.TotalSeconds, 1.99, 2.01);
    }

    [Fact(DisplayName = "Finding 10: parameters faster than the guide's rule of thumb are run with")]
    public void Finding10()
    {
        var bench = PairBench.Settled(PairBench.Defaults with { HeartbeatInterval = TimeSpan.FromSeconds(0.1), HeartbeatTimeout = TimeSpan.FromSeconds(0.06), FailuresToSwitch = 1 });
        bench.Run(30);
        Assert.Empty(bench.Two.Decisions);
        bench.One.Crash();
        Assert.InRange(bench.RunUntil(() => bench.Two.Role == Role.Active, 1, "#2 Active").TotalSeconds, 0, 0.161);
    }

    [Fact(DisplayName = "Finding 11: an isolated #1 with auto restart steps down once and does not take the role again")]
    public void Finding11()
    {
        var bench = PairBench.Settled(Auto);
        bench.One.Lan = LanState.Down;
        bench.Link(false);
        bench.Run(300);
        Assert.Equal([200], bench.One.Rows);
        Assert.Equal([400], bench.Two.Rows);
        Assert.InRange(bench.BothServing.TotalSeconds, 0, 1.2);
    }

    [Fact(DisplayName = "Finding 12: a crash-looping #1 with auto restart does not steal the role at each start")]
    public void Finding12()
    {
        var bench = PairBench.SettledOnTwo(Auto);
        for (var i = 0; i < 10; i++)
        {
            bench.One.Crash();
            bench.Run(1);
            bench.One.Boot();
            bench.Run(2);
        }

        Assert.True(bench.Two.Serving);
        Assert.DoesNotContain(420, bench.One.Rows);
    }

    [Theory(DisplayName = "Finding 13: #2 cannot call #1, but #1 calls #2: two role changes and a short overlap, no ping-pong")]
    [InlineData(false)]
    [InlineData(true)]
    public void Finding13(bool auto)
    {
        var bench = PairBench.Settled(PairBench.Defaults with { FirstServerAutoRestart = auto });
        bench.Two.CanCall = false;
        bench.Run(600);

        Assert.Equal([400], bench.Two.Rows);
        Assert.Equal([130], bench.One.Rows);
        Assert.True(bench.Two.Serving && !bench.One.Serving, bench.Trace);
        Assert.InRange(bench.BothActive.TotalSeconds, 0, 1.5);
    }

    [Fact(DisplayName = "Finding 14: an operator's switchover is not undone by auto restart or the VIP; the hold ends when the new Active fails")]
    public void Finding14()
    {
        var bench = PairBench.Settled(Auto with { TestVipDestination = true });
        bench.One.Vip = VipDestination.Here;
        bench.Two.Vip = VipDestination.Peer;
        bench.One.Switch(Rank.Backup);
        bench.Run(600);
        Assert.True(bench.Two.Serving);
        Assert.Contains("a hold is in force", bench.One.Explain(420).Sentence, StringComparison.Ordinal);
        Assert.Contains("a hold is in force", bench.One.Explain(410).Sentence, StringComparison.Ordinal);
        bench.Two.Crash();
        bench.RunUntil(() => bench.One.Serving, 5, "#1 takes over in spite of the hold");
        Assert.Null(bench.One.State.Controls.Hold);
    }

    [Fact(DisplayName = "Finding 15: the VIP is followed when it points here N times and the peer does not see it there")]
    public void Finding15()
    {
        var bench = PairBench.Settled(Vip);
        bench.One.Vip = bench.Two.Vip = VipDestination.Here;
        bench.Run(30);
        Assert.Empty(bench.Two.Decisions);
        bench.One.Vip = VipDestination.Unknown;
        bench.RunUntil(() => bench.Two.Role == Role.Active, 4, "#2 follows");
    }
}
