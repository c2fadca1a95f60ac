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
            Gen.ArrayOf(Gen.Choose(0, 17), 12),
            codes => Enumerable.Range(0, codes.Length).Select(skip => codes.Where((_, index) => index != skip).ToArray()));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(faults, codes => Live(codes, witness)));
    }

    private static void Live(int[] codes, bool witness)
    {
        var bench = PairBench.Settled(PairBench.Defaults with { Witness = witness });
        foreach (var code in codes)
        {
            Fault(bench, code);
            bench.Run(0.3 + (code % 5));
        }

        Assert.True(!witness || bench.BothServing <= TimeSpan.FromSeconds(0.5), $"both served for {bench.BothServing}{Environment.NewLine}{bench.Trace}");
        Heal(bench);
        bench.Run(30);
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
            if (!server.Up)
            {
                server.Boot();
            }
        }
    }
}
