using System.Net;
using System.Net.Sockets;
using HaConsole.Engine.Checks;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Tests.Checks;

/// <summary>A third system with a main and an alternate address.</summary>
public sealed class LinkSelectorTests : IDisposable
{
    /// <summary>An address that no other test listens on, so that a port that was closed stays closed.</summary>
    private static readonly IPAddress Own = IPAddress.Parse("127.88.4.1");
    private readonly TcpListener main = Listening();
    private readonly TcpListener alternate = Listening();

    public void Dispose()
    {
        main.Dispose();
        alternate.Dispose();
    }

    [Fact]
    public async Task MainIsUp_TheAlternateIsLeftAlone()
    {
        var link = new LinkSelector(Definition());

        for (var i = 0; i < 3; i++)
        {
            Assert.True((await LookAsync(link)).Succeeded);
        }

        Assert.Equal((false, AddressOf(main)), (link.IsAlternate, link.InUse));
        Assert.False(alternate.Pending());
    }

    [Fact]
    public async Task MainIsDown_TheAlternateIsUsedAfterItsFallAndLeftAgainAfterItsRise()
    {
        var definition = Definition();
        var link = new LinkSelector(definition);
        var port = ((IPEndPoint)main.LocalEndpoint).Port;
        main.Stop();

        Assert.False((await LookAsync(link)).Succeeded);
        Assert.False(alternate.Pending());
        var second = await LookAsync(link);
        Assert.True(second.Succeeded);
        Assert.Equal($"alternate address {AddressOf(alternate)}: connected", second.Detail);

        using var again = new TcpListener(Own, port);
        again.Start();
        Assert.True((await LookAsync(link)).Succeeded);
        Assert.True(link.IsAlternate);
        Assert.True((await LookAsync(link)).Succeeded);
        Assert.Equal(definition.Main, link.InUse);
    }

    [Fact]
    public async Task WithoutFollowBack_TheAlternateStaysInUse()
    {
        var link = new LinkSelector(Definition() with { FollowBack = false, Fall = 1 });
        var port = ((IPEndPoint)main.LocalEndpoint).Port;
        main.Stop();
        await LookAsync(link);
        using var again = new TcpListener(Own, port);
        again.Start();

        for (var i = 0; i < 4; i++)
        {
            Assert.True((await LookAsync(link)).Succeeded);
        }

        Assert.True(link.IsAlternate);
        Assert.False(again.Pending());
    }

    [Fact]
    public async Task BothAreDown_ItFailsAndTriesEachInTurn()
    {
        var definition = Definition() with { Fall = 1 };
        var link = new LinkSelector(definition);
        main.Stop();
        alternate.Stop();

        Assert.False((await LookAsync(link)).Succeeded);
        Assert.Equal(definition.Alternate, link.InUse);
        Assert.False((await LookAsync(link)).Succeeded);
        Assert.Equal(definition.Main, link.InUse);
    }

    [Theory]
    [InlineData("10.0.0.7:5060", "10.0.0.7", 5060)]
    [InlineData("[fd00::7]:80", "fd00::7", 80)]
    [InlineData("fd00::7:80", null, 0)]
    [InlineData("pbx", null, 0)]
    [InlineData("pbx:0", null, 0)]
    [InlineData(":80", null, 0)]
    [InlineData("a b:80", null, 0)]
    public void Read_AnAddress_IsHostAndPort(string text, string? host, int port)
        => Assert.Equal(host is null ? null : (host, port), LinkSelector.Read(text));

    private CheckDefinition Definition() => new() { Name = "pbx", Type = CheckType.Link, Main = AddressOf(main), Alternate = AddressOf(alternate), Fall = 2, Rise = 2, Timeout = 10 };

    private static string AddressOf(TcpListener listener) => $"{Own}:{((IPEndPoint)listener.LocalEndpoint).Port}";

    private static TcpListener Listening()
    {
        var listener = new TcpListener(Own, 0);
        listener.Start();
        return listener;
    }

    private static async Task<CheckLook> LookAsync(LinkSelector link)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await link.LookAsync(limit.Token);
    }
}
