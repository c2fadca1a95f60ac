using System.Net;
using HaConsole.Engine.Journal;
using HaConsole.Web.Pages;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests;

/// <summary>The plain status page.</summary>
public sealed class StatusPageTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/status")]
    public async Task Page_ByNetwork_AnswersTheThreeQuestions(string path)
    {
        await using var server = await RunningServer.StartAsync();
        using var response = await server.Http.GetAsync(path);
        var html = await response.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("Server #1 is Active since 3 d 4 h. Server #2 is ready: a switch now would succeed.", WebUtility.HtmlDecode(html), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/css/site.css", "text/css")]
    [InlineData("/js/status.js", "text/javascript")]
    public async Task Asset_OfThePage_IsServed(string path, string type)
    {
        await using var server = await RunningServer.StartAsync();
        using var response = await server.Http.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType!.MediaType);
        Assert.NotEmpty(await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public void Render_TextFromOutside_IsEscaped()
    {
        const string evil = "<script>alert(1)</script>\"'";
        var snapshot = Snapshots.PeerLost();
        snapshot = snapshot with
        {
            Pair = evil,
            Alarms = [new(evil, evil)],
            Hold = snapshot.Hold! with { Owner = evil, Reason = evil },
            Servers = [snapshot.Servers[0] with { Role = evil, Address = evil, Services = [new(evil, evil, 1, null, evil)] }],
            Rules = [new(1, evil, false, evil, null, null, null)],
        };
        var html = StatusPage.Render(snapshot, [new HaEvent { Kind = evil, Sentence = evil }]);

        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("\"'", html, StringComparison.Ordinal);
    }
}
