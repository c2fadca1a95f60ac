using HaConsole.Failover.Tests.Bench;
using HaConsole.Failover.Tests.Table;

namespace HaConsole.Failover.Tests;

/// <summary>Effects stand in the documented order, and a crash between any two of them breaks no promise.</summary>
public sealed class EffectOrderTests
{
    public static TheoryData<int> Activating { get; } = [.. TransitionTable.Rows.Where(row => row.Activates).Select(row => row.Number)];

    public static TheoryData<int> Demoting { get; } = [101, 110, 120, 130, 200, 210, 230, 306];

    public static TheoryData<string, int> Crashes { get; } = MakeCrashes();

    [Theory]
    [MemberData(nameof(Activating))]
    public void Activation_StoresThenActsThenTellsThenRecords(int row)
    {
        var server = RowCases.Matching(row);
        var effects = server.Wake().Effects;

        var stored = Assert.IsType<NodeEffect.PersistState>(effects[0]);
        Assert.Equal(Role.Active, stored.State.Role);
        Assert.Equal(server.State.Epoch, stored.State.Epoch);
        AssertOrder(effects);
        Assert.Equal([Component.Engine, Component.Framework, Component.Services], effects.OfType<NodeEffect.SwitchLocal>().Select(local => local.Component));
        Assert.Equal([Component.Framework, Component.Engine, Component.Services], effects.OfType<NodeEffect.SwitchRemote>().Select(remote => remote.Component));
        Assert.All(effects.OfType<NodeEffect.SwitchLocal>(), local => Assert.Equal((Role.Active, server.State.Epoch), (local.Role, local.Epoch)));
        Assert.Contains(effects, effect => effect is NodeEffect.RecordEvent { Kind: "role-changed" } record && record.Row == row);
    }

    [Theory]
    [MemberData(nameof(Demoting))]
    public void Demotion_StoresThenActsThenTellsThenRecords(int row)
    {
        var server = RowCases.Matching(row);
        var effects = server.Wake().Effects;

        Assert.Equal(Role.Standby, Assert.IsType<NodeEffect.PersistState>(effects[0]).State.Role);
        AssertOrder(effects);
        Assert.Equal([Component.Engine, Component.Framework, Component.Services], effects.OfType<NodeEffect.SwitchLocal>().Select(local => local.Component));
        Assert.DoesNotContain(effects, effect => effect is NodeEffect.SwitchRemote or NodeEffect.StartServices);
        Assert.Contains(NodeEffect.ExchangeNow.Instance, effects);
    }

    [Fact]
    public void Row220_RaisesAndStoresItsEpochBeforeItTellsThePeer()
    {
        var server = RowCases.Matching(220);
        var effects = server.Wake().Effects;

        Assert.Equal(new Epoch(6), Assert.IsType<NodeEffect.PersistState>(effects[0]).State.Epoch);
        Assert.DoesNotContain(effects, effect => effect is NodeEffect.SwitchLocal);
        Assert.Equal(3, effects.Count(effect => effect is NodeEffect.SwitchRemote));
        AssertOrder(effects);
        Assert.Equal(new Epoch(6), FailoverMachine.Report(server.State, server.Settings, server.Now, null).StepDown);
    }

    [Fact]
    public void LocalServices_WaitForThePeersConfirmedStop()
    {
        var server = RowCases.Matching(420);
        server.WithPeer(p => p with { LongestStop = TimeSpan.FromSeconds(2) });
        Assert.DoesNotContain(server.Wake().Effects, effect => effect is NodeEffect.StartServices);
        Assert.Equal(server.Now + TimeSpan.FromSeconds(2.3), server.State.StartGateUntil);
        server.Now += TimeSpan.FromMilliseconds(50);
        server.Answer(OneServer.Of(Rank.Backup, Role.Standby, 5) with { Services = ServicesState.Stopping });
        Assert.DoesNotContain(server.Last.Effects, effect => effect is NodeEffect.StartServices);
        server.Now += TimeSpan.FromMilliseconds(50);
        server.Answer(OneServer.Of(Rank.Backup, Role.Standby, 5) with { Services = ServicesState.Stopped });

        Assert.Single(server.Last.Effects, effect => effect is NodeEffect.StartServices);
    }

    [Fact]
    public void LocalServices_StartWithAnAlarmWhenThePeerDoesNotConfirmInTime()
    {
        var server = RowCases.Matching(420);
        server.Wake();
        var gate = server.State.StartGateUntil!.Value;
        server.Now = gate;
        server.Step(NodeInput.Wake(gate, server.Utc));

        Assert.Contains(server.Last.Effects, effect => effect is NodeEffect.StartServices);
        Assert.Contains(server.Last.Effects, effect => effect is NodeEffect.RecordEvent { Kind: "start-ungated", Severity: Severity.Alarm });
    }

