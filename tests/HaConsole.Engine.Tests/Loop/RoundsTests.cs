using HaConsole.Engine.Configuration;
using HaConsole.Engine.Loop;
using HaConsole.Engine.Probing;
using HaConsole.Engine.Status;
using HaConsole.Engine.Tests.State;
using HaConsole.Failover;
using Microsoft.Extensions.Logging.Abstractions;

namespace HaConsole.Engine.Tests.Loop;

public sealed class RoundsTests : IDisposable
{
    private readonly FailoverSettings settings = new();
    private readonly ScriptedLink link = new();
    private readonly HttpMonitorProbe probe = new(TimeProvider.System);
    private readonly VipObserver vip = new(TimeProvider.System, (_, _) => Task.FromResult(false));
    private readonly EngineLoop loop;
    private readonly Rounds rounds;

    public RoundsTests()
    {
        var clock = new EngineClock(TimeProvider.System);
        var start = FailoverMachine.Start(Rank.Primary, StoredState.Fresh, PairControls.None, settings, clock.Now);
        loop = new EngineLoop(start, settings, clock, new HealthBoard(TimeProvider.System), NullLogger.Instance)
        {
            Effect = (_, _) => { },
            Turned = _ => { },
            Show = _ => { },
            Renew = (_, _) => { },
            Ended = () => { },
            Fatal = _ => { },
        };
        rounds = new Rounds(loop, clock, new NodeOptions { LocalAddress = "127.0.0.1" }, probe, new LanObserver(TimeProvider.System), vip, link, NullLogger.Instance)
        {
            Report = () => new PeerReport { Rank = Rank.Primary, Role = Role.Standby },
            State = () => new NodeStateBox(start, settings, clock.Now),
        };
    }

    public void Dispose()
    {
        rounds.Dispose();
        loop.Stop();
        probe.Dispose();
        vip.Dispose();
    }

    [Fact]
    public async Task Exchange_WhileAsManyAsAllowedHang_IsSentOnceAsSoonAsOneHasEnded()
    {
        for (var i = 0; i < 10; i++)
        {
            rounds.Exchange(settings);
        }

        var hanging = link.Exchanges;
        Assert.Equal(4, hanging.Count);

        hanging[2].SetResult(null);
        await Eventually.HoldsAsync(() => link.Exchanges.Count == 5, "the one that was wanted");

        link.Exchanges[4].SetResult(null);
        rounds.Exchange(settings);
        Assert.Equal(6, link.Exchanges.Count);
    }

    [Fact]
    public async Task Exchange_WantedWhileTheOthersEnd_IsNeverLost()
    {
        for (var round = 0; round < 200; round++)
        {
            while (link.Exchanges.Count(exchange => !exchange.Task.IsCompleted) < 4)
            {
                rounds.Exchange(settings);
            }

            var before = link.Exchanges;
            var ending = Task.Run(() =>
            {
                foreach (var exchange in before.Where(exchange => !exchange.Task.IsCompleted))
                {
                    exchange.TrySetResult(null);
                }
            });
            rounds.Exchange(settings);
            await ending;

            await Eventually.HoldsAsync(() => link.Exchanges.Count > before.Count, "sent");
        }
    }
}
