using HaConsole.Failover.Tests.Bench;
using HaConsole.Failover.Tests.Table;

namespace HaConsole.Failover.Tests.Guide;

/// <summary>What reading the guide closely has found, from the start of the services on: each with the outcome chosen.</summary>
public sealed class FindingLaterTests
{
    private static readonly FailoverSettings Auto = PairBench.Defaults with { FirstServerAutoRestart = true };

    [Fact(DisplayName = "Finding 16: the services of the new Active start when those of the old one are confirmed stopped")]
    public void Finding16()
    {
        var settings = Auto with { LongestStop = TimeSpan.FromSeconds(5) };
        var bench = PairBench.SettledOnTwo(settings);
        bench.Two.StopTime = TimeSpan.FromSeconds(4);
        bench.RunUntil(() => bench.One.Role == Role.Active, 5, "#1 Active");
        var waited = bench.RunUntil(() => bench.One.Serving, 6, "#1 serves");
        Assert.InRange(waited.TotalSeconds, 3.9, 4.2);
        Assert.Equal(TimeSpan.Zero, bench.BothServing);
    }

    [Theory(DisplayName = "Finding 17: two Standbys do not wait for each other for ever")]
    [InlineData("both isolated")]
    [InlineData("both restarted")]
    [InlineData("#1 unhealthy")]
    public void Finding17(string why)
    {
        var bench = PairBench.Settled();
        if (why == "both isolated")
        {
            bench.One.Lan = bench.Two.Lan = LanState.Down;
            bench.Link(false);
            bench.Run(300);
            Assert.Equal((Role.Standby, Role.Standby), (bench.One.Role, bench.Two.Role));
            bench.One.Lan = bench.Two.Lan = LanState.Up;
            bench.Link(true);
        }
        else
        {
            bench.One.Crash();
            bench.Two.Crash();
            bench.One.Stored = bench.One.Stored with { Role = Role.Standby };
            bench.One.Self = why == "#1 unhealthy" ? SelfHealth.Failed : SelfHealth.Ok;
            bench.Run(1);
            bench.One.Boot();
            bench.Two.Boot();
        }

        bench.Run(5);
        Assert.Equal(why != "#1 unhealthy", bench.One.Serving);
        Assert.Equal(why == "#1 unhealthy", bench.Two.Serving);
    }

    [Fact(DisplayName = "Finding 18: a stored Active is never resumed without contact; no contact means N failures")]
    public void Finding18()
    {
        var bench = new PairBench(start: false);
        bench.One.Stored = new StoredState(Role.Active, new Epoch(9), new Epoch(9), []);
        bench.One.Boot();
        bench.Run(2);
        Assert.Equal(Role.Starting, bench.One.Role);
        Assert.False(bench.One.State.AnswersActive);
        bench.Run(1);
        Assert.Equal([400], bench.One.Rows);
    }

    [Fact(DisplayName = "Finding 19: a server that stood still asks its peer before anything else and steps down when that is Active")]
    public void Finding19()
    {
        var bench = PairBench.Settled();
        bench.One.Freeze(300);
        bench.Run(299);
        Assert.True(bench.Two.Serving);
        bench.Forget();
        bench.Run(10);
        Assert.Equal([120], bench.One.Rows);
        Assert.InRange(bench.BothServing.TotalSeconds, 0, 0.2);
        bench.Run(60);
        Assert.True(bench.Two.Serving && !bench.One.Serving);
    }

