using HaConsole.Failover.Tests.Bench;

namespace HaConsole.Failover.Tests;

/// <summary>What operators and the stopping process command, and what the core refuses.</summary>
public sealed class CommandTests
{
    private static NodeCommand To(Rank target, long id = 3) => new(CommandKind.Switchover) { Id = id, Target = target };

    [Fact]
    public void Switchover_OnTheStandbyWhileThePeerIsActive_IsRefusedAndSaysWhereItBelongs()
    {
        var server = OneServer.In(Role.Standby, Role.Active);
        server.Command(To(Rank.Primary));

        Assert.Equal(Role.Standby, server.State.Role);
        var ended = Assert.Single(server.Last.Effects.OfType<NodeEffect.CommandEnded>());
        Assert.False(ended.Succeeded);
        Assert.Contains(ended.Checks, check => check is { Code: "not-the-active", Passed: false });
    }

    [Fact]
    public void Switchover_ToThePeerWhileNoneIsActive_DoesNotActivateThisServer()
    {
        var server = OneServer.In(Role.Standby, Role.Standby);
        server.Command(To(Rank.Backup));

        Assert.Equal(Role.Standby, server.State.Role);
        Assert.False(Assert.Single(server.Last.Effects.OfType<NodeEffect.CommandEnded>()).Succeeded);
    }

    [Fact]
    public void Switchover_ToThisServerWhileNoneIsActive_ActivatesIt()
    {
        var server = OneServer.In(Role.Standby, Role.Standby);
        server.Command(To(Rank.Primary));

        Assert.Equal(Role.Active, server.State.Role);
        Assert.Equal(300, server.Last.Decision.Row);
        Assert.NotNull(server.State.Controls.Hold);
    }

    [Fact]
    public void Switchover_ToThisServerWithAWitnessAndNoVote_IsRefused()
    {
        var server = OneServer.In(Role.Standby, Role.Standby, settings: PairBench.Defaults with { Witness = true });
        server.Command(To(Rank.Primary));

        Assert.Equal(Role.Standby, server.State.Role);
        var ended = Assert.Single(server.Last.Effects.OfType<NodeEffect.CommandEnded>());
        Assert.Contains(ended.Checks, check => check is { Code: "no-vote", Passed: false });
    }

    [Fact]
    public void Stop_DuringASwitchover_EndsItsCommandAndGoesOnHandingOver()
    {
        var bench = PairBench.Settled();
        bench.One.Switch(Rank.Backup, id: 5);
        bench.Run(0.01);
        bench.One.Stop(id: 6);
        bench.RunUntil(() => bench.One.Ended.Count == 2, 5, "both commands end");
        bench.Run(1);

        Assert.Equal([5, 6], bench.One.Ended.Select(ended => ended.Id));
        Assert.False(bench.One.Ended[0].Succeeded);
        Assert.True(bench.One.Ended[1].Succeeded, bench.Trace);
        Assert.True(bench.Two.Serving);
        Assert.Equal(TimeSpan.Zero, bench.BothServing);
    }

    [Fact]
    public void Stop_OfBoth_SwitchesNothingAndTheSameServerResumes()
    {
        var bench = PairBench.SettledOnTwo();
        bench.One.Stop(handOver: false);
        bench.Two.Stop(handOver: false);
        bench.RunUntil(() => bench.One.Ended.Count > 0 && bench.Two.Ended.Count > 0, 3, "both may end");
        Assert.False(bench.Two.Serving);
        bench.One.Crash();
        bench.Two.Crash();
        bench.Run(30);
        bench.One.Boot();
        bench.Run(0.5);
        Assert.Equal(Role.Active, bench.Two.Stored.Role);
        bench.Two.Boot();
        bench.Run(5);

        Assert.Equal(TimeSpan.Zero, bench.BothServing);
        Assert.True(bench.One.Serving ^ bench.Two.Serving, bench.Trace);
    }

