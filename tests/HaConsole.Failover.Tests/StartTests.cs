using HaConsole.Failover.Tests.Bench;

namespace HaConsole.Failover.Tests;

/// <summary>Start, resumption and disabled mode.</summary>
public sealed class StartTests
{
    private static readonly FailoverSettings Off = PairBench.Defaults with { Enabled = false };

    [Fact]
    public void ResumptionsOlderThanAnHour_AreNotReportedAsUsedUp()
    {
        var old = PairBench.Start - TimeSpan.FromHours(2);
        var stored = new StoredState(Role.Active, new Epoch(3), new Epoch(3), [old, old, old]);
        var state = FailoverMachine.Start(Rank.Primary, stored, PairControls.None, PairBench.Defaults, TimeSpan.Zero);
        var next = FailoverMachine.Step(state, NodeInput.Wake(TimeSpan.Zero, PairBench.Start), PairBench.Defaults).Next;

        Assert.False(FailoverMachine.Report(next, PairBench.Defaults, TimeSpan.Zero, null).OutOfResumptions);
    }

    [Fact]
    public void OldResumptions_DoNotMakeBothServersTakeTheRole()
    {
        var old = PairBench.Start - TimeSpan.FromHours(2);
        var bench = new PairBench(start: false);
        bench.One.Stored = new StoredState(Role.Active, new Epoch(3), new Epoch(3), [old, old, old]);
        bench.One.Boot();
        bench.Two.Boot();
        bench.Run(5);

        Assert.True(bench.One.Serving, bench.Trace);
        Assert.Equal(Role.Standby, bench.Two.Role);
        Assert.Equal(TimeSpan.Zero, bench.BothActive);
    }

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(30, 2)]
    public void Server1NotWellWhileBothStart_IsGivenNLooksBeforeServer2IsChosen(double wellAfter, int expected)
    {
        var bench = new PairBench(start: false);
        bench.One.Self = SelfHealth.Failed;
        bench.One.Boot();
        bench.Two.Boot();
        bench.Run(wellAfter);
        bench.One.Self = SelfHealth.Ok;
        bench.Run(5);

        Assert.True((expected == 1 ? bench.One : bench.Two).Serving, bench.Trace);
        Assert.Equal(TimeSpan.Zero, bench.BothActive);
    }

    [Fact]
    public void FourthResumptionWithinAnHour_GoesToThePeerInstead()
    {
        var bench = PairBench.Settled();
        for (var crash = 1; crash <= 3; crash++)
        {
            bench.One.Crash();
            bench.Run(0.5);
            bench.One.Boot();
            bench.RunUntil(() => bench.One.Serving, 2, $"resumption {crash}");
            bench.Run(3);
        }

        bench.One.Crash();
        bench.Run(0.5);
        bench.One.Boot();
        bench.RunUntil(() => bench.Two.Serving, 6, "#2 takes over by row 430");

        Assert.Equal(Role.Standby, bench.One.Role);
        Assert.Equal([430], bench.Two.Rows);
    }

    [Theory]
    [InlineData(Role.Unknown, Role.Active, Role.Standby)]
    [InlineData(Role.Active, Role.Active, Role.Standby)]
    [InlineData(Role.Standby, Role.Standby, Role.Active)]
    public void Disabled_FreshStart_TakesTheRoleItHadElseByRank(Role stored, Role one, Role two)
    {
        var bench = new PairBench(Off, start: false);
        bench.One.Stored = new StoredState(stored, Epoch.None, Epoch.None, []);
        bench.Two.Stored = stored == Role.Unknown ? StoredState.Fresh : new StoredState(stored == Role.Active ? Role.Standby : Role.Active, Epoch.None, Epoch.None, []);
        bench.One.Boot();
        bench.Two.Boot();
        bench.Run(5);

        Assert.Equal(one, bench.One.Role);
        Assert.Equal(two, bench.Two.Role);
        Assert.Equal(TimeSpan.Zero, bench.BothServing);
    }

    [Fact]
    public void Disabled_ALoneServer_ServesAtOnce()
    {
        var server = OneServer.In(Role.Starting, Role.Unknown, Rank.Backup, Off with { PeerConfigured = false })
            .With(s => s with { Peer = null, ProbeAt = null, RoundSampled = false });
        server.Wake();

        Assert.Equal(Role.Active, server.State.Role);
        Assert.Equal(100, server.Last.Decision.Row);
        Assert.Contains(server.Last.Effects, effect => effect is NodeEffect.StartServices);
    }

    [Fact]
    public void Disabled_NothingIsAskedOfThePeer()
    {
        var bench = new PairBench(Off);
        bench.Run(5);

        Assert.DoesNotContain(bench.One.Effects, e => e.Effect is NodeEffect.SwitchRemote);
        Assert.Equal(Epoch.None, bench.One.State.StepDown);
    }

    [Fact]
    public void Disabled_ADeadActive_IsNotReplaced()
    {
        var bench = PairBench.Settled(Off);
        bench.One.Crash();
        bench.Run(60);

        Assert.Equal(Role.Standby, bench.Two.Role);
        Assert.DoesNotContain(bench.Two.Decisions, decision => decision.Row != 100);
    }

    [Fact]
    public void Disabling_FreezesTheRolesAsTheyAre()
    {
        var bench = PairBench.SettledOnTwo();
        bench.Two.Change(p => p with { Enabled = false, Revision = new Revision(9, 2, 2) });
        bench.Run(5);
        bench.One.Lan = LanState.Down;
        bench.Run(20);

        Assert.Equal(Role.Active, bench.Two.Role);
        Assert.Equal(Role.Standby, bench.One.Role);
        Assert.False(bench.One.Settings.Enabled);
    }

    [Fact]
    public void InvalidConfiguration_RefusesToRunAndSaysWhy()
    {
        var invalid = PairBench.Defaults with { Invalid = "the local address is neither #1 nor #2" };
        var state = FailoverMachine.Start(Rank.Primary, StoredState.Fresh, PairControls.None, invalid, TimeSpan.Zero);
        Assert.Equal(Role.Standby, state.Role);
        Assert.Equal(101, state.RoleRow);
        Assert.False(state.AnswersActive);
        var explanation = FailoverMachine.Explain(state, invalid, TimeSpan.Zero, PairBench.Start);
        Assert.True(explanation.Single(row => row.Row == 101).Matched);
    }

    [Fact]
    public void BothServersOutOfReachAtTheStart_WaitForNFailuresBeforeRow400()
    {
        var bench = new PairBench(start: false);
        bench.Two.Stored = new StoredState(Role.Active, new Epoch(6), new Epoch(6), []);
        bench.Two.Boot();
        bench.Run(2.2);
        Assert.Equal(Role.Starting, bench.Two.Role);
        bench.Run(0.2);
        Assert.Equal([400], bench.Two.Rows);
        Assert.Equal(new Epoch(7), bench.Two.Epoch);
    }
}
