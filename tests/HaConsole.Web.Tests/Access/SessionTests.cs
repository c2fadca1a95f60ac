using System.Net;
using System.Text.Json.Nodes;
using HaConsole.Web.Authentication;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests.Access;

/// <summary>How long a session lasts, and what carries it.</summary>
public sealed class SessionTests : IAsyncLifetime
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly ShiftedTime time = new();
    private RunningServer server = null!;

    public async Task InitializeAsync() => server = await RunningServer.StartAsync(new FakeEngine(), time);

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Session_InUse_LastsTwelveHoursAndNoLonger()
    {
        using var browser = await SignedInAsync();
        for (var passed = TimeSpan.Zero; passed + SessionRegistry.Idle < SessionRegistry.Longest; passed += SessionRegistry.Idle - Minute)
        {
            Assert.Equal(HttpStatusCode.OK, await LookAsync(browser, "/access"));
            time.Advance(SessionRegistry.Idle - Minute);
        }

        Assert.Equal(HttpStatusCode.OK, await LookAsync(browser, "/access"));
        time.Advance(SessionRegistry.Idle - Minute);
        Assert.Equal(HttpStatusCode.Found, await LookAsync(browser, "/access"));
    }

    [Fact]
    public async Task Session_Idle_EndsAfterHalfAnHour_HoweverOftenAPageAsksByItself()
    {
        using var browser = await SignedInAsync();
        for (var i = 0; i < 3; i++)
        {
            time.Advance(9 * Minute);
            Assert.Equal(HttpStatusCode.OK, await LookAsync(browser, "/api/v1/status"));
            Assert.Equal(HttpStatusCode.OK, await LookAsync(browser, "/status"));
        }

        time.Advance(4 * Minute);
        Assert.Equal(HttpStatusCode.Unauthorized, await LookAsync(browser, "/api/v1/status"));
    }

    [Fact]
    public async Task ExpiredSession_LeadsAPersonBack_AndTellsAProgram()
    {
        using var browser = await SignedInAsync();
        time.Advance(SessionRegistry.Idle + Minute);
        using var page = await browser.Client.GetAsync("/events?text=a%26b");
        using var call = await browser.Client.GetAsync("/api/v1/users");
        var problem = JsonNode.Parse(await call.Content.ReadAsStringAsync())!;

        Assert.Equal(HttpStatusCode.Found, page.StatusCode);
        var target = new Uri(server.Http.BaseAddress!, page.Headers.Location!);
        Assert.Equal("/login", target.AbsolutePath);
        Assert.Equal("?returnUrl=" + Uri.EscapeDataString("/events?text=a%26b"), target.Query);
        Assert.Equal((HttpStatusCode.Unauthorized, "application/problem+json"), (call.StatusCode, call.Content.Headers.ContentType!.MediaType));
        Assert.Equal((401, "Not signed in"), (problem["status"]!.GetValue<int>(), problem["title"]!.GetValue<string>()));
        Assert.Contains("sign in", problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Session_AfterARestart_GoesOn(bool inOrder)
    {
        using var browser = await SignedInAsync();
        var cookies = browser.Cookies.GetCookieHeader(server.Http.BaseAddress!);
        var directory = inOrder ? server.Directory : Copy(server.Directory);
        server.KeepsDirectory = inOrder;
        var engine = new FakeEngine();
        await engine.EditConfigurationAsync(c => c with { Access = server.Engine.Configuration.Content.Access }, "test", CancellationToken.None);
        if (inOrder)
        {
            await server.DisposeAsync();
        }

        await using var next = await RunningServer.StartAsync(engine, time, directory);
        if (inOrder)
        {
            // What InitializeAsync has started is gone; this one is ended in its place.
            server = await RunningServer.StartAsync();
        }

        using var client = next.Client();
        client.DefaultRequestHeaders.Add("Cookie", cookies);
        using var answer = await client.GetAsync("/access");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Cookies_OverHttps_AreBoundToThisHostAndNeverSentInClear()
    {
        var port = CertificateFiles.FreePort();
        await using var secure = await RunningServer.StartAsync(null, $"Node:HttpsPort={port}");
        var password = (await secure.CommandAsync("user", "add", "anna", "--role", "admin")).Output.TrimEnd().Split(' ')[^1];
        using var browser = new Browser(new Uri($"https://127.0.0.1:{port}"));
        using var page = await browser.Client.GetAsync("/login");
        using var answer = await browser.PostAsync("/login", "login", Browser.Token(await page.Content.ReadAsStringAsync()), ("Input.Name", "anna"), ("Input.Password", password));

        var session = Assert.Single(answer.Headers.GetValues("Set-Cookie"), c => c.Contains("haconsole=", StringComparison.Ordinal)).Split("; ");
        Assert.StartsWith("__Host-haconsole=", session[0], StringComparison.Ordinal);
        Assert.Equal(["httponly", "path=/", "samesite=lax", "secure"], session[1..].Where(x => !x.StartsWith("expires", StringComparison.OrdinalIgnoreCase)).Select(x => x.ToLowerInvariant()).Order());
        Assert.All(page.Headers.GetValues("Set-Cookie"), cookie => Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(HttpStatusCode.OK, await LookAsync(browser, "/access"));

        // The same words over plain HTTP are nobody's.
        using var clear = secure.Client();
        clear.DefaultRequestHeaders.Add("Cookie", session[0]);
        Assert.Equal(HttpStatusCode.Unauthorized, (await clear.GetAsync("/api/v1/status")).StatusCode);
    }

    private async Task<Browser> SignedInAsync()
    {
        var password = (await server.CommandAsync("user", "add", "anna", "--role", "admin")).Output.TrimEnd().Split(' ')[^1];
        var browser = new Browser(server.Http.BaseAddress!);
        using var answer = await browser.SignInAsync("anna", password);
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        return browser;
    }

    private static async Task<HttpStatusCode> LookAsync(Browser browser, string path)
    {
        using var answer = await browser.Client.GetAsync(path);
        return answer.StatusCode;
    }

    /// <summary>What a process that is killed now would leave.</summary>
    private static string Copy(string directory)
    {
        var copy = RunningServer.NewDirectory();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(directory, "access"), "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(directory, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return copy;
    }
}
