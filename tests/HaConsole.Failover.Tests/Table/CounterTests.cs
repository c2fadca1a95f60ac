using HaConsole.Failover.Tests.Bench;

namespace HaConsole.Failover.Tests.Table;

/// <summary>The six counters of consecutive samples.</summary>
public sealed class CounterTests
{
    private static readonly Counters Two = new() { PeerFail = 2, PeerActive = 2, LanDown = 2, SelfOk = 2, VipHere = 2, BothStandby = 2 };

    [Theory]
    [InlineData(ProbeOutcome.Success, 0)]
    [InlineData(ProbeOutcome.NoAnswer, 3)]
    [InlineData(ProbeOutcome.Unhealthy, 3)]
    public void PeerFail_CountsFailedProbesATimeoutIncluded(ProbeOutcome outcome, int expected)
    {
        var server = OneServer.In(Role.Active, Role.Standby).With(s => s with { Counters = Two });
        server.Probe(outcome);
        Assert.Equal(expected, server.State.Counters.PeerFail);
    }

    [Theory]
    [InlineData(LanState.Down, 3)]
    [InlineData(LanState.Up, 0)]
    [InlineData(LanState.UpUnverified, 0)]
    [InlineData(LanState.Unknown, 0)]
    public void LanDown_CountsOnlyDown(LanState lan, int expected)
    {
        var server = OneServer.In(Role.Standby, Role.Active).With(s => s with { Counters = Two });
        server.Local(lan);
        Assert.Equal(expected, server.State.Counters.LanDown);
    }

    [Theory]
    [InlineData(SelfHealth.Ok, LanState.Up, 3)]
    [InlineData(SelfHealth.Ok, LanState.UpUnverified, 3)]
    [InlineData(SelfHealth.Ok, LanState.Down, 0)]
    [InlineData(SelfHealth.Ok, LanState.Unknown, 0)]
    [InlineData(SelfHealth.Failed, LanState.Up, 0)]
    [InlineData(SelfHealth.Unknown, LanState.Up, 0)]
    public void SelfOk_CountsOnlyWhileTheLanIsUp(SelfHealth self, LanState lan, int expected)
    {
        var server = OneServer.In(Role.Standby, Role.Active).With(s => s with { Counters = Two });
        server.Local(lan, self);
        Assert.Equal(expected, server.State.Counters.SelfOk);
    }

    [Theory]
    [InlineData(VipDestination.Here, 3)]
    [InlineData(VipDestination.Peer, 0)]
    [InlineData(VipDestination.Unknown, 0)]
    public void VipHere_CountsOnlyHere(VipDestination vip, int expected)
    {
        var server = OneServer.In(Role.Active, Role.Standby).With(s => s with { Counters = Two });
        server.Local(vip: vip);
        Assert.Equal(expected, server.State.Counters.VipHere);
    }

    [Theory]
    [InlineData(Role.Active, 3, 0)]
    [InlineData(Role.Standby, 0, 3)]
    [InlineData(Role.Starting, 0, 3)]
    [InlineData(Role.Yielding, 0, 0)]
    [InlineData(null, 0, 0)]
    public void RolesOfThePeer_CountOncePerRound(Role? peer, int active, int standby)
    {
        foreach (var own in new[] { Role.Active, Role.Standby })
        {
            var server = OneServer.In(own, Role.Standby, Rank.Backup).With(s => s with { Counters = Two }).WithSettings(p => p with { FailuresToSwitch = 9 });
            server.Round(peer is null ? ProbeOutcome.NoAnswer : ProbeOutcome.Success, peer is { } role ? OneServer.Of(Rank.Primary, role, 4) : null);

            Assert.Equal(active, server.State.Counters.PeerActive);
            Assert.Equal(own == Role.Standby ? standby : 0, server.State.Counters.BothStandby);
        }
    }

    [Fact]
    public void MoreMessagesInOneRound_CountOnce()
    {
        var server = OneServer.In(Role.Standby, Role.Standby, Rank.Backup);
        server.Round(ProbeOutcome.Success, OneServer.Of(Rank.Primary, Role.Standby, 4));
        server.Answer(OneServer.Of(Rank.Primary, Role.Standby, 4));
        server.Hear(OneServer.Of(Rank.Primary, Role.Standby, 4));

        Assert.Equal(1, server.State.Counters.BothStandby);
    }

    [Fact]
    public void WithoutAPeerLink_TheRoleComesFromHttp()
    {
        var server = OneServer.In(Role.Active, Role.Standby, Rank.Backup).With(s => s with { Peer = null });
        server.Now = server.State.NextTickAt;
        server.Wake();
        server.NoAnswer();
        Assert.Equal(0, server.State.Counters.PeerActive);
        server.Probe(ProbeOutcome.Success, Role.Active);

        Assert.Equal(1, server.State.Counters.PeerActive);
    }

