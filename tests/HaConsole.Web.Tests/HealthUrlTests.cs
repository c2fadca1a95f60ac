using System.Net;
using System.Net.Sockets;
using System.Text;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests;

/// <summary>The health URLs, by a real Kestrel.</summary>
public sealed class HealthUrlTests : IAsyncLifetime
{
    private const string Monitor = "/IPSCFG/admin/monitor.aspx";
    private RunningServer server = null!;

    public async Task InitializeAsync() => server = await RunningServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData(Monitor + "?mod=NONE", 200, "OK")]
    [InlineData(Monitor + "?mod=FT", 200, "ACTIVE")]
    [InlineData(Monitor + "?mod=IPSWS", 200, "IPSWS=OK")]
    [InlineData(Monitor + "?mod=IPSW", 200, "IPSWS=OK")]
    [InlineData("/ipscfg/ADMIN/Monitor.ASPX?MOD=ft", 200, "ACTIVE")]
    [InlineData(Monitor + "?a=b&mod=none&c", 200, "OK")]
    [InlineData("/health/live", 200, "live")]
    [InlineData("/health/ready", 200, "ready")]
    [InlineData("/Health/Active", 200, "active")]
    [InlineData(Monitor, 400, null)]
    [InlineData(Monitor + "?mod=", 400, null)]
    [InlineData(Monitor + "?mod=FTX", 400, null)]
    [InlineData("/IPSCFG-02/admin/monitor.aspx?mod=FT", 404, null)]
    public async Task Get_HealthUrl_AnswersAsSpecified(string url, int status, string? body)
    {
        using var response = await server.Http.GetAsync(url);
        var text = await response.Content.ReadAsStringAsync();

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("text/plain", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        Assert.Equal(text.Length, response.Content.Headers.ContentLength);
        Assert.False(response.Headers.Contains("Set-Cookie"));
        if (body is not null)
        {
            Assert.Equal(body, text);
        }
    }

    [Fact]
    public async Task Get_WithoutMod_NamesAllValues()
    {
        using var response = await server.Http.GetAsync(Monitor);
        Assert.Contains("NONE, IPSWS, IPSW, FT", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_StandbyWithFailingCheck_SaysSo()
    {
        server.Engine.Health.Turn(answersActive: false, isReady: true, TimeSpan.FromHours(1));
        server.Engine.Health.SetApplicationErrors(["web", "ldap"]);

        Assert.Equal("STANDBY", await server.Http.GetStringAsync(Monitor + "?mod=FT"));
        Assert.Equal("IPSWS=ERROR web,ldap", await server.Http.GetStringAsync(Monitor + "?mod=IPSWS"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.Http.GetAsync("/health/active")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.Http.GetAsync("/health/ready")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/health/live")).StatusCode);
    }

    [Fact]
    public async Task Get_FrozenEngine_NeitherActiveNorLive()
    {
        server.Engine.Health.Turn(answersActive: true, isReady: true, TimeSpan.Zero);

        Assert.Equal("STANDBY", await server.Http.GetStringAsync(Monitor + "?mod=FT"));
        Assert.StartsWith("IPSWS=ERROR", await server.Http.GetStringAsync(Monitor + "?mod=IPSWS"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.Http.GetAsync("/health/live")).StatusCode);
    }

    [Fact]
    public async Task Head_HealthUrl_SameHeadersNoBody()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, Monitor + "?mod=FT");
        using var response = await server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(6, response.Content.Headers.ContentLength);
        Assert.Empty(await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    public async Task OtherMethod_HealthUrl_405(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), Monitor + "?mod=FT");
        using var response = await server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["GET", "HEAD"], response.Content.Headers.Allow);
    }

    [Fact]
    public async Task Get_WithNonce_IsReportedUnescaped()
    {
        await server.Http.GetStringAsync(Monitor + "?mod=NONE&nonce=a%2Fb");
        Assert.Equal(["a/b"], server.Engine.Nonces);
    }

    [Theory]
    [InlineData("GET /IPSCFG/admin/monitor.aspx?mod=FT HTTP/1.1\r\nHost: whatever.example:99\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /IPSCFG/admin/monitor.aspx?mod=FT HTTP/1.0\r\n\r\n")]
    public async Task RawRequest_AnyHost_Answered(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Http.BaseAddress!.Host, server.Http.BaseAddress.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(client.GetStream());
        var answer = await reader.ReadToEndAsync();

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nACTIVE", answer, StringComparison.Ordinal);
    }
}
