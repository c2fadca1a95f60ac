using HaConsole.Failover.Tests.Bench;

namespace HaConsole.Failover.Tests.Guide;

/// <summary>One test for each paragraph of the guide that says what the pair does; each quotes its sentence and section.</summary>
public sealed class GuideTests
{
    private static readonly FailoverSettings Auto = PairBench.Defaults with { FirstServerAutoRestart = true };
    private static readonly FailoverSettings Vip = PairBench.Defaults with { TestVipDestination = true };

    [Fact(DisplayName = "1.1.1.2 “After the same number of consecutive errors he forces the primary server to switch to idle mode and the backup server to run mode.”")]
    public void ConsecutiveErrorsForceThePrimaryToIdleAndTheBackupToRun()
    {
        var bench = PairBench.Settled();
        bench.One.Self = SelfHealth.Failed;
        bench.RunUntil(() => bench.Two.Serving, 6, "#2 runs");
        bench.Run(1);

        Assert.Equal(Role.Standby, bench.One.Role);
        Assert.False(bench.One.Serving);
        Assert.Equal(TimeSpan.Zero, bench.BothServing);
    }

    [Fact(DisplayName = "1.1.1.2 “Returning to the normal configuration is a manual process … unless the primary server has the option 'First server auto-start Primary/Active'.”")]
    public void ReturningIsManualWithoutTheOption()
    {
        var bench = PairBench.SettledOnTwo();
        bench.Run(600);
        Assert.True(bench.Two.Serving);
        Assert.Empty(bench.One.Decisions);
    }

    [Fact(DisplayName = "1.1.1.2, 5 “When a server restarts and finds that the other server is already running, it synchronizes its configuration from the first one and run-in idle mode.”")]
    public void ARestartingServerTakesTheConfigurationOfTheRunningOneAndIsIdle()
    {
        var bench = PairBench.Settled();
        bench.One.Crash();
        bench.RunUntil(() => bench.Two.Serving, 6, "#2 runs");
        bench.Two.Change(p => p with { Revision = new Revision(2, 8, 2), ConfigurationHash = 88 });
        bench.One.Boot();
        bench.Run(3);

        Assert.Equal(Role.Standby, bench.One.Role);
        Assert.Equal(new Revision(2, 8, 2), bench.One.Settings.Revision);
        Assert.Equal(88, bench.One.Settings.ConfigurationHash);
    }

    [Theory(DisplayName = "1.1.1.2, 5 “When both servers are restarting at the same time … a mechanism forces the primary the server to run and the backup to idle.”")]
    [InlineData(0)]
    [InlineData(0.7)]
    [InlineData(-0.7)]
    public void BothRestartingForcesThePrimaryToRun(double secondLater)
    {
        var bench = new PairBench(start: false);
        foreach (var server in secondLater < 0 ? new[] { bench.Two, bench.One } : [bench.One, bench.Two])
        {
            server.Boot();
            bench.Run(Math.Abs(secondLater));
        }

        bench.Run(2);
        Assert.True(bench.One.Serving, bench.Trace);
        Assert.Equal(Role.Standby, bench.Two.Role);
        Assert.Equal(TimeSpan.Zero, bench.BothServing);
    }

    [Fact(DisplayName = "5.1 “Then IPS Startup will switch the active server to match the one that receives the requests.”")]
    public void TheActiveServerFollowsTheVip()
    {
        var bench = PairBench.Settled(Vip);
        bench.One.Vip = VipDestination.Peer;
        bench.Two.Vip = VipDestination.Here;
        bench.RunUntil(() => bench.Two.Serving, 5, "#2 follows the VIP");
        bench.Run(5);

        Assert.Equal([410], bench.Two.Rows);
        Assert.Equal(Role.Standby, bench.One.Role);
        Assert.Equal(TimeSpan.Zero, bench.BothServing);
    }

    [Fact(DisplayName = "5.1 “However, if the load balancer switch to often, it will make telisca application switch to often as well.” (braked by the flap budget)")]
    public void AFlappingBalancerCannotSwitchMoreThanThreeTimesAnHour()
    {
        var bench = PairBench.Settled(Vip);
        for (var flap = 0; flap < 20; flap++)
        {
            var toTwo = flap % 2 == 0;
            bench.One.Vip = toTwo ? VipDestination.Peer : VipDestination.Here;
            bench.Two.Vip = toTwo ? VipDestination.Here : VipDestination.Peer;
            bench.Run(20);
        }

        Assert.Equal(3, bench.One.Rows.Concat(bench.Two.Rows).Count(row => row == 410));
        Assert.Contains(bench.One.Events.Concat(bench.Two.Events), record => record is { Kind: "flap-budget", Severity: Severity.Alarm });
        bench.Run(3700);
        bench.One.Vip = VipDestination.Here;
        bench.Two.Vip = VipDestination.Peer;
        bench.Run(20);
        Assert.True(bench.One.Serving, bench.Trace);
    }

    [Fact(DisplayName = "5.2.1 “you must check the option 'First server auto restarts as primary'”: rollback needs the same number of successes as failover needs failures (3.1.2.6)")]
    public void RollbackTakesNSuccesses()
    {
        var bench = PairBench.SettledOnTwo(Auto);
        bench.One.Crash();
        bench.Run(5);
        bench.One.Boot();
        var took = bench.RunUntil(() => bench.One.Role == Role.Active, 10, "rollback");
        Assert.InRange(took.TotalSeconds, 2, 3.1);
    }