    [Theory]
    [InlineData("role")]
    [InlineData("parameter")]
    [InlineData("disable")]
    [InlineData("enable")]
    [InlineData("pause-end")]
    [InlineData("pause-expiry")]
    [InlineData("lan-back")]
    [InlineData("late-tick")]
    public void AllCounters_AreResetBy(string cause)
    {
        var server = OneServer.In(Role.Standby, Role.Active).With(s => s with { Counters = Two });
        switch (cause)
        {
            case "role":
                server.State.Counters = Two with { PeerFail = 3 };
                server.Wake();
                Assert.Equal(Role.Active, server.State.Role);
                break;
            case "parameter":
                server.Settings = server.Settings with { FailuresToSwitch = 4 };
                server.Wake();
                break;
            case "disable":
                server.Settings = server.Settings with { Enabled = false };
                server.Wake();
                break;
            case "enable":
                server.WithSettings(p => p with { Enabled = false });
                server.Settings = server.Settings with { Enabled = true };
                server.Wake();
                break;
            case "pause-end":
                server.WithControls(c => c with { Pause = server.Control() }).State.WasPaused = true;
                server.Command(new NodeCommand(CommandKind.SetControls) { Controls = c => c with { Pause = null } });
                break;
            case "pause-expiry":
                server.WithControls(c => c with { Pause = new TimedControl("anna", "", server.Utc, server.Utc) }).State.WasPaused = true;
                server.Wake();
                break;
            case "lan-back":
                server.State.Local = new LocalFacts(LanState.Down, SelfHealth.Failed, VipDestination.Unknown);
                server.Local(LanState.Up, SelfHealth.Failed);
                break;
            default:
                server.Wake(2.0);
                break;
        }

        Assert.Equal(default, server.State.Counters);
    }

    [Fact]
    public void Counters_AreKeptByATickUpTo2HAndByWhatIsNoParameter()
    {
        var server = OneServer.In(Role.Standby, Role.Active).With(s => s with { Counters = Two });
        server.Settings = server.Settings with { Version = "1.1", LongestStop = TimeSpan.FromSeconds(9) };
        server.Wake(1.9);
        Assert.Equal(Two, server.State.Counters);
        server.Command(new NodeCommand(CommandKind.SetControls) { Controls = c => c with { Pause = server.Control() } });
        Assert.Equal(Two, server.State.Counters);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(100)]
    public void Row400_ActsAtTheNthFailureWithoutAnExtraWait(int n)
    {
        var server = OneServer.In(Role.Standby, Role.Active, settings: PairBench.Defaults with { FailuresToSwitch = n });
        for (var failure = 1; failure <= n; failure++)
        {
            Assert.Equal(Role.Standby, server.State.Role);
            server.Round(ProbeOutcome.NoAnswer, null);
        }

        Assert.Equal(400, server.Last.Decision.Row);
        Assert.Contains($"{n} times in a row", server.Last.Decision.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void OneGoodProbe_StartsTheCountAgain()
    {
        var server = OneServer.In(Role.Standby, Role.Active);
        var peer = OneServer.Of(Rank.Backup, Role.Active);
        foreach (var outcome in new[] { ProbeOutcome.NoAnswer, ProbeOutcome.NoAnswer, ProbeOutcome.Success, ProbeOutcome.NoAnswer, ProbeOutcome.NoAnswer })
        {
            server.Round(outcome, peer);
        }

        Assert.Equal(Role.Standby, server.State.Role);
        Assert.Equal(2, server.State.Counters.PeerFail);
    }

    [Fact]
    public void Explain_GivesCounterNeededAndDueTime()
    {
        var server = OneServer.In(Role.Standby, Role.Active);
        Assert.Null(server.Explain(400).DueIn);
        server.Round(ProbeOutcome.NoAnswer, null);
        var row = server.Explain(400);

        Assert.Equal(1, row.Counter);
        Assert.Equal(3, row.Of);
        var untilTick = server.State.NextTickAt - server.Now;
        Assert.Equal(untilTick + TimeSpan.FromSeconds(1), row.DueIn);
        Assert.Contains("the peer failed 1 of 3 times", row.Sentence, StringComparison.Ordinal);
        Assert.Null(server.Explain(310).Counter);
    }

    [Fact]
    public void Explain_NeedsTwiceNWhereTheTableSaysSo()
    {
        Assert.Equal(6, RowCases.Matching(230).Explain(230).Of);
        Assert.Equal(3, RowCases.Matching(220).Explain(220).Of);
        Assert.Equal(6, OneServer.In(Role.Standby, Role.Standby).With(s => s with { Peer = null }).Explain(430).Of);
    }
}
