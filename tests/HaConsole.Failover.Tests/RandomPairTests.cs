using FsCheck;
using FsCheck.Fluent;
using HaConsole.Failover.Tests.Bench;

namespace HaConsole.Failover.Tests;

/// <summary>Random faults of a whole pair: after they stop there is one Active and one truth.</summary>
public sealed class RandomPairTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnyFaults_EndWithOneServingServerAndOneEpoch(bool witness)
    {
        var faults = Arb.From(
            Gen.ArrayOf(Gen.Choose(0, 29), 14),
            codes => Enumerable.Range(0, codes.Length).Select(skip => codes.Where((_, index) => index != skip).ToArray()));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(faults, codes => Live(codes, witness)));
    }

    private static void Live(int[] codes, bool witness)
    {
        var bench = PairBench.Settled(PairBench.Defaults with { Witness = witness, FirstServerAutoRestart = codes.Length % 2 == 0, TestVipDestination = codes.Contains(22) });
        foreach (var code in codes)
        {
            Fault(bench, code);
            bench.BeginStretch();
            bench.Run(0.3 + (code % 5));
        }

        Assert.True(!witness || bench.BothServing <= TimeSpan.FromSeconds(0.5), $"both served for {bench.BothServing}{Environment.NewLine}{bench.Trace}");
        Heal(bench);
        bench.BeginStretch();
        bench.Run(40);

        // (N + 1)·H + T; the end of a pause starts the counters again.
        var bound = TimeSpan.FromSeconds(codes.Any(code => code / 2 == 12) ? 2 * 4.3 : 4.3);
        Assert.True(bench.LongestDualWhileConnected <= bound, $"two Actives for {bench.LongestDualWhileConnected} although messages could pass{Environment.NewLine}{bench.Trace}");
        Assert.True(bench.One.Serving ^ bench.Two.Serving, bench.Trace);
        Assert.True(bench.One.Role == Role.Active ^ bench.Two.Role == Role.Active, bench.Trace);
        Assert.Equal(bench.One.State.HighestEpoch, bench.Two.State.HighestEpoch);
        bench.Forget();
        bench.Run(30);
        Assert.Empty(bench.One.Rows.Concat(bench.Two.Rows));
    }

    private static void Fault(PairBench bench, int code)
    {
        var server = code % 2 == 0 ? bench.One : bench.Two;
        switch (code / 2)
        {
            case 0:
                bench.Link(false);
                break;
            case 1:
                bench.Link(true);
                break;
            case 2 when server.Up:
                server.Crash();
                break;
            case 3 when !server.Up:
                server.Boot();
                break;
            case 4:
                server.Lan = server.Lan == LanState.Up ? LanState.Down : LanState.Up;
                break;
            case 5:
                server.CanCall = !server.CanCall;
                break;
            case 6:
                server.Self = server.Self == SelfHealth.Ok ? SelfHealth.Failed : SelfHealth.Ok;
                break;
            case 7:
                server.Switch(server.Rank.Other());
                break;
            case 8 when !server.Frozen && server.Up:
                server.Freeze(3.7);
                break;
            case 9:
                server.LinkPort = !server.LinkPort;
                break;
            case 10:
                server.WitnessReachable = !server.WitnessReachable;
                break;
            case 11:
                server.Vip = server.Vip == VipDestination.Here ? VipDestination.Peer : VipDestination.Here;
                break;
            case 12:
                server.Control(c => c with { Pause = c.Pause is null ? new TimedControl("anna", "", bench.Utc, bench.Utc + TimeSpan.FromSeconds(7)) : null });
                break;
            case 13:
                server.Web = !server.Web;
                break;
            default:
                server.LoseLink();
                break;
        }
    }

    private static void Heal(PairBench bench)
    {
        bench.Link(true);
        foreach (var server in new[] { bench.One, bench.Two })
        {
            server.Lan = LanState.Up;
            server.CanCall = true;
            server.Self = SelfHealth.Ok;
            server.LinkPort = true;
            server.WitnessReachable = true;
            server.Vip = VipDestination.Unknown;
            server.Web = true;
            if (!server.Up)
            {
                server.Boot();
            }
        }
    }
}
