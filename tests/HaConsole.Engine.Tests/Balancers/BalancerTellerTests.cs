using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HaConsole.Engine.Balancers;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Loop;

namespace HaConsole.Engine.Tests.Balancers;

/// <summary>Runtime APIs over real sockets: one that answers, one that hangs, one that is not there.</summary>
public sealed class BalancerTellerTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly TcpListener hanging = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<string> heard = new();
    private readonly ConcurrentQueue<string> events = new();

    public BalancerTellerTests()
    {
        listener.Start();
        hanging.Start();
        _ = ServeAsync();
    }

    private string Endpoint => listener.LocalEndpoint.ToString()!;

    public void Dispose()
    {
        listener.Dispose();
        hanging.Dispose();
    }

    [Fact]
    public async Task A_balancer_that_hangs_keeps_neither_the_engine_nor_another_balancer_waiting()
    {
        await using var teller = Teller();
        teller.Configure(new LoadBalancerSettings { Runtime = [hanging.LocalEndpoint.ToString()!, Endpoint], TellTimeout = 10 });
        var begun = Stopwatch.GetTimestamp();

        teller.Is(BalancerPhase.Serving);

        Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(2));
        await UntilAsync(() => heard.Any(x => x.StartsWith("set server application/server1 state ready;enable health", StringComparison.Ordinal)));
        await UntilAsync(() => events.Contains("balancer-told"));
        Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(10), "it waited for the one that hangs");
    }

    [Fact]
    public async Task A_balancer_that_is_not_there_is_told_as_soon_as_it_is_and_costs_one_event()
    {
        using var reserved = new TcpListener(IPAddress.Loopback, 0);
        reserved.Start();
        var place = (IPEndPoint)reserved.LocalEndpoint;
        reserved.Stop();
        await using var teller = Teller();
        teller.Configure(new LoadBalancerSettings { Runtime = [place.ToString()], TellTimeout = 1 });
        teller.Is(BalancerPhase.Serving);
        await UntilAsync(() => events.Contains("balancer-unreachable"));
        await UntilAsync(() => teller.Shown.Single().Reached == false);

        listener.Stop();
        using var late = new TcpListener(place);
        late.Start();
        _ = ServeAsync(late);

        await UntilAsync(() => events.Contains("balancer-answers"));
        Assert.Single(events, "balancer-unreachable");
        Assert.Contains(heard, x => x.StartsWith("set server", StringComparison.Ordinal));
        Assert.True(teller.Shown.Single().Reached);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        var begun = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(begun) < Patience, "it did not come to that");
            await Task.Delay(10);
        }
    }

    private BalancerTeller Teller() => new(new EngineClock(TimeProvider.System), 1) { Event = (kind, _, _) => events.Enqueue(kind), Changed = () => { } };

    private Task ServeAsync() => ServeAsync(listener);

    private async Task ServeAsync(TcpListener from)
    {
        try
        {
            while (true)
            {
                using var socket = await from.AcceptSocketAsync();
                var buffer = new byte[4096];
                heard.Enqueue(Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer)).Trim());
                await socket.SendAsync("\n"u8.ToArray());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test has ended.
        }
    }
}
