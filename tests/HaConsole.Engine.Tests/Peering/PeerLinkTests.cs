using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HaConsole.Engine.Peering;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Peering;

public sealed class PeerLinkTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task TwoServersWithTheSameSecret_FindEachOther_AndExchangeReportsBothWays()
    {
        await using var pair = new LinkTestPair();
        var (first, second) = await pair.StartConnectedAsync();

        var answer = await first.ExchangeAsync();
        var back = await second.ExchangeAsync();

        Assert.Equal(Rank.Backup, answer?.Rank);
        Assert.Equal(Role.Active, back?.Role);
        Assert.Equal(Role.Active, Assert.Single(second.Heard).Role);
        Assert.Equal(second.Link.Thumbprint, first.Link.PeerThumbprint);
        Assert.Equal(first.Link.Thumbprint, second.Link.PeerThumbprint);
        Assert.NotNull(first.Link.Status.RoundTrip);
        Assert.InRange(first.Link.Status.ClockOffset!.Value.TotalSeconds, -2, 2);
        Assert.DoesNotContain(first.Events, e => e.Severity == Severity.Alarm);
        Assert.DoesNotContain(second.Events, e => e.Severity == Severity.Alarm);
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task TheKeyAndThePin_AreReadableByTheOwnerOnly()
    {
        await using var pair = new LinkTestPair();
        await pair.StartConnectedAsync();

        var keys = Path.Combine(pair.Options1.DataDirectory, "keys");
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(keys));
        Assert.Equal(Owner, File.GetUnixFileMode(Path.Combine(keys, "peer.pfx")));
        Assert.Equal(Owner, File.GetUnixFileMode(Path.Combine(keys, "peer-pin.json")));
    }

    [Fact]
    public async Task ThePeerEnds_TheLossIsReportedOnce_AndTheLinkComesBackWithThePeer()
    {
        await using var pair = new LinkTestPair();
        var (first, second) = await pair.StartConnectedAsync();

        await second.DisposeAsync();
        await LinkTestPair.Until(() => first.Lost > 0, "loss noticed", () => $"lost {first.Lost} times, {first.Link.Status}");
        Assert.NotEqual(PeerLinkState.Connected, first.Link.Status.State);
        Assert.Null(await first.ExchangeAsync(0.2));

        var again = await pair.StartAsync(pair.Options2);
        await LinkTestPair.UntilConnected(first, again);

        // The ending peer may have taken one more connection: each that was lost is reported once, whatever their number.
        await LinkTestPair.Until(() => first.Established == first.Lost + 1, "each loss reported once", () => $"established {first.Established} times, lost {first.Lost} times");
        Assert.NotNull(await first.ExchangeAsync());
        Assert.NotNull(await again.ExchangeAsync());
    }

    [Fact]
    public async Task Configuration_IsPulledAndPushed()
    {
        await using var pair = new LinkTestPair();
        var (first, second) = await pair.StartConnectedAsync();

        var pulled = await first.Link.PullConfigurationAsync(Limit, CancellationToken.None);
        Assert.Equal(second.Configuration.Revision, pulled!.Revision);
        Assert.Equal(["a", "b"], pulled.Content.Services[0].Arguments);
        Assert.Equal(0.5, pulled.Content.HotStandby.HeartbeatInterval);

        Assert.True(await first.Link.PushConfigurationAsync(LinkTestServer.Document(2), Limit, CancellationToken.None));
        Assert.Equal(2, second.Offered!.Revision.Counter);
        Assert.False(await first.Link.PushConfigurationAsync(LinkTestServer.Document(1), Limit, CancellationToken.None));
    }

    [Fact]
    public async Task ACommand_IsCarriedOutByThePeer()
    {
        await using var pair = new LinkTestPair();
        var (first, _) = await pair.StartConnectedAsync();

        var request = new ForwardedRequest("POST", "/api/v1/switch", "{}", new Dictionary<string, string> { ["If-Match"] = "7" });
        var response = await first.Link.ForwardAsync(request, Limit, CancellationToken.None);

        Assert.Equal(202, response!.Status);
        Assert.Equal("POST/api/v1/switch{}", response.Body);
        Assert.Equal("7", response.Headers["ETag"]);
    }

    [Fact]
    public async Task Detail_IsFetchedWhenItsVersionGrows()
    {
        await using var pair = new LinkTestPair();
        var (first, second) = await pair.StartConnectedAsync();
        Assert.Null(first.Link.PeerDetail);

        (second.Detail, second.DetailVersion) = ("{\"a\":1}", 1);
        await first.ExchangeAsync();
        await LinkTestPair.Until(() => first.Link.PeerDetail == "{\"a\":1}", "first detail");

        (second.Detail, second.DetailVersion) = ("{\"a\":2}", 2);
        await first.ExchangeAsync();
        await LinkTestPair.Until(() => first.Link.PeerDetail == "{\"a\":2}", "second detail");
    }

    [Fact]
    public async Task Controls_TravelOnce_AndAreFilledInFromThenOn_AlsoAfterARestartOfTheListener()
    {
        await using var pair = new LinkTestPair();
        var (first, second) = await pair.StartConnectedAsync();
        var hold = new TimedControl("admin", "why", DateTimeOffset.UnixEpoch, null);
        first.Report = first.Report with { Controls = new PairControls { Revision = new Revision(1, 5, 1), Hold = hold } };

        for (var i = 0; i < 3; i++)
        {
            Assert.NotNull(await first.ExchangeAsync());
        }

        Assert.All(second.Heard, heard => Assert.Equal(hold, heard.Controls.Hold));

        await second.DisposeAsync();
        var again = await pair.StartAsync(pair.Options2);
        await LinkTestPair.UntilConnected(first, again);
        Assert.NotNull(await first.ExchangeAsync());
        Assert.Equal(hold, Assert.Single(again.Heard).Controls.Hold);
    }

    [Fact]
    public async Task ManyExchangesAtATime_AllAnswer_AndTheNewestIsHeardLast()
    {
        await using var pair = new LinkTestPair();
        var (first, second) = await pair.StartConnectedAsync();

        var calls = Enumerable.Range(1, 40).Select(i => first.Link.ExchangeAsync(first.Report with { Epoch = new Epoch(i) }, Limit, CancellationToken.None)).ToList();
        var answers = await Task.WhenAll(calls);

        Assert.All(answers, Assert.NotNull);
        var epochs = second.Heard.Select(heard => heard.Epoch.Value).ToList();
        Assert.Equal(epochs.Order(), epochs);
        Assert.Equal(40, epochs[^1]);
        Assert.DoesNotContain(second.Events, e => e.Kind == "peer-replay");
    }

    [Fact]
    public async Task TheSameServerNumberOnBoth_IsRefusedWithAnEvent()
    {
        await using var pair = new LinkTestPair();
        pair.Options2 = pair.Options2 with { Rank = Rank.Primary };
        var first = await pair.StartAsync(pair.Options1);
        var second = await pair.StartAsync(pair.Options2);

        await LinkTestPair.Until(() => first.HasEvent("peer-same-rank") || second.HasEvent("peer-same-rank"), "event");
        Assert.NotEqual(PeerLinkState.Connected, first.Link.Status.State);
        Assert.Equal("", first.Link.PeerThumbprint);
    }

    [Fact]
    public async Task ServersThatBecomeTheSameNumberAfterPairing_RefuseEachOthersMessages()
    {
        await using var pair = new LinkTestPair();
        var (first, second) = await pair.StartConnectedAsync();
        second.Report = second.Report with { Rank = Rank.Primary };

        Assert.Null(await second.ExchangeAsync());
        Assert.True(first.HasEvent("peer-same-rank"));
        Assert.Empty(first.Heard);
    }

    [Fact]
    public async Task APortInUse_IsOneLineThatNamesTheKey()
    {
        await using var pair = new LinkTestPair();
        using var blocker = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        blocker.Bind(new IPEndPoint(IPAddress.Parse(pair.Options1.RedundancyAddress), pair.Port));
        blocker.Listen();

        var failure = await Assert.ThrowsAsync<PeerLinkException>(() => pair.StartAsync(pair.Options1));

        Assert.Contains("Node:PeerPort", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"127.0.0.31:{pair.Port}", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("no address")]
    public async Task AnAddressThatIsNotLocal_IsOneLineThatNamesTheKey(string address)
    {
        await using var pair = new LinkTestPair();

        var failure = await Assert.ThrowsAsync<PeerLinkException>(() => pair.StartAsync(pair.Options1 with { RedundancyAddress = address }));

        Assert.Contains("Node:RedundancyAddress", failure.Message, StringComparison.Ordinal);
        Assert.Contains(address, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AChangedPeerAddress_IsUsedWithoutARestart()
    {
        await using var pair = new LinkTestPair();
        var (first, second) = await pair.StartConnectedAsync();
        await second.DisposeAsync();

        pair.Options2 = pair.Options2 with { RedundancyAddress = "127.0.0.33" };
        var moved = await pair.StartAsync(pair.Options2);
        first.Link.SetPeerAddress("127.0.0.33");

        await LinkTestPair.UntilConnected(first, moved);
        Assert.NotNull(await first.ExchangeAsync());
    }

    [Fact]
    public async Task AnExchangeWithASilentPeer_EndsWithinItsTimeout()
    {
        await using var pair = new LinkTestPair();
        var (first, second) = await pair.StartConnectedAsync();
        await second.DisposeAsync();

        // Takes connections, says nothing.
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.32"), pair.Port));
        silent.Listen();

        var clock = Stopwatch.StartNew();
        Assert.Null(await first.ExchangeAsync(0.3));
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 3);
    }

    [Fact]
    public async Task ANonceAtTheVirtualAddress_IsConfirmedByThePeerThatSawIt()
    {
        await using var pair = new LinkTestPair();
        pair.Options2 = pair.Options2 with { NonceArrived = nonce => nonce == "a b" };
        var (first, _) = await pair.StartConnectedAsync();

        Assert.True(await first.Link.PeerSawNonceAsync("a b", Limit, CancellationToken.None));
        Assert.False(await first.Link.PeerSawNonceAsync("other", Limit, CancellationToken.None));
    }
}