    [Fact(DisplayName = "6.1 “how to simulate the primary server failover, so that the backup server switch from standby mode to active mode”")]
    public void ADrillMovesTheBackupFromStandbyToActive()
    {
        var bench = PairBench.Settled();
        Assert.Equal((Role.Active, Role.Standby), (bench.One.Role, bench.Two.Role));
        bench.One.Crash();
        bench.Run(5);
        Assert.Equal(Role.Active, bench.Two.Role);
    }

    [Theory(DisplayName = "6.1.1 “Stop the Virtual Machine”, “OR Disconnect the Virtual Machine from the network”, “OR Stop IIS Server”")]
    [InlineData("machine")]
    [InlineData("network")]
    [InlineData("web")]
    public void EveryWayToStopThePrimaryFailsOver(string way)
    {
        var bench = PairBench.Settled();
        switch (way)
        {
            case "machine":
                bench.One.Crash();
                break;
            case "network":
                bench.One.CanSend = false;
                bench.One.Lan = LanState.Down;
                break;
            default:
                // The engine lives on and is heard: that must not veto the failover.
                bench.One.Web = false;
                break;
        }

        bench.RunUntil(() => bench.Two.Serving, 4.5, "#2 serves");
        bench.Run(2);
        Assert.NotEqual(Role.Active, bench.One.Role);
        Assert.False(bench.One.Serving);
        Assert.InRange(bench.BothServing.TotalSeconds, 0, way == "network" ? 1.0 : 0);
    }

    [Fact(DisplayName = "6.1.2 “temporarily, the primary server status is error and backup server still standby mode … After 2 or 3 minutes, the backup server switch to Active mode.”")]
    public void StatusIsErrorThenTheBackupBecomesActive()
    {
        var settings = PairBench.Defaults with { HeartbeatInterval = TimeSpan.FromSeconds(30), HeartbeatTimeout = TimeSpan.FromSeconds(10), FailuresToSwitch = 5 };
        var bench = new PairBench(settings);
        bench.Run(100);
        bench.One.Crash();
        bench.Run(60);
        Assert.Equal(PeerHealth.Unreachable, FailoverMachine.PeerHealthOf(bench.Two.State, settings, bench.Now));
        Assert.Equal(Role.Standby, bench.Two.Role);
        var rest = bench.RunUntil(() => bench.Two.Role == Role.Active, 200, "#2 Active");
        Assert.InRange(60 + rest.TotalSeconds, 120, 160);
    }

    [Fact(DisplayName = "6.1.2 “Check primary server : Application error detected, count = 1 … 2 … 3”, “SWITCH THIS SERVER TO PRIMARY, maximum heart beat fails”")]
    public void EachFailureIsCountedInTheLogAndTheLastOneSwitches()
    {
        var bench = PairBench.Settled();
        bench.One.Self = SelfHealth.Failed;
        bench.RunUntil(() => bench.Two.Role == Role.Active, 5, "#2 Active");

        var lines = bench.Two.Events.Select(record => record.Sentence).ToArray();
        Assert.Equal(["count = 1 of 3", "count = 2 of 3", "count = 3 of 3"], lines.Take(3).Select(line => line[line.IndexOf("count", StringComparison.Ordinal)..].TrimEnd('.')));
        Assert.Contains(lines, line => line.Contains("takes over", StringComparison.Ordinal));
    }

    [Fact(DisplayName = "6.1.3 “the rollback will be automatic as soon as the primary server is available again”")]
    public void RollbackIsAutomaticWithTheOption()
    {
        var bench = PairBench.Settled(Auto);
        bench.One.Crash();
        bench.Run(10);
        bench.One.Boot();
        bench.RunUntil(() => bench.One.Serving, 6, "rollback");
        Assert.Equal([306, 420], bench.One.Rows);
    }

    [Fact(DisplayName = "6.1.3 “Otherwise … you can switch back to the primary server manually, by clicking on the '-> Active (Primary)' button”")]
    public void RollbackByHand()
    {
        var bench = PairBench.SettledOnTwo();
        bench.Two.Switch(Rank.Primary);
        bench.RunUntil(() => bench.One.Serving, 3, "#1 serves");
        bench.Run(1);
        Assert.True(bench.Two.Ended.Single().Succeeded);
        Assert.Equal(Role.Standby, bench.Two.Role);
    }

    [Theory(DisplayName = "6.2 “the failover delay (the number of failures x heart beat frequency) + heartbeat timeout + CTI startup delay”")]
    [InlineData(0.0)]
    [InlineData(0.3)]
    [InlineData(0.5)]
    [InlineData(0.99)]
    public void TheDelayIsWithinItsRangeAtEveryPhaseOfTheTick(double phase)
    {
        var bench = PairBench.Settled();
        bench.Two.StartTime = TimeSpan.FromSeconds(2);
        bench.Run(phase);
        bench.One.Crash();
        var took = bench.RunUntil(() => bench.Two.Services == ServicesState.Running, 10, "#2 serves");
        Assert.InRange(took.TotalSeconds, 2 + 2, 3 + 0.3 + 2 + 0.01);
    }

    [Fact(DisplayName = "6.2 “During failover delay, the applications may not be available”: at most N·H + T + the start")]
    public void NobodyServesForAtMostTheExpectedDelay()
    {
        var bench = PairBench.Settled();
        bench.One.Crash();
        bench.Run(20);
        Assert.InRange(bench.NoneServing.TotalSeconds, 1.9, 3 + 0.3 + 0.1);
    }
}