    [Fact]
    public void Stop_OfTheStandby_EndsAtOnceAndTellsThePeer()
    {
        var bench = PairBench.Settled();
        bench.Two.Stop();
        bench.Run(0.1);

        Assert.True(Assert.Single(bench.Two.Ended).Succeeded);
        Assert.True(bench.One.State.Peer!.Leaving);
        Assert.True(bench.One.Serving);
    }

    [Fact]
    public void Switchover_WhenServicesDoNotStop_IsTakenBackAndNamesTheStep()
    {
        var bench = PairBench.Settled();
        bench.One.StopFails = true;
        bench.One.Switch(Rank.Backup);
        bench.Run(3);

        var ended = Assert.Single(bench.One.Ended);
        Assert.False(ended.Succeeded);
        Assert.Equal("stop-services", ended.Step);
        Assert.Equal(Role.Active, bench.One.Role);
        Assert.Equal(Role.Standby, bench.Two.Role);
    }

    [Fact]
    public void Switchover_WhenThePeerDiesBeforeItTakes_IsTakenBack()
    {
        var bench = PairBench.Settled();
        bench.One.Switch(Rank.Backup);
        bench.Run(0.05);
        bench.Two.Crash();
        bench.RunUntil(() => bench.One.Serving && bench.One.Role == Role.Active, 6, "#1 takes back");

        var ended = Assert.Single(bench.One.Ended);
        Assert.False(ended.Succeeded);
        Assert.Equal("peer-active", ended.Step);
        Assert.Contains("takes the role back", ended.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("target-unhealthy")]
    [InlineData("target-maintenance")]
    [InlineData("target-lan-down")]
    [InlineData("version-mismatch")]
    [InlineData("configuration-out-of-sync")]
    [InlineData("peer-unreachable")]
    [InlineData("stop-failed")]
    [InlineData("target-starting")]
    [InlineData("already-active")]
    [InlineData("disabled")]
    public void Switchover_WithOneFailedPreCheck_IsRefusedAndChangesNothing(string code)
    {
        var server = OneServer.In(Role.Active, Role.Standby);
        _ = code switch
        {
            "target-unhealthy" => server.With(s => s with { Probe = new ProbeFact(ProbeOutcome.Unhealthy, Role.Standby) }),
            "target-maintenance" => server.WithControls(c => c with { Maintenance2 = server.Control() }),
            "target-lan-down" => server.WithPeer(p => p with { Lan = LanState.Down }),
            "version-mismatch" => server.WithPeer(p => p with { Version = "2.0" }),
            "configuration-out-of-sync" => server.WithPeer(p => p with { ConfigurationHash = 12 }),
            "peer-unreachable" => server.With(s => s with { ExchangeFailedAt = OneServer.T0 }),
            "stop-failed" => server.WithPeer(p => p with { Services = ServicesState.StopFailed }),
            "target-starting" => server.WithPeer(p => p with { Role = Role.Starting }),
            "disabled" => server.WithSettings(p => p with { Enabled = false }),
            _ => server,
        };
        var target = code == "already-active" ? Rank.Primary : Rank.Backup;
        var dry = FailoverMachine.CheckSwitchover(server.State, server.Settings, target, server.Now, server.Utc);
        server.Command(To(target));

        Assert.Contains(dry, check => check.Code == code && !check.Passed);
        var ended = Assert.Single(server.Last.Effects.OfType<NodeEffect.CommandEnded>());
        Assert.Contains(ended.Checks, check => check.Code == code && !check.Passed && check.Sentence.Length > 0);
        Assert.False(ended.Succeeded);
        Assert.Equal("pre-checks", ended.Step);
        Assert.Equal(Role.Active, server.State.Role);
        Assert.Equal(0, server.Last.Decision.Row);
    }

    [Fact]
    public void DryRun_OfAWellPair_PassesEveryCheckWithUniqueCodes()
    {
        var server = OneServer.In(Role.Active, Role.Standby);
        var checks = FailoverMachine.CheckSwitchover(server.State, server.Settings, Rank.Backup, server.Now, server.Utc);

        Assert.All(checks, check => Assert.True(check.Passed, check.Sentence));
        Assert.Equal(checks.Count, checks.Select(check => check.Code).Distinct().Count());
    }

    [Fact]
    public void ForcedFailover_AgainstASilentPeer_ActivatesWithAlarmHoldAndCommandEnd()
    {
        var server = OneServer.In(Role.Standby, Role.Active).With(s => s with { ExchangeFailedAt = OneServer.T0, Probe = new ProbeFact(ProbeOutcome.NoAnswer, Role.Unknown) });
        server.Command(new NodeCommand(CommandKind.ForcedFailover) { Id = 8, Owner = "anna", Reason = "site down" });

        Assert.Equal(Role.Active, server.State.Role);
        Assert.Equal(300, server.Last.Decision.Row);
        Assert.Contains("anna", server.Last.Decision.Sentence, StringComparison.Ordinal);
        Assert.Contains("site down", server.Last.Decision.Sentence, StringComparison.Ordinal);
        Assert.True(Assert.Single(server.Last.Effects.OfType<NodeEffect.CommandEnded>()).Succeeded);
    }

    [Fact]
    public void SetControls_GivesTheNextRevisionAndStoresBeforeItTells()
    {
        var server = OneServer.In(Role.Active, Role.Standby);
        server.Command(new NodeCommand(CommandKind.SetControls) { Id = 4, Reason = "patching", Controls = c => c with { Pause = server.Control() } });

        Assert.NotNull(server.State.Controls.Pause);
        Assert.True(server.State.Controls.Revision > Revision.None);
        Assert.IsType<NodeEffect.PersistControls>(server.Last.Effects[0]);
        Assert.Contains(NodeEffect.ExchangeNow.Instance, server.Last.Effects);
    }

    [Fact]
    public void Controls_OfThePeerWithTheHigherRevision_Win()
    {
        var server = OneServer.In(Role.Active, Role.Standby);
        var newer = PairControls.None with { Revision = new Revision(5, 3, 2), Pause = server.Control() };
        server.Hear(OneServer.Of(Rank.Backup, Role.Standby, 4) with { Controls = newer });
        Assert.Same(newer, server.State.Controls);
        var older = PairControls.None with { Revision = new Revision(5, 2, 2) };
        server.Hear(OneServer.Of(Rank.Backup, Role.Standby, 4) with { Controls = older });
        Assert.Same(newer, server.State.Controls);
    }

    [Fact]
    public void ServicesThatDoNotStart_AreGivenBackOnceToAHealthyPeer()
    {
        var bench = PairBench.Settled();
        bench.Two.StartFails = true;
        bench.One.Switch(Rank.Backup);
        bench.Run(5);

        Assert.True(bench.One.Serving, bench.Trace);
        Assert.Equal(Role.Active, bench.One.Role);
        Assert.True(bench.One.State.GiveBackSpent);
        Assert.Equal(TimeSpan.Zero, bench.BothServing);
    }

    [Fact]
    public void ServicesThatStartNowhere_StayWithAnAlarmAfterOneGiveBack()
    {
        var bench = PairBench.Settled();
        bench.One.StartFails = true;
        bench.Two.StartFails = true;
        bench.One.Switch(Rank.Backup);
        bench.Run(120);

        var activations = bench.One.Effects.Concat(bench.Two.Effects).Count(e => e.Effect is NodeEffect.StartServices);
        Assert.InRange(activations, 2, 3);
        Assert.True(bench.One.Role == Role.Active ^ bench.Two.Role == Role.Active, bench.Trace);
        Assert.Contains(bench.One.Events.Concat(bench.Two.Events), record => record is { Kind: "start-failed", Severity: Severity.Alarm });
    }
}
