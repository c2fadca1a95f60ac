using System.Net;
using HaConsole.Engine.Status;
using HaConsole.Engine.Tests.Loop;

namespace HaConsole.Engine.Tests.Status;

public sealed class RolePollersTests
{
    private static readonly IPAddress Balancer = IPAddress.Parse("10.1.1.245");
    private readonly ManualTime time = new();
    private readonly RolePollers pollers;

    public RolePollersTests() => pollers = new RolePollers(time);

    [Fact]
    public void Who_asks_again_and_again_is_found_until_it_stops()
    {
        pollers.Watch(true, ["10.1.1.1", "10.1.1.2"]);
        Ask(Balancer, RolePollers.Enough - 1);
        Assert.Empty(pollers.Now);

        Ask(Balancer.MapToIPv6(), 1);
        Assert.Equal([Balancer], pollers.Now);

        time.Advance(RolePollers.Window + TimeSpan.FromSeconds(1));
        Assert.Empty(pollers.Now);
    }

    [Fact]
    public void Somebody_who_looks_now_and_then_is_no_poller()
    {
        pollers.Watch(true, []);
        for (var i = 0; i < 20; i++)
        {
            Ask(Balancer, 1);
            time.Advance(RolePollers.Window / 3);
        }

        Assert.Empty(pollers.Now);
    }

    [Fact]
    public void The_servers_of_the_pair_ask_each_other()
    {
        pollers.Watch(true, ["10.1.1.1", "10.1.1.2"]);

        Ask(IPAddress.Parse("10.1.1.2"), 50);
        Ask(IPAddress.Loopback, 50);

        Assert.Empty(pollers.Now);
    }

    [Fact]
    public void Nobody_is_found_and_nothing_kept_while_nobody_watches()
    {
        Ask(Balancer, 50);
        pollers.Watch(true, []);
        Assert.Empty(pollers.Now);

        Ask(Balancer, 50);
        pollers.Watch(false, []);
        pollers.Watch(true, []);

        Assert.Empty(pollers.Now);
    }

    private void Ask(IPAddress from, int times)
    {
        for (var i = 0; i < times; i++)
        {
            pollers.Asked(from);
        }
    }
}
