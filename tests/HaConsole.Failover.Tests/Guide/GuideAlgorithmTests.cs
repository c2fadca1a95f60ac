using HaConsole.Failover.Tests.Bench;

namespace HaConsole.Failover.Tests.Guide;

/// <summary>One test for each paragraph of the guide's detailed algorithm (6.3); each quotes its sentence and section.</summary>
public sealed class GuideAlgorithmTests
{
    private static readonly FailoverSettings Auto = PairBench.Defaults with { FirstServerAutoRestart = true };
    private static readonly FailoverSettings Vip = PairBench.Defaults with { TestVipDestination = true };

    [Fact(DisplayName = "6.3.1 “In normal mode standby server is the backup server, but can it be the primary server after having switched to standby.”")]
    public void ThePrimaryAsStandbyTakesOverToo()
    {
        var bench = PairBench.SettledOnTwo();
        bench.Two.Crash();
        bench.RunUntil(() => bench.One.Serving, 5, "#1 takes over");
        Assert.Equal([400], bench.One.Rows);
    }

    [Fact(DisplayName = "6.3.1 “If the server is in Standby mode … If the server is connected to the LAN … If the defined consecutive failures has been reached”")]
    public void AStandbyWithoutLanDoesNotTakeOver()
    {
        var bench = PairBench.Settled();
        bench.Two.Lan = LanState.Down;
        bench.Link(false);
        bench.Run(60);
        Assert.Equal(Role.Standby, bench.Two.Role);
        Assert.Contains("not connected to the LAN", bench.Two.Explain(400).Sentence, StringComparison.Ordinal);
        bench.Two.Lan = LanState.Up;
        bench.Run(2);
        Assert.Equal(Role.Standby, bench.Two.Role);
        bench.Run(2);
        Assert.Equal([400], bench.Two.Rows);
    }

    [Fact(DisplayName = "6.3.1 “Switch local IPS Startup … Framework … CTI Server to Active; Switch remote IPS Framework … Startup … CTI Server to Standby”")]
    public void AFailoverIsTheSixRequestsInTheirOrder()
    {
        var bench = PairBench.Settled();
        bench.One.Web = false;
        bench.RunUntil(() => bench.Two.Role == Role.Active, 5, "#2 Active");

        Assert.Equal(["local Engine", "local Framework", "local Services", "remote Framework", "remote Engine", "remote Services"], Requests(bench.Two));
        bench.Run(1);
        Assert.Equal(["local Engine", "local Framework", "local Services"], Requests(bench.One));
    }

    [Fact(DisplayName = "6.3.2 “If First Server auto start … If primary server is in standby mode … If local server answers OK … the consecutive number of times defined”")]
    public void RollbackStartsAgainAtEachOwnFailure()
    {
        var bench = PairBench.SettledOnTwo(Auto);
        for (var i = 0; i < 10; i++)
        {
            bench.One.Self = SelfHealth.Failed;
            bench.Run(1);
            bench.One.Self = SelfHealth.Ok;
            bench.Run(2);
        }

        Assert.Equal(Role.Standby, bench.One.Role);
        bench.RunUntil(() => bench.One.Serving, 4, "rollback");
    }

    [Theory(DisplayName = "6.3.2 “If VIP address send request to this IP address or if option test VIP destination is not set”")]
    [InlineData(true, VipDestination.Here, true)]
    [InlineData(true, VipDestination.Peer, false)]
    [InlineData(true, VipDestination.Unknown, false)]
    [InlineData(false, VipDestination.Unknown, true)]
    public void RollbackLooksAtTheVip(bool test, VipDestination vip, bool rollsBack)
    {
        var bench = PairBench.SettledOnTwo(Auto with { TestVipDestination = test });
        bench.One.Vip = vip;
        bench.Run(20);
        Assert.Equal(rollsBack, bench.One.Serving);
    }

    [Fact(DisplayName = "6.3.3 “after the LAN between the two servers has been disconnected … the two servers are active at the same time … If the local server is backup server: Switch local … to Standby”")]
    public void AfterACutTheBackupYields()
    {
        var bench = PairBench.Settled();
        bench.Link(false);
        bench.Run(20);
        Assert.Equal((Role.Active, Role.Active), (bench.One.Role, bench.Two.Role));
        bench.Forget();
        bench.Link(true);
        var took = bench.RunUntil(() => bench.Two.Role == Role.Standby, 6, "#2 yields");
        bench.Run(1);

        Assert.True(bench.One.Serving && !bench.Two.Serving, bench.Trace);
        Assert.All(bench.Two.Rows, row => Assert.Contains(row, new[] { 130, 210 }));
        Assert.InRange(took.TotalSeconds, 2, 4.3);
        Assert.Equal(bench.One.State.HighestEpoch, bench.Two.State.HighestEpoch);
    }

