using HaConsole.Engine.Checks;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Loop;
using HaConsole.Engine.Probing;
using HaConsole.Engine.Status;
using HaConsole.Engine.Tests.State;
using HaConsole.Failover;
using Microsoft.Extensions.Logging.Abstractions;

namespace HaConsole.Engine.Tests.Loop;

/// <summary>Whether an answer of the VIP address says that this server is connected to the LAN.</summary>
public sealed class VipTargetTests
{
    [Theory]
    [InlineData(true, "Up")]
    [InlineData(false, "UpUnverified")]
    public async Task The_VIP_vouches_for_the_LAN_unless_the_pair_has_it_itself(bool isTarget, string lan)
    {
        var settings = new FailoverSettings { HeartbeatTimeout = TimeSpan.FromSeconds(5) };
        var clock = new EngineClock(TimeProvider.System);
        var start = FailoverMachine.Start(Rank.Primary, StoredState.Fresh, PairControls.None, settings, clock.Now);
        var log = new ProbeLog(clock);
        await using var checks = new CheckRunner(TimeProvider.System, null);
        using var probe = new HttpMonitorProbe(TimeProvider.System);
        using var vip = new VipObserver(TimeProvider.System, (_, _) => Task.FromResult(false));
        var loop = new EngineLoop(start, settings, clock, new HealthBoard(TimeProvider.System), NullLogger.Instance)
        {
            Effect = (_, _) => { },
            Turned = _ => { },
            Show = _ => { },
            Renew = (_, _) => { },
            Ended = () => { },
            Fatal = _ => { },
        };
        using var rounds = new Rounds(loop, clock, new NodeOptions { LocalAddress = "127.0.0.1" }, probe, new LanObserver(TimeProvider.System), vip, null, NullLogger.Instance)
        {
            Report = () => new PeerReport { Rank = Rank.Primary, Role = Role.Standby },
            State = () => new NodeStateBox(start, settings, clock.Now),
            Log = log,
            VipAddress = "127.0.0.1",
            VipIsLanTarget = isTarget,
        };

        rounds.Start(settings);

        await Eventually.HoldsAsync(() => Looks().Count > 0, "looked");
        Assert.Equal(lan, Looks()[0].Reason);
        loop.Stop();

        List<ProbeSample> Looks() => [.. log.Together(1, checks).Probes.Where(sample => sample.Kind == "lan")];
    }
}
