using HaConsole.Failover.Tests.Bench;

namespace HaConsole.Failover.Tests;

/// <summary>The vote of two of three with a witness.</summary>
public sealed class VoteTests
{
    private static readonly FailoverSettings Witnessed = PairBench.Defaults with { Witness = true };

    private static OneServer Active(TimeSpan lease) => OneServer.In(Role.Active, Role.Standby, settings: Witnessed).With(s => s with { LeaseUntil = lease, PeerPromiseUntil = lease });

    [Fact]
    public void Demotion_KeepsTheLeaseUntilTheServicesAreStopped()
    {
        var server = Active(OneServer.T0 + TimeSpan.FromSeconds(2)).With(s => s with { Counters = new Counters { LanDown = 3 } });
        server.Wake();
        Assert.Equal(200, server.Last.Decision.Row);
        Assert.DoesNotContain(NodeEffect.ReleaseLease.Instance, server.Last.Effects);
        server.Services(ServicesState.Stopping);
        Assert.DoesNotContain(NodeEffect.ReleaseLease.Instance, server.Last.Effects);
        server.Services(ServicesState.Stopped);

        Assert.Contains(NodeEffect.ReleaseLease.Instance, server.Last.Effects);
        Assert.Equal(TimeSpan.Zero, server.State.LeaseUntil);
        Assert.False(FailoverMachine.Report(server.State, server.Settings, server.Now, null).HoldsVote);
    }

    [Fact]
    public void Demotion_WithAPeerPromise_SaysThatItHoldsTheVoteUntilTheServicesAreStopped()
    {
        var server = Active(OneServer.T0 + TimeSpan.FromSeconds(2)).With(s => s with { Counters = new Counters { LanDown = 3 } });
        server.Wake();

        Assert.True(FailoverMachine.Report(server.State, server.Settings, server.Now, null).HoldsVote);
        server.Services(ServicesState.Stopped);
        Assert.False(FailoverMachine.Report(server.State, server.Settings, server.Now, null).HoldsVote);
    }

    [Fact]
    public void LeaseThatArrivesAfterADemotion_IsNotGivenBackWhileServicesMayRun()
    {
        var server = Active(OneServer.T0 + TimeSpan.FromSeconds(2)).With(s => s with { Counters = new Counters { LanDown = 3 } });
        server.Wake();
        server.Step(NodeInput.LeaseGranted(server.Now, server.Utc, server.Now, TimeSpan.FromSeconds(3)));
        Assert.DoesNotContain(NodeEffect.ReleaseLease.Instance, server.Last.Effects);
        server.Services(ServicesState.Stopped);

        Assert.Contains(NodeEffect.ReleaseLease.Instance, server.Last.Effects);
    }

    [Fact]
    public void LeaseThatArrivesAfterTheCandidateHasGivenUp_IsGivenBackAtOnce()
    {
        var server = OneServer.In(Role.Standby, Role.Active, settings: Witnessed).With(s => s with { Counters = new Counters { PeerFail = 3 }, ExchangeFailedAt = OneServer.T0 });
        server.Wake();
        Assert.Equal(400, server.State.CandidateRow);
        var asked = server.Now;
        server.Round(ProbeOutcome.Success, OneServer.Of(Rank.Backup, Role.Active));
        Assert.Equal(0, server.State.CandidateRow);
        server.Step(NodeInput.LeaseGranted(server.Now, server.Utc, asked, TimeSpan.FromSeconds(3)));

        Assert.Equal(TimeSpan.Zero, server.State.LeaseUntil);
        Assert.Contains(NodeEffect.ReleaseLease.Instance, server.Last.Effects);
    }

    [Theory]
    [InlineData(11, 0)]
    [InlineData(10, 1)]
    public void Promise_EndsWhenThePeerIsHeardToHaveGivenItsVotesBackSince(double droppedAt, int promised)
    {
        var server = OneServer.In(Role.Standby, Role.Active, settings: Witnessed);
        var asks = OneServer.Of(Rank.Backup, Role.Standby) with { VoteWanted = true, VotesDroppedAt = TimeSpan.FromSeconds(10) };
        server.Hear(asks);
        Assert.True(server.State.PromisedUntil > server.Now);
        server.Now += TimeSpan.FromSeconds(0.5);
        server.Hear(asks with { VoteWanted = false, VotesDroppedAt = TimeSpan.FromSeconds(droppedAt) });

        Assert.Equal(promised, server.State.PromisedUntil > server.Now ? 1 : 0);
    }

