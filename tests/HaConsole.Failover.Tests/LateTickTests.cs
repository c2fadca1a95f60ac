using HaConsole.Failover.Tests.Bench;

namespace HaConsole.Failover.Tests;

/// <summary>Lateness and frozen hosts (row 120).</summary>
public sealed class LateTickTests
{
    [Fact]
    public void ThawedActive_IsNotReassuredByAMessageFromBeforeTheFreeze()
    {
        var server = OneServer.In(Role.Active, Role.Standby);
        server.Wake(30);
        Assert.NotNull(server.State.VerifyUntil);
        Assert.False(server.State.AnswersActive);
        server.Now += TimeSpan.FromMilliseconds(1);
        server.Hear(OneServer.Of(Rank.Backup, Role.Standby, 4));
        server.Answer(OneServer.Of(Rank.Backup, Role.Standby, 4), startedAt: OneServer.T0);
        Assert.NotNull(server.State.VerifyUntil);
        server.Now += TimeSpan.FromMilliseconds(1);
        server.Answer(OneServer.Of(Rank.Backup, Role.Active, 6));

        Assert.Equal(120, server.Last.Decision.Row);
        Assert.Equal(Role.Standby, server.State.Role);
    }

    [Fact]
    public void ThawedActive_WhosePeerAnswersStandby_StaysActive()
    {
        var server = OneServer.In(Role.Active, Role.Standby);
        server.Wake(30);
        server.Now += TimeSpan.FromMilliseconds(2);
        server.Answer(OneServer.Of(Rank.Backup, Role.Standby, 4));

        Assert.Null(server.State.VerifyUntil);
        Assert.True(server.State.AnswersActive);
    }

    [Fact]
    public void ThawedActive_WithoutAnAnswerWithinT_StaysActiveAndRecordsIt()
    {
        var server = OneServer.In(Role.Active, Role.Standby);
        server.Wake(30);
        Assert.Equal(server.Now + server.Settings.HeartbeatTimeout, server.State.WakeAt);
        server.Wake(0.3);

        Assert.Equal(Role.Active, server.State.Role);
        Assert.Contains(server.Last.Effects, effect => effect is NodeEffect.RecordEvent { Kind: "verified" });
        Assert.True(server.State.AnswersActive);
    }

    [Fact]
    public void ThawedPair_EndsWithOneActiveWithinMilliseconds()
    {
        var bench = PairBench.Settled();
        bench.One.Freeze(20);
        bench.Run(19.9);
        Assert.True(bench.Two.Serving, bench.Trace);
        bench.Run(0.2);

        Assert.Equal(Role.Standby, bench.One.Role);
        Assert.Contains(120, bench.One.Rows);
        bench.Run(30);
        Assert.True(bench.Two.Serving);
        Assert.InRange(bench.BothServing.TotalSeconds, 0, 0.2);
    }

    [Fact]
    public void ShorterInterval_IsNoFrozenTime()
    {
        var server = OneServer.In(Role.Active, Role.Standby, settings: PairBench.Defaults with { HeartbeatInterval = TimeSpan.FromSeconds(30) });
        server.State.LastTickAt = server.Now - TimeSpan.FromSeconds(20);
        server.State.NextTickAt = server.Now + TimeSpan.FromSeconds(10);
        server.Settings = PairBench.Defaults;
        server.Wake();

        Assert.Null(server.State.VerifyUntil);
        Assert.True(server.State.AnswersActive);
        Assert.Contains(NodeEffect.StartRound.Instance, server.Last.Effects);
    }

    [Fact]
    public void ReleasedServices_StartAgainWhenTheEngineGoesOn()
    {
        var bench = PairBench.Settled();
        bench.One.ReleaseServices();
        bench.Run(0.5);

        Assert.True(bench.One.Serving);
        Assert.Single(bench.One.Effects, e => e.Effect is NodeEffect.StartServices);
    }

    [Fact]
    public void ThawedActive_DoesNotStartItsWaitingServicesBeforeThePeerHasAnswered()
    {
        var server = Table.RowCases.Matching(420);
        server.Wake();
        Assert.NotNull(server.State.StartGateUntil);
        server.Wake(30);
        Assert.NotNull(server.State.VerifyUntil);
        Assert.DoesNotContain(server.Last.Effects, effect => effect is NodeEffect.StartServices);
        Assert.True(server.State.WakeAt > server.Now);
        server.Now += TimeSpan.FromMilliseconds(2);
        server.Answer(OneServer.Of(Rank.Backup, Role.Standby, 5));

        Assert.Contains(server.Last.Effects, effect => effect is NodeEffect.StartServices);
    }

    [Fact]
    public void ServerThatStoodStillWithItsOfferOut_DoesNotTakeTheRoleBackUnasked()
    {
        var server = OneServer.In(Role.Active, Role.Standby);
        server.Command(new NodeCommand(CommandKind.Switchover) { Id = 1, Target = Rank.Backup });
        server.Now += TimeSpan.FromMilliseconds(100);
        server.Services(ServicesState.Stopped);
        Assert.Equal(HandOverPhase.Offering, server.State.HandOver);
        server.Wake(30);

        Assert.Equal(Role.Standby, server.State.Role);
        var ended = Assert.Single(server.Last.Effects.OfType<NodeEffect.CommandEnded>());
        Assert.False(ended.Succeeded);
        Assert.Contains("stood still", ended.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void BudgetsWithTimesFarAhead_AreFromBeforeAClockWasSetRight()
    {
        var server = Table.RowCases.Matching(420);
        var ahead = server.Utc + TimeSpan.FromDays(3650);
        server.WithControls(c => c with { FlapTimes = [ahead, ahead, ahead] });
        Assert.Equal(420, server.Wake().Decision.Row);
        var starting = Table.RowCases.Matching(305);
        starting.State.Resumptions = [ahead, ahead, ahead];
        Assert.Equal(305, starting.Wake().Decision.Row);
    }
}
