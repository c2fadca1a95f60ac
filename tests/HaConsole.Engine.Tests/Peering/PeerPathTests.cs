using HaConsole.Engine.Peering;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Peering;

public sealed class PeerPathTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task TwoPaths_AreBothUpWithTheirFigures()
    {
        await using var pair = TwoPaths();
        var (first, second) = await pair.StartConnectedAsync();

        await UpAsync(first, true, true);
        await UpAsync(second, true, true);

        Assert.All(first.Link.Status.Paths, path => Assert.True(path is { Heartbeats: > 0, LossPercent: 0, RoundTrip: not null, Median: not null, Listens: true, Reverse: false }, $"{path}"));
        Assert.DoesNotContain(first.Events, e => e.Kind.StartsWith("peer-path", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OnePathCut_EverythingGoesOnOverTheOther_WithOneWarningAndNoLossOfTheLink(bool first)
    {
        await using var pair = TwoPaths();
        var (relay1, relay2) = Relays(pair);
        var (one, two) = await pair.StartConnectedAsync();
        two.Serve = async (stream, cancel) => await stream.WriteAsync(new byte[] { 42 }, cancel);
        await UpAsync(one, true, true);

        var cut = first ? relay1 : relay2;
        cut.Silent = true;
        Assert.NotNull(await one.ExchangeAsync(1));
        Assert.True(await one.Link.PushConfigurationAsync(LinkTestServer.Document(9), Limit, CancellationToken.None));
        var answer = await one.Link.ForwardAsync(new ForwardedRequest("POST", "/a", "b", new Dictionary<string, string> { ["If-Match"] = "1" }), Limit, CancellationToken.None);
        Assert.Equal(202, answer?.Status);
        await using (var files = await one.Link.OpenFilesAsync(CancellationToken.None))
        {
            var buffer = new byte[1];
            Assert.Equal(1, await files.ReadAsync(buffer));
            Assert.Equal(42, buffer[0]);
        }

        await UpAsync(one, !first, first);
        await LinkTestPair.Until(() => one.HasEvent("peer-path-down"), "warning");
        Assert.Equal(Severity.Warning, Assert.Single(one.Events, e => e.Kind == "peer-path-down").Severity);
        Assert.Equal(PeerLinkState.Connected, one.Link.Status.State);
        Assert.Equal(0, one.Lost);

        cut.Silent = false;
        cut.Cut();
        await UpAsync(one, true, true);
        await LinkTestPair.Until(() => one.HasEvent("peer-path-up"), "told that it is back");
    }

    [Fact]
    public async Task ASlowPath_IsShownWithItsLatency_AndTheQuickOneAnswers()
    {
        await using var pair = TwoPaths();
        var slow = pair.Own(new TcpRelay("127.0.0.35", "127.0.0.32", pair.Port, TimeSpan.FromMilliseconds(60)));
        pair.Options1 = pair.Options1 with { PeerAddress = slow.Address };
        var (one, _) = await pair.StartConnectedAsync();

        await UpAsync(one, true, true);

        var status = one.Link.Status;
        var paths = status.Paths;
        Assert.InRange(paths[0].Median!.Value.TotalMilliseconds, 60, 5000);
        Assert.True(paths[1].Median < paths[0].Median, string.Join("; ", paths));
        Assert.Equal(paths.Min(path => path.RoundTrip), status.RoundTrip);
    }

    [Fact]
    public async Task BothPathsCut_TheLinkIsLostOnce()
    {
        await using var pair = TwoPaths();
        var (relay1, relay2) = Relays(pair);
        var (one, _) = await pair.StartConnectedAsync();
        await UpAsync(one, true, true);

        relay1.Silent = relay2.Silent = true;
        relay1.Cut();
        relay2.Cut();

        await LinkTestPair.Until(() => one.Lost == 1, "lost");
        Assert.Null(await one.ExchangeAsync(0.3));
        Assert.DoesNotContain(one.Events, e => e.Kind == "peer-path-down");
    }

    [Fact]
    public async Task ASecondPathWhoseAddressIsMissing_DoesNotKeepTheLinkFromStarting()
    {
        await using var pair = TwoPaths();
        pair.Options1 = pair.Options1 with { RedundancyAddress2 = "192.0.2.1" };
        var (first, _) = await pair.StartConnectedAsync();

        Assert.True(first.HasEvent("peer-path-listen"));
        await LinkTestPair.Until(() => first.Link.Status.Paths[1].Detail.Contains("Node:RedundancyAddress2", StringComparison.Ordinal), "the reason is shown");
        Assert.NotNull(await first.ExchangeAsync());
    }

    [Fact]
    public async Task AnInterfaceThatIsNotThere_IsOneLineThatNamesTheKey()
    {
        await using var pair = new LinkTestPair();
        var options = pair.Options1 with { RedundancyInterface = "nosuch0" };

        var failure = Assert.Throws<PeerLinkException>(() => PeerLink.CheckAddress(options));

        Assert.Contains("Node:RedundancyInterface", failure.Message, StringComparison.Ordinal);
        Assert.Contains("nosuch0", failure.Message, StringComparison.Ordinal);
        Assert.Contains("nosuch0", (await Assert.ThrowsAsync<PeerLinkException>(() => pair.StartAsync(options))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALinkBoundToItsInterface_Works()
    {
        await using var pair = new LinkTestPair();
        pair.Options1 = pair.Options1 with { RedundancyInterface = "lo" };
        var (first, second) = await pair.StartConnectedAsync();

        Assert.NotNull(await first.ExchangeAsync());
        Assert.NotNull(await second.ExchangeAsync());
    }

    [Fact]
    public async Task OneDirectionOnly_TheOtherServerUsesConnectionsThatAreOffered_ForMessagesAndStreams()
    {
        await using var pair = new LinkTestPair();

        // Nobody listens there: server #1 cannot connect.
        pair.Options1 = pair.Options1 with { PeerAddress = $"127.0.0.32:{LinkTestServer.FreePort()}" };
        var (first, second) = await pair.StartConnectedAsync();
        second.Serve = async (stream, cancel) => await stream.WriteAsync(new byte[] { 42 }, cancel);

        Assert.True(Assert.Single(first.Link.Status.Paths).Reverse);
        Assert.False(Assert.Single(second.Link.Status.Paths).Reverse);
        Assert.NotNull(await first.ExchangeAsync());
        Assert.NotNull(await second.ExchangeAsync());
        for (var i = 0; i < 3; i++)
        {
            await using var files = await first.Link.OpenFilesAsync(CancellationToken.None);
            var buffer = new byte[1];
            Assert.Equal(1, await files.ReadAsync(buffer));
        }

        Assert.Null(await first.Link.RotateCertificateAsync(CancellationToken.None));
        await LinkTestPair.UntilConnected(first, second);
        Assert.NotNull(await first.ExchangeAsync());
    }

    [Fact]
    public async Task OnlyTheActiveListens_FollowsTheRoles_AndBothListenWhenTheyAreParted()
    {
        await using var pair = new LinkTestPair();
        pair.Options1 = pair.Options1 with { OnlyActiveListens = true };
        pair.Options2 = pair.Options2 with { OnlyActiveListens = true };
        var (first, second) = await pair.StartConnectedAsync();

        await ListenAsync(first, true, second, false);

        first.Report = first.Report with { Role = Role.Standby };
        second.Report = second.Report with { Role = Role.Active };
        await ListenAsync(first, false, second, true);
        Assert.NotNull(await first.ExchangeAsync());
        Assert.NotNull(await second.ExchangeAsync());

        first.Report = first.Report with { Role = Role.Active };
        await ListenAsync(first, true, second, true);

        first.Report = first.Report with { Role = Role.Standby };
        await ListenAsync(first, false, second, true);
        await second.DisposeAsync();
        await LinkTestPair.Until(() => Assert.Single(first.Link.Status.Paths).Listens, "listens again when alone");
    }

    private static LinkTestPair TwoPaths()
    {
        var pair = new LinkTestPair();
        pair.Options1 = pair.Options1 with { RedundancyAddress2 = "127.0.0.36", PeerAddress2 = "127.0.0.37" };
        pair.Options2 = pair.Options2 with { RedundancyAddress2 = "127.0.0.37", PeerAddress2 = "127.0.0.36" };
        return pair;
    }

    /// <summary>What server #1 sends goes through relays.</summary>
    private static (TcpRelay First, TcpRelay Second) Relays(LinkTestPair pair)
    {
        var first = pair.Own(new TcpRelay("127.0.0.35", "127.0.0.32", pair.Port));
        var second = pair.Own(new TcpRelay("127.0.0.38", "127.0.0.37", pair.Port));
        pair.Options1 = pair.Options1 with { PeerAddress = first.Address, PeerAddress2 = second.Address };
        return (first, second);
    }

    private static async Task UpAsync(LinkTestServer server, bool first, bool second)
    {
        await LinkTestPair.Until(
            () =>
            {
                // Heartbeats are what says so.
                _ = server.ExchangeAsync(0.3);
                return server.Link.Status.Paths is [var one, var two] && one.Up == first && two.Up == second && (!one.Up || one.Heartbeats > 0) && (!two.Up || two.Heartbeats > 0);
            },
            $"path 1 up is {first}, path 2 up is {second}",
            () => string.Join("; ", server.Link.Status.Paths));
    }

    private static async Task ListenAsync(LinkTestServer first, bool firstListens, LinkTestServer second, bool secondListens)
        => await LinkTestPair.Until(
            () =>
            {
                _ = first.ExchangeAsync(1);
                _ = second.ExchangeAsync(1);
                return first.Link.Status.Paths[0].Listens == firstListens && second.Link.Status.Paths[0].Listens == secondListens;
            },
            $"#1 listens is {firstListens}, #2 listens is {secondListens}",
            () => string.Join("; ", first.Link.Status.Paths) + string.Join("; ", second.Link.Status.Paths));
}