    [Fact(DisplayName = "Finding 20: what ends two Actives is called dual-active resolution, never failback")]
    public void Finding20()
    {
        foreach (var row in new[] { 210, 220, 230 })
        {
            var sentence = RowCases.Matching(row).Wake().Decision.Sentence;
            Assert.StartsWith("Dual-active resolution", sentence, StringComparison.Ordinal);
            Assert.DoesNotContain("failback", sentence, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact(DisplayName = "Finding 21: an isolated Active and its Standby act at the same count: overlap or gap of at most one interval at any phase")]
    public void Finding21()
    {
        for (var phase = 0; phase < 10; phase++)
        {
            var bench = new PairBench(start: false);
            bench.One.Boot();
            bench.Run(phase / 10.0);
            bench.Two.Boot();
            bench.Run(6);
            bench.Forget();
            bench.One.Lan = LanState.Down;
            bench.Link(false);
            bench.Run(20);
            Assert.True(bench.Two.Serving && !bench.One.Serving, bench.Trace);
            Assert.InRange(bench.BothServing.TotalSeconds, 0, 1.2);
            Assert.InRange(bench.NoneServing.TotalSeconds, 0, 1.4);
        }
    }

    [Fact(DisplayName = "Finding 22: a Standby that is not well itself does not condemn an answering peer; a silent one at 2·N")]
    public void Finding22()
    {
        var bench = PairBench.Settled();
        bench.One.Self = bench.Two.Self = SelfHealth.Failed;
        bench.Run(60);
        Assert.Empty(bench.Two.Decisions);
        bench.One.Crash();
        bench.RunUntil(() => bench.Two.Role == Role.Active, 7, "better one that is not well than none");
    }

    [Theory(DisplayName = "Finding 23: “go Standby” is idempotent and taken by the epoch; nobody is made Active from afar except by a yielding Active")]
    [InlineData(Role.Active, 6, Role.Standby)]
    [InlineData(Role.Active, 5, Role.Active)]
    [InlineData(Role.Active, 4, Role.Active)]
    [InlineData(Role.Standby, 6, Role.Standby)]
    public void Finding23(Role own, long epoch, Role after)
    {
        var server = OneServer.In(own, Role.Active);
        server.Hear(OneServer.Of(Rank.Backup, Role.Active, epoch) with { StepDown = new Epoch(epoch) });
        server.Hear(OneServer.Of(Rank.Backup, Role.Active, epoch) with { StepDown = new Epoch(epoch) });
        Assert.Equal(after, server.State.Role);
        server.Hear(OneServer.Of(Rank.Backup, Role.Active, epoch) with { Offer = OfferReason.Operator, HandOverWanted = 420 });
        Assert.Equal(after, server.State.Role);
    }

    [Fact(DisplayName = "Finding 24: a step-down with a stale epoch demotes nobody")]
    public void Finding24()
    {
        var server = OneServer.In(Role.Active, Role.Standby);
        server.Hear(OneServer.Of(Rank.Backup, Role.Active, 3) with { StepDown = new Epoch(3) });
        Assert.Equal(Role.Active, server.State.Role);
        Assert.Equal(new Epoch(5), server.State.HighestEpoch);
    }

    [Fact(DisplayName = "Finding 25: the services' role and their start are two requests")]
    public void Finding25()
    {
        var server = RowCases.Matching(420);
        server.Wake();
        Assert.Contains(server.Last.Effects, effect => effect is NodeEffect.SwitchLocal { Component: Component.Services, Role: Role.Active });
        Assert.DoesNotContain(server.Last.Effects, effect => effect is NodeEffect.StartServices);
    }

    [Fact(DisplayName = "Finding 26: services whose budget is used up go back once to a well peer, then stay with an alarm")]
    public void Finding26()
    {
        var bench = PairBench.Settled();
        bench.One.StartFails = true;
        bench.One.Report(ServicesState.StartFailed);
        bench.Run(3);
        Assert.True(bench.Two.Serving, bench.Trace);
        Assert.Contains(bench.One.Events, record => record is { Kind: "start-failed", Severity: Severity.Alarm });
        bench.Forget();
        bench.Two.Report(ServicesState.StartFailed);
        bench.Run(60);
        Assert.Equal(Role.Active, bench.Two.Role);
        Assert.Empty(bench.One.Decisions);
    }

    [Fact(DisplayName = "Finding 27: configurations are ordered by epoch, counter and origin, and the later one is pulled whatever the clocks say")]
    public void Finding27()
    {
        Revision[] ordered = [Revision.None, new(0, 1, 1), new(0, 1, 2), new(0, 9, 1), new(1, 2, 1), new(2, 1, 1)];
        Assert.Equal(ordered, ordered.Reverse().Order());
        var server = OneServer.In(Role.Standby, Role.Active);
        server.Answer(OneServer.Of(Rank.Backup, Role.Active) with { Configuration = new Revision(1, 1, 2) });
        Assert.Equal(new Revision(1, 1, 2), Assert.Single(server.Last.Effects.OfType<NodeEffect.PullConfiguration>()).Revision);
        server.Answer(OneServer.Of(Rank.Backup, Role.Active) with { Configuration = Revision.None });
        Assert.Empty(server.Last.Effects.OfType<NodeEffect.PullConfiguration>());
    }

    [Theory(DisplayName = "Finding 28: ACTIVE is answered only by an Active that is not in doubt and whose services were not stopped")]
    [InlineData(Role.Starting, ServicesState.Running, false)]
    [InlineData(Role.Standby, ServicesState.Running, false)]
    [InlineData(Role.Yielding, ServicesState.Running, false)]
    [InlineData(Role.Active, ServicesState.Running, true)]
    [InlineData(Role.Active, ServicesState.Starting, true)]
    [InlineData(Role.Active, ServicesState.Stopped, false)]
    [InlineData(Role.Active, ServicesState.Stopping, false)]
    public void Finding28(Role role, ServicesState services, bool active)
    {
        var server = OneServer.In(role, Role.Standby).With(s => s with { Services = services });
        Assert.Equal(active, server.State.AnswersActive);
        Assert.False((server.State with { VerifyUntil = OneServer.T0 }).AnswersActive);
    }

    [Fact(DisplayName = "Finding 29: an invalid configuration refuses to run and says why")]
    public void Finding29()
    {
        var server = RowCases.Matching(101);
        server.Wake();
        Assert.Equal(Role.Standby, server.State.Role);
        Assert.Contains("both addresses are equal", server.Last.Decision.Sentence, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Finding 30: a pause detects and does not act, keeps the isolated Active's step-down armed, and ends by itself")]
    public void Finding30()
    {
        var bench = PairBench.Settled();
        bench.One.Control(c => c with { Pause = new TimedControl("anna", "patching", bench.Utc, bench.Utc + TimeSpan.FromSeconds(60)) });
        bench.Run(1);
        bench.One.Lan = LanState.Down;
        bench.Link(false);
        bench.Run(30);
        Assert.Equal([200], bench.One.Rows);
        Assert.Empty(bench.Two.Decisions);
        Assert.True(bench.Two.State.Counters.PeerFail >= 3);
        bench.Run(31);
        bench.RunUntil(() => bench.Two.Serving, 5, "#2 takes over after the pause");
    }

    [Fact(DisplayName = "Finding 30: a server in maintenance is not activated, its peer is")]
    public void Finding30Maintenance()
    {
        var bench = PairBench.Settled();
        bench.One.Control(c => c.WithMaintenance(Rank.Backup, new TimedControl("anna", "patching", bench.Utc, null)));
        bench.Run(2);
        bench.One.Crash();
        bench.Run(30);
        Assert.Empty(bench.Two.Decisions);
        Assert.Contains("in maintenance", bench.Two.Explain(400).Sentence, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "Finding 31: with auto restart #1 gets the role back as a balancer that prefers #1 does; without it stays and says so")]
    [InlineData(true)]
    [InlineData(false)]
    public void Finding31(bool auto)
    {
        var bench = PairBench.SettledOnTwo(PairBench.Defaults with { FirstServerAutoRestart = auto });
        bench.Run(20);
        Assert.Equal(auto, bench.One.Serving);
        if (!auto)
        {
            Assert.Contains("First server auto restart as Active is off", bench.One.Explain(420).Sentence, StringComparison.Ordinal);
        }
    }
}
