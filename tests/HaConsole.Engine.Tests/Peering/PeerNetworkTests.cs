using System.Diagnostics;
using HaConsole.Engine.Peering;
using HaConsole.Failover;
using Xunit.Abstractions;

namespace HaConsole.Engine.Tests.Peering;

public sealed class PeerNetworkTests(ITestOutputHelper output)
{
    private static readonly PairControls SomeControls = new()
    {
        Revision = new Revision(7, 12, 1),
        Hold = new TimedControl("admin", "planned maintenance of the first server", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddHours(24)),
        FlapTimes = [DateTimeOffset.UnixEpoch],
    };

    [Fact]
    public async Task KeepAliveTraffic_AtOneExchangeEachWayIn30Seconds_StaysFarBelow180KilobytesAnHour()
    {
        const int Exchanges = 40;
        const int TcpIpHeader = 52;
        await using var pair = new LinkTestPair();
        var relay = pair.Own(new TcpRelay("127.0.0.35", "127.0.0.32", pair.Port));
        pair.Options1 = pair.Options1 with { PeerAddress = relay.Address };
        var (first, second) = await pair.StartConnectedAsync();
        first.Report = Typical(first.Report);
        second.Report = Typical(second.Report);
        for (var i = 0; i < 5; i++)
        {
            Assert.NotNull(await first.ExchangeAsync());
        }

        var (bytes, pieces) = (relay.Bytes, relay.Pieces);
        for (var i = 0; i < Exchanges; i++)
        {
            Assert.NotNull(await first.ExchangeAsync());
        }

        var bytesEach = (relay.Bytes - bytes) / (double)Exchanges;
        var packetsEach = (relay.Pieces - pieces) / (double)Exchanges;

        // Each packet with data counts with its acknowledgement; an hour has 120 exchanges each way.
        var hour = 240 * (bytesEach + (2 * packetsEach * TcpIpHeader));
        output.WriteLine($"{bytesEach:0.0} bytes and {packetsEach:0.0} packets an exchange, {hour / 1000:0.0} kB an hour");
        Assert.InRange(bytesEach, 1, 330);
        Assert.InRange(hour, 1, 180_000);
    }

    [Fact]
    public async Task AfterAQuietTime_AnExchangeIsOnePacketEachWay_AndThereIsNothingElse()
    {
        await using var pair = new LinkTestPair();
        var relay = pair.Own(new TcpRelay("127.0.0.35", "127.0.0.32", pair.Port));
        pair.Options1 = pair.Options1 with { PeerAddress = relay.Address };
        var (first, _) = await pair.StartConnectedAsync();
        Assert.NotNull(await first.ExchangeAsync());
        var before = await SettledPiecesAsync(relay);

        // Longer than the distance of the HTTP client's own pings.
        await Task.Delay(TimeSpan.FromSeconds(2.2));
        Assert.Equal(before, relay.Pieces);
        Assert.NotNull(await first.ExchangeAsync());
        Assert.NotNull(await first.ExchangeAsync());

        Assert.InRange(relay.Pieces - before, 2, 5);
    }

    /// <summary>What the start of a connection still has to say (settings, the peer's detail) is not what is measured.</summary>
    private static async Task<long> SettledPiecesAsync(TcpRelay relay)
    {
        var before = -1L;
        for (var looks = 0; looks < 40 && before != relay.Pieces; looks++)
        {
            before = relay.Pieces;
            await Task.Delay(500);
        }

        return before;
    }

    [Fact]
    public async Task ACutConnection_IsNoticedAtOnce_AndMadeAgain()
    {
        await using var pair = new LinkTestPair();
        var relay = pair.Own(new TcpRelay("127.0.0.35", "127.0.0.32", pair.Port));
        pair.Options1 = pair.Options1 with { PeerAddress = relay.Address };
        var (first, second) = await pair.StartConnectedAsync();

        var clock = Stopwatch.StartNew();
        relay.Cut();
        await LinkTestPair.Until(() => first.Lost == 1, "loss noticed", () => $"lost {first.Lost} times, {first.Link.Status}");
        output.WriteLine($"noticed after {clock.Elapsed.TotalMilliseconds:0.0} ms");
        await LinkTestPair.UntilConnected(first);

        Assert.NotNull(await first.ExchangeAsync());
        Assert.Equal(1, first.Lost);
        Assert.Equal(0, second.Lost);
        await LinkTestPair.Until(() => first.Established == 2, "connected again and said so", () => $"{first.Established} times, {first.Link.Status}");
    }

    [Fact]
    public async Task AnExchangeAfterACut_ConnectsByItself()
    {
        await using var pair = new LinkTestPair();
        var relay = pair.Own(new TcpRelay("127.0.0.35", "127.0.0.32", pair.Port));
        pair.Options1 = pair.Options1 with { PeerAddress = relay.Address };
        var (first, _) = await pair.StartConnectedAsync();

        relay.Cut();
        await LinkTestPair.Until(() => first.Lost == 1, "loss noticed", () => $"lost {first.Lost} times, {first.Link.Status}");

        Assert.NotNull(await first.ExchangeAsync());
    }

    [Fact]
    public async Task ASilentNetwork_IsNoticedByTheExchanges_AndTheLinkComesBackWithIt()
    {
        await using var pair = new LinkTestPair();
        var relay = pair.Own(new TcpRelay("127.0.0.35", "127.0.0.32", pair.Port));
        pair.Options1 = pair.Options1 with { PeerAddress = relay.Address };
        var (first, _) = await pair.StartConnectedAsync();

        relay.Silent = true;
        for (var calls = 0; first.Lost == 0; calls++)
        {
            Assert.True(calls < 40, "The silent connection is never given up.");
            Assert.Null(await first.ExchangeAsync(0.25));
        }

        relay.Silent = false;
        await LinkTestPair.UntilConnected(first);
        Assert.NotNull(await first.ExchangeAsync());
        Assert.Equal(1, first.Lost);
    }

    private static PeerReport Typical(PeerReport report) => report with
    {
        Epoch = new Epoch(7),
        HighestEpoch = new Epoch(7),
        Self = SelfHealth.Ok,
        SeesPeer = PeerHealth.Healthy,
        Lan = LanState.Up,
        Services = ServicesState.Running,
        LongestStop = TimeSpan.FromSeconds(30),
        Configuration = new Revision(7, 12, 1),
        ConfigurationHash = -1234567890123456789,
        Controls = SomeControls,
    };
}
