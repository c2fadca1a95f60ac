using HaConsole.Engine.Configuration;
using HaConsole.Web.Hosting;
using HaConsole.Web.Live;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests.Operations;

/// <summary>Where URLs that leave the console lead.</summary>
public sealed class PublicUrlsTests : IAsyncDisposable
{
    private static readonly NodeOptions Node = new() { LocalAddress = "10.1.1.1", HttpPort = 8080 };
    private readonly FakeEngine engine = new();
    private readonly ConsoleEngine console = new();

    public PublicUrlsTests() => console.Set(engine);

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    [Theory]
    [InlineData("events?event=1-7", "http://10.1.1.1:8080/events?event=1-7")]
    [InlineData("/events", "http://10.1.1.1:8080/events")]
    [InlineData("", "http://10.1.1.1:8080/")]
    [InlineData("//elsewhere.example/x", "http://10.1.1.1:8080/elsewhere.example/x")]
    [InlineData("http://elsewhere.example/x", "http://10.1.1.1:8080/http://elsewhere.example/x")]
    public void For_WithoutVip_IsThisServer(string path, string url) => Assert.Equal(url, Urls(Node).For(path).ToString());

    [Theory]
    [InlineData(0, "", "http://10.1.1.245:8080/why")]
    [InlineData(8443, "", "https://10.1.1.245:8443/why")]
    [InlineData(443, "/ha", "https://10.1.1.245/ha/why")]
    public async Task For_WithVip_IsTheVipWithSchemePortAndPath(int httpsPort, string pathBase, string url)
    {
        await UseAsync("10.1.1.245");
        var urls = Urls(Node with { HttpsPort = httpsPort, PathBase = pathBase });

        Assert.Equal(url, urls.For("why").ToString());
        Assert.Equal(url, urls.For("/why", new Uri("http://10.1.1.1:8080/")).ToString());
    }

    [Fact]
    public async Task For_Ipv6_HasBrackets()
    {
        await UseAsync("fd00::100");

        Assert.Equal("http://[fd00::100]:8080/why", Urls(Node).For("why").ToString());
    }

    [Fact]
    public void For_APageWithoutVip_KeepsTheAddressByWhichPeopleCame()
        => Assert.Equal("https://console.example/ha/simulator?s=abc", Urls(Node).For("simulator?s=abc", new Uri("https://console.example/ha/")).ToString());

    [Theory]
    [InlineData("*", "http://10.1.1.1:8080/why")]
    [InlineData("10.9.9.9", "http://10.9.9.9:8080/why")]
    public void For_AnAddressToListenOn_IsTheOwnOne(string httpAddress, string url) => Assert.Equal(url, Urls(Node with { HttpAddress = httpAddress }).For("why").ToString());

    [Fact]
    public async Task OfServer_IsNeverTheVip()
    {
        await UseAsync("10.1.1.245");

        Assert.Equal("https://10.1.1.2:8443/", PublicUrls.OfServer("10.1.1.2", new Uri("https://10.1.1.245:8443/"))?.ToString());
        Assert.Null(PublicUrls.OfServer("", new Uri("https://10.1.1.245:8443/")));
    }

    private PublicUrls Urls(NodeOptions node) => new(console, node);

    private async Task UseAsync(string vip)
        => await engine.EditConfigurationAsync(pair => pair with { HotStandby = pair.HotStandby with { VipAddress = vip, UseVipToBuildUrls = true } }, "anna", CancellationToken.None);
}