    [Fact]
    public void LocalServices_DoNotWaitForAPeerThatDoesNotAnswer()
    {
        var server = RowCases.Matching(400).With(s => s with { ExchangeFailedAt = OneServer.T0 });

        Assert.Contains(server.Wake().Effects, effect => effect is NodeEffect.StartServices);
    }

    [Fact]
    public void GoStandby_IsRepeatedUntilNIntervalsHavePassed()
    {
        var server = RowCases.Matching(400).With(s => s with { ExchangeFailedAt = OneServer.T0 });
        server.Wake();
        var epoch = server.State.Epoch;
        var report = FailoverMachine.Report(server.State, server.Settings, server.Now, null);
        Assert.Equal(epoch, report.StepDown);
        server.Wake(2.9);
        Assert.Equal(epoch, server.State.StepDown);
        server.Wake(0.1);

        Assert.Equal(Epoch.None, server.State.StepDown);
        Assert.Contains(server.Last.Effects, effect => effect is NodeEffect.RecordEvent { Kind: "step-down", Severity: Severity.Warning });
    }

    [Fact]
    public void GoStandby_EndsWhenThePeerSaysThatItIsStandby()
    {
        var server = RowCases.Matching(420);
        server.Wake();
        server.Now += TimeSpan.FromMilliseconds(10);
        server.Answer(OneServer.Of(Rank.Backup, Role.Standby, 5));

        Assert.Equal(Epoch.None, server.State.StepDown);
    }

    /// <summary>The process dies after k effects of its role changes, comes back, and the pair is one again.</summary>
    [Theory]
    [MemberData(nameof(Crashes))]
    public void CrashBetweenTwoEffects_BreaksNoPromise(string story, int effects)
    {
        var bench = story is "failback" ? PairBench.SettledOnTwo(PairBench.Defaults with { FirstServerAutoRestart = true }) : PairBench.Settled();
        var victim = story switch
        {
            "failover" or "receive" => bench.Two,
            _ => bench.One,
        };
        victim.KillAfterEffects = effects;
        switch (story)
        {
            case "failover":
                bench.One.Crash();
                break;
            case "isolation":
                bench.One.Lan = LanState.Down;
                bench.Link(false);
                break;
            case "receive" or "yield":
                bench.One.Switch(Rank.Backup);
                break;
        }

        bench.Run(8);
        victim.KillAfterEffects = null;
        bench.One.Lan = LanState.Up;
        bench.Link(true);
        foreach (var server in new[] { bench.One, bench.Two }.Where(server => !server.Up))
        {
            server.Boot();
        }

        bench.Run(30);
        Assert.True(bench.One.Serving ^ bench.Two.Serving, bench.Trace);
        Assert.Equal(bench.One.State.HighestEpoch, bench.Two.State.HighestEpoch);
        Assert.InRange(bench.BothServing.TotalSeconds, 0, 0.001);
        foreach (var server in new[] { bench.One, bench.Two })
        {
            var epochs = server.Effects.Select(one => one.Effect).OfType<NodeEffect.SwitchLocal>()
                .Where(local => local is { Component: Component.Engine, Role: Role.Active }).Select(local => local.Epoch.Value).ToArray();
            Assert.Equal(epochs.Order().Distinct(), epochs);
        }
    }

    internal static void AssertOrder(IReadOnlyList<NodeEffect> effects)
    {
        var places = effects.Select(PlaceOf).ToArray();
        Assert.Equal(places.Order(), places);
    }

    private static int PlaceOf(NodeEffect effect) => effect switch
    {
        NodeEffect.PersistState or NodeEffect.PersistControls => 0,
        NodeEffect.SwitchLocal or NodeEffect.StartServices => 1,
        NodeEffect.SwitchRemote or NodeEffect.ExchangeNow or NodeEffect.StartRound or NodeEffect.RequestLease or NodeEffect.ReleaseLease or NodeEffect.PullConfiguration => 2,
        _ => 3,
    };

    private static TheoryData<string, int> MakeCrashes()
    {
        var data = new TheoryData<string, int>();
        foreach (var story in new[] { "failover", "isolation", "receive", "yield", "failback" })
        {
            for (var effects = 0; effects <= 14; effects++)
            {
                data.Add(story, effects);
            }
        }

        return data;
    }
}
