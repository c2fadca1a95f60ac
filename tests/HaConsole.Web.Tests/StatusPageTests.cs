using System.Net;
using System.Text.RegularExpressions;
using HaConsole.Engine.Journal;
using HaConsole.Web.Pages;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests;

/// <summary>The plain status page.</summary>
public sealed class StatusPageTests
{
    [Fact]
    public async Task Page_ByNetwork_AnswersTheThreeQuestions()
    {
        await using var server = await RunningServer.StartAsync();
        using var response = await server.Http.GetAsync("/status");
        var html = await response.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("Server #1 has been Active for 3 d 4 h. Server #2 is ready: a switch now would succeed.", Text(html), StringComparison.Ordinal);
        Assert.Contains($"href=\"http://10.1.1.2:{server.Http.BaseAddress!.Port}/\"", html, StringComparison.Ordinal);
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

    [Fact]
    public void Render_NobodyActive_SaysWhyAndWhatActsSoonBeforeEverythingElse()
    {
        var html = StatusPage.Render(Snapshots.PeerLost(), []);
        var text = Text(html);

        Assert.Contains("No server is known to be Active. A switch now would not succeed: Server #2 has not answered for 94 s.", text, StringComparison.Ordinal);
        Assert.Contains("in 1 min 1 s at the earliest Failover to this server", text, StringComparison.Ordinal);
        Assert.True(text.IndexOf("at the earliest", StringComparison.Ordinal) < text.IndexOf("Server #1", StringComparison.Ordinal));
        Assert.DoesNotContain("Epoch 6", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_QuietPair_FoldsTheRulesAwayBelowTheEvents()
    {
        var html = StatusPage.Render(Snapshots.Healthy(), [new HaEvent { Kind = "started", Sentence = "The engine has started." }]);

        Assert.DoesNotContain("at the earliest", html, StringComparison.Ordinal);
        Assert.True(html.IndexOf("The engine has started.", StringComparison.Ordinal) < html.IndexOf("<details", StringComparison.Ordinal));
        Assert.True(html.IndexOf("<details", StringComparison.Ordinal) < html.IndexOf("Dual Active", StringComparison.Ordinal));
        Assert.DoesNotContain("<details open", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.1.1.2", "https://10.1.1.2:8443/")]
    [InlineData("2001:db8::2", "https://[2001:db8::2]:8443/")]
    [InlineData("not an address", null)]
    public void Render_OtherServer_IsLinkedWhenItsAddressIsOne(string address, string? expected)
    {
        var snapshot = Snapshots.Healthy();
        snapshot = snapshot with { Servers = [snapshot.Servers[0], snapshot.Servers[1] with { Address = address }] };
        var link = Regex.Match(StatusPage.Render(snapshot, [], new Uri("https://127.0.0.1:8443/")), "data-other href=\"([^\"]*)\"");

        Assert.Equal(expected, link.Success ? WebUtility.HtmlDecode(link.Groups[1].Value) : null);
    }

    /// <summary>What a reader sees, in one line.</summary>
    private static string Text(string html) => Regex.Replace(Regex.Replace(WebUtility.HtmlDecode(Regex.Replace(html, "</?(span|b|small|i)[^>]*>", "")), "<[^>]*>", " "), "\\s+", " ");
}
