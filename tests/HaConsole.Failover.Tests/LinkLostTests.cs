using HaConsole.Failover.Tests.Bench;

namespace HaConsole.Failover.Tests;

/// <summary>A broken connection is looked into at once, once.</summary>
public sealed class LinkLostTests
{
    private static readonly FailoverSettings Fast = PairBench.Defaults with { FastConfirmation = true };

    [Fact]
    public void LostLink_BringsTheTickForwardOnceUntilThePeerIsWellAgain()
    {
        var server = OneServer.In(Role.Standby, Role.Active);
        server.Step(NodeInput.LinkLost(server.Now, server.Utc));
        Assert.Contains(NodeEffect.StartRound.Instance, server.Last.Effects);
        Assert.Equal(server.Now + server.Settings.HeartbeatInterval, server.State.NextTickAt);
        server.Now += TimeSpan.FromMilliseconds(10);
        server.Step(NodeInput.LinkLost(server.Now, server.Utc));
        Assert.DoesNotContain(NodeEffect.StartRound.Instance, server.Last.Effects);
        server.Probe(ProbeOutcome.Success);
        server.Now += TimeSpan.FromMilliseconds(10);
        server.Step(NodeInput.LinkLost(server.Now, server.Utc));

        Assert.Contains(NodeEffect.StartRound.Instance, server.Last.Effects);
    }

    [Fact]
    public void LostLink_AloneCondemnsNobody()
    {
        var bench = PairBench.Settled();
        for (var i = 0; i < 50; i++)
        {
            bench.Two.LoseLink();
            bench.One.LoseLink();
            bench.Run(0.1);
        }

        Assert.Empty(bench.One.Decisions);
        Assert.Empty(bench.Two.Decisions);
    }

    [Theory]
    [InlineData(true, 0.0, 0.95)]
    [InlineData(false, 2.0, 3.31)]
    public void LostLink_OfADeadPeer_IsConfirmedFastOnlyWhenAskedFor(bool fast, double atLeast, double atMost)
    {
        var bench = PairBench.Settled(fast ? Fast : PairBench.Defaults);
        bench.One.Crash();
        bench.Run(0.001);
        bench.Two.LoseLink();
        var took = bench.RunUntil(() => bench.Two.Role == Role.Active, 6, "#2 Active");

        Assert.Equal([400], bench.Two.Rows);
        Assert.InRange(took.TotalSeconds, atLeast, atMost);
    }

    [Fact]
    public void FastConfirmation_EndsWithThePeersFirstGoodAnswer()
    {
        var bench = PairBench.Settled(Fast);
        bench.Two.LoseLink();
        bench.Run(0.5);
        var rounds = bench.Two.Effects.Count(one => one.Effect is NodeEffect.StartRound);

        Assert.InRange(rounds, 1, 2);
        Assert.Equal(0, bench.Two.State.Counters.PeerFail);
    }

    [Fact]
    public void FastConfirmation_IsNeverFasterThanTheInterval()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(100), Fast.FastConfirmationInterval);
        Assert.Equal(TimeSpan.FromMilliseconds(20), (Fast with { HeartbeatInterval = TimeSpan.FromMilliseconds(20) }).FastConfirmationInterval);
    }
}