    [Fact]
    public void Promise_UnknownSinceARestart_IsNotEndedByWhatIsMerelyHeard()
    {
        var state = FailoverMachine.Start(Rank.Primary, StoredState.Fresh, PairControls.None, Witnessed, OneServer.T0);
        var heard = OneServer.Of(Rank.Backup, Role.Standby) with { VotesDroppedAt = TimeSpan.FromHours(1) };
        var next = FailoverMachine.Step(state, NodeInput.Heard(OneServer.T0, PairBench.Start, heard), Witnessed).Next;

        Assert.Equal(OneServer.T0 + Witnessed.VoteDuration, next.PromisedUntil);
    }

    [Fact]
    public void Active_WhoseVoteRunsOut_StepsDownByRow110BeforeItsEnd()
    {
        var lease = OneServer.T0 + TimeSpan.FromSeconds(2);
        var server = Active(lease);
        Assert.Equal(0, server.Wake().Decision.Row);
        server.Now = server.State.WakeAt;
        while (server.State.Role == Role.Active && server.Now < lease)
        {
            server.Step(NodeInput.Wake(server.Now, server.Utc));
            server.Now = server.State.WakeAt;
        }

        Assert.Equal(110, server.Last.Decision.Row);
        Assert.True(server.State.RoleSince < lease);
    }

    [Fact]
    public void WitnessTurnedOn_WhileActive_DoesNotDemoteAndAsksForTheVote()
    {
        var bench = PairBench.Settled();
        bench.One.Change(p => p with { Witness = true, Revision = new Revision(1, 2, 1) });
        bench.Run(30);

        Assert.True(bench.One.Serving, bench.Trace);
        Assert.Empty(bench.One.Decisions);
        Assert.Equal(Rank.Primary, bench.Witness.Holder);
        Assert.True(bench.Two.Settings.Witness);
    }

    [Fact]
    public void Candidate_WithoutVotes_StaysStandbyAndAsks()
    {
        var server = OneServer.In(Role.Standby, Role.Active, settings: Witnessed).With(s => s with { Counters = new Counters { PeerFail = 3 }, ExchangeFailedAt = OneServer.T0 });
        server.Wake();

        Assert.Equal(Role.Standby, server.State.Role);
        Assert.Equal(400, server.State.CandidateRow);
        Assert.Contains(server.Last.Effects, effect => effect is NodeEffect.RequestLease);
        Assert.Contains("Waits for the vote", server.Explain(400).Sentence, StringComparison.Ordinal);
        server.Step(NodeInput.LeaseGranted(server.Now, server.Utc, server.Now, TimeSpan.FromSeconds(3)));
        Assert.Equal(Role.Active, server.State.Role);
    }

    [Fact]
    public void ServerThatPromised_DoesNotVoteForItselfBeforeThePromiseHasExpired()
    {
        var server = OneServer.In(Role.Standby, Role.Active, settings: Witnessed);
        server.Hear(OneServer.Of(Rank.Backup, Role.Active) with { VoteWanted = true });
        var promised = server.State.PromisedUntil;
        Assert.Equal(server.Now + Witnessed.VoteDuration, promised);
        server.State.Counters = new Counters { PeerFail = 3 };
        server.Now += TimeSpan.FromSeconds(0.1);
        server.NoAnswer();
        server.Step(NodeInput.LeaseGranted(server.Now, server.Utc, server.Now, TimeSpan.FromSeconds(10)));
        Assert.Equal(Role.Standby, server.State.Role);
        server.Now = promised;
        server.State.LastTickAt = promised - TimeSpan.FromSeconds(1);
        server.State.NextTickAt = promised + TimeSpan.FromSeconds(1);
        server.Step(NodeInput.Wake(server.Now, server.Utc));
        Assert.Equal(Role.Active, server.State.Role);
    }