    [Fact(DisplayName = "6.3.3 “else If VIP address send request to this IP address or option test VIP destination not set: Switch remote … to Standby”")]
    public void ThePrimaryWithTheVipTellsTheBackupToYield()
    {
        var server = Table.RowCases.Matching(220).WithSettings(p => p with { TestVipDestination = true });
        server.State.Local = new LocalFacts(LanState.Up, SelfHealth.Ok, VipDestination.Here);
        Assert.Equal(220, server.Wake().Decision.Row);
        Assert.Equal(Role.Active, server.State.Role);
        Assert.Equal(3, server.Last.Effects.OfType<NodeEffect.SwitchRemote>().Count());
    }

    [Fact(DisplayName = "6.3.3 “else If the other server is Active two times the number of consecutive failure/success defined: Switch local … to Standby”")]
    public void ThePrimaryWithoutTheVipYieldsAtTwiceN()
    {
        var bench = PairBench.Settled(Vip with { VipFirst = true });
        bench.One.Vip = VipDestination.Here;
        bench.Link(false);
        bench.Run(20);
        bench.One.Vip = VipDestination.Peer;
        bench.Two.Vip = VipDestination.Here;
        bench.Forget();
        bench.Link(true);
        var took = bench.RunUntil(() => bench.One.Role == Role.Standby, 9, "#1 yields");

        Assert.Equal([230], bench.One.Rows);
        Assert.InRange(took.TotalSeconds, 5, 7);
        Assert.True(bench.Two.Serving);
    }

    [Fact(DisplayName = "6.3.4 “If the Active Server is disconnected from the LAN the number of consecutive failure times defined: Switch local … to Standby”")]
    public void AnActiveWithoutLanStepsDownAtTheNthTime()
    {
        var bench = PairBench.Settled();
        bench.One.Lan = LanState.Down;
        bench.Link(false);
        var took = bench.RunUntil(() => bench.One.Role == Role.Standby, 5, "#1 steps down");
        Assert.InRange(took.TotalSeconds, 2, 3.01);
        Assert.Equal([200], bench.One.Rows);
        bench.Run(0.2);
        Assert.False(bench.One.Serving);
    }

    [Fact(DisplayName = "6.3.4 a LAN that comes back before the Nth time changes nothing")]
    public void AShortLossOfTheLanChangesNothing()
    {
        var bench = PairBench.Settled();
        for (var i = 0; i < 5; i++)
        {
            bench.One.Lan = LanState.Down;
            bench.Run(2);
            bench.One.Lan = LanState.Up;
            bench.Run(1);
        }

        Assert.Empty(bench.One.Decisions);
        Assert.True(bench.One.Serving);
    }

    [Fact(DisplayName = "6.3.4.1 “IPS Startup is also checking that the local CTI Server is up and running. If it stopped, it restarts the CTI Server service.”")]
    public void ServicesThatRestartOnTheActiveDoNotChangeTheRole()
    {
        var bench = PairBench.Settled();
        bench.One.Report(ServicesState.Starting);
        bench.Run(2);
        bench.One.Report(ServicesState.Running);
        bench.Run(10);
        Assert.Empty(bench.One.Decisions);
        Assert.True(bench.One.State.AnswersActive);
    }

    [Fact(DisplayName = "6.3.4.1 “IPS Startup also stop and restarts the CTI Server at 'CTI Server Restart time'”: released services are started again, once")]
    public void ServicesThatWereStoppedOnTheActiveAreStartedAgain()
    {
        var bench = PairBench.Settled();
        bench.One.ReleaseServices();
        bench.Run(5);
        Assert.True(bench.One.Serving);
        Assert.Single(bench.One.Effects, one => one.Effect is NodeEffect.StartServices);
    }

    [Fact(DisplayName = "6.3.4.2 “as the tics of the Load Balancer and the hot standby are not synchronized they may be out of synchro for the duration of a tick period”")]
    public void BothCountTheSameNumberOfTicks()
    {
        for (var phase = 0; phase < 10; phase++)
        {
            var bench = PairBench.Settled();
            bench.Run(phase / 10.0);
            bench.One.Crash();
            var took = bench.RunUntil(() => bench.Two.Role == Role.Active, 5, "#2 Active").TotalSeconds;
            Assert.InRange(took, 2, 3.31);
        }
    }

    [Fact(DisplayName = "6.3.4.2 “The server may send an http request to the VIP address and wait for the request to hit the server … This will accelerate the switch”")]
    public void TheVipTestSwitchesWhileTheProbeIsStillWell()
    {
        var bench = PairBench.Settled(Vip);
        bench.Two.Vip = VipDestination.Here;
        var took = bench.RunUntil(() => bench.Two.Role == Role.Active, 5, "#2 follows");
        Assert.InRange(took.TotalSeconds, 2, 3.01);
        Assert.Equal(0, bench.Two.State.Counters.PeerFail);
    }

    private static string[] Requests(BenchServer server) =>
    [
        .. server.Effects.Select(one => one.Effect switch
        {
            NodeEffect.SwitchLocal local => $"local {local.Component}",
            NodeEffect.SwitchRemote remote => $"remote {remote.Component}",
            _ => "",
        }).Where(request => request.Length > 0),
    ];
}
