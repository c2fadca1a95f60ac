namespace HaConsole.Engine.Tests.Peering;

public sealed class SlowNetworkTests
{
    [Fact]
    public async Task ARoundTripOfOneSecond_IsEnoughToPairConnectAndExchange()
    {
        await using var pair = new LinkTestPair();
        var relay = pair.Own(new TcpRelay("127.0.0.35", "127.0.0.32", pair.Port, TimeSpan.FromMilliseconds(500)));
        pair.Options1 = pair.Options1 with { PeerAddress = relay.Address };
        pair.Options2 = pair.Options2 with { PeerAddress = "" };
        var first = await pair.StartAsync(pair.Options1);
        await pair.StartAsync(pair.Options2);
        await LinkTestPair.UntilConnected(first);

        Assert.NotNull(await first.ExchangeAsync(9));

        Assert.InRange(first.Link.Status.RoundTrip!.Value.TotalSeconds, 0.95, 5);
        Assert.InRange(first.Link.Status.ClockOffset!.Value.TotalSeconds, -2, 2);
        Assert.Equal(0, first.Lost);
    }
}