    [Fact]
    public void Promise_GoesWithTheAnswerOfTheSameMomentOnly()
    {
        var server = OneServer.In(Role.Standby, Role.Active, settings: Witnessed);
        server.Hear(OneServer.Of(Rank.Backup, Role.Active) with { VoteWanted = true });

        Assert.Equal(Witnessed.VoteDuration, FailoverMachine.Report(server.State, server.Settings, server.Now, null).Promise);
        Assert.Equal(TimeSpan.Zero, FailoverMachine.Report(server.State, server.Settings, server.Now + TimeSpan.FromMilliseconds(1), null).Promise);
    }

    [Fact]
    public void Promise_CountsFromTheStartOfItsRequest()
    {
        var server = OneServer.In(Role.Active, Role.Standby, settings: Witnessed);
        var startedAt = server.Now - TimeSpan.FromSeconds(0.25);
        server.State.LeaseUntil = server.Now + TimeSpan.FromSeconds(3);
        server.Answer(OneServer.Of(Rank.Backup, Role.Standby, 4) with { Promise = TimeSpan.FromSeconds(3) }, startedAt);

        Assert.Equal(startedAt + TimeSpan.FromSeconds(3), server.State.PeerPromiseUntil);
    }

    [Fact]
    public void Restart_CountsAsIfItHadJustPromised()
    {
        var state = FailoverMachine.Start(Rank.Backup, StoredState.Fresh, PairControls.None, Witnessed, TimeSpan.FromSeconds(50));
        Assert.Equal(TimeSpan.FromSeconds(50) + Witnessed.VoteDuration, state.PromisedUntil);
    }

    [Fact]
    public void ForcedFailover_OverridesTheVoteUntilItIsWon()
    {
        var server = OneServer.In(Role.Standby, Role.Active, settings: Witnessed);
        server.Command(new NodeCommand(CommandKind.ForcedFailover) { Id = 1 });
        Assert.Equal(Role.Active, server.State.Role);
        Assert.True(server.State.VoteOverridden);
        server.Wake(0.5);
        Assert.Equal(Role.Active, server.State.Role);
        server.Step(NodeInput.LeaseGranted(server.Now, server.Utc, server.Now, TimeSpan.FromSeconds(3)));
        Assert.False(server.State.VoteOverridden);
    }

    [Fact]
    public void VoteDuration_IsLongerThanOneMissedRenewalAndAtMostNIntervals()
    {
        Assert.True(Witnessed.VoteDuration > Witnessed.HeartbeatInterval + Witnessed.HeartbeatTimeout);
        Assert.Equal(3 * Witnessed.HeartbeatInterval, Witnessed.VoteDuration);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void OneLostVoter_CostsNothing(bool witness, bool peer)
    {
        var bench = PairBench.Settled(Witnessed);
        bench.One.WitnessReachable = bench.Two.WitnessReachable = !witness;
        if (peer)
        {
            bench.Two.Crash();
        }

        bench.Run(60);
        Assert.True(bench.One.Serving, bench.Trace);
        Assert.Empty(bench.One.Decisions);
    }

    [Fact]
    public void BothVotersLost_TheActiveStepsDownByRow110AndComesBackWithThem()
    {
        var bench = PairBench.Settled(Witnessed);
        bench.One.WitnessReachable = false;
        bench.Link(false);
        bench.RunUntil(() => bench.One.Role == Role.Standby, 10, "#1 steps down");
        Assert.Contains(110, bench.One.Rows);
        bench.RunUntil(() => bench.Two.Serving, 30, "#2 takes over with the witness");
        Assert.Equal(TimeSpan.Zero, bench.BothServing);
        bench.Link(true);
        bench.One.WitnessReachable = true;
        bench.Run(60);
        Assert.True(bench.Two.Serving, bench.Trace);
        Assert.Equal(Role.Standby, bench.One.Role);
        Assert.Equal(TimeSpan.Zero, bench.BothServing);
    }
}
