using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests.Access;

/// <summary>Sign-in, sessions, setup and what people and programs may try at them.</summary>
public sealed class SignInTests : IAsyncLifetime
{
    private RunningServer server = null!;

    public async Task InitializeAsync() => server = await RunningServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task RightPassword_SetsAGuardedCookieAndLeadsBack()
    {
        using var browser = await BrowserAsync("anna", "admin", "/events?text=a");

        var cookie = browser.Cookies.GetCookies(server.Http.BaseAddress!)["haconsole"]!;
        Assert.True(cookie.HttpOnly);
        Assert.Equal(HttpStatusCode.OK, (await browser.Client.GetAsync("/access")).StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/a\r\nSet-Cookie: x=1")]
    public async Task ReturnUrl_Foreign_LeadsToTheFirstPage(string returnUrl)
    {
        var password = await AddAsync("anna", "viewer");
        using var browser = new Browser(server.Http.BaseAddress!);
        using var answer = await browser.SignInAsync("anna", password, returnUrl);

        Assert.Equal("/", answer.Headers.Location?.ToString());
    }

    [Theory]
    [InlineData("anna", "wrong password here")]
    [InlineData("nobody", "wrong password here")]
    [InlineData("<script>alert(1)</script>", "'; drop table users; --")]
    [InlineData("Ünïcødé ユーザー", "пароль пароль пароль")]
    public async Task WrongPassword_SaysTheSameForEverybody(string name, string password)
    {
        await AddAsync("anna", "viewer");
        using var browser = new Browser(server.Http.BaseAddress!);
        using var answer = await browser.SignInAsync(name, password);
        var html = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("User name or password is wrong.", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
        Assert.DoesNotContain(password, html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ManyWrongPasswords_AreSlowedDown_AndAResetLetsTheOwnerIn()
    {
        await AddAsync("anna", "viewer");
        using var browser = new Browser(server.Http.BaseAddress!);
        for (var i = 0; i < 6; i++)
        {
            (await browser.SignInAsync("anna", "wrong password here")).Dispose();
        }

        using var slowed = await browser.SignInAsync("anna", "wrong password here");
        Assert.Contains("Too many tries", await slowed.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        var password = (await server.CommandAsync("user", "reset-password", "anna")).Output.TrimEnd().Split(' ')[^1];
        using var honest = await browser.SignInAsync("anna", password);
        Assert.Equal(HttpStatusCode.Found, honest.StatusCode);
        Assert.Contains(server.Engine.Latest(100), e => e.Kind == "sign-in-failed");
    }

    [Fact]
    public async Task ManyTries_OfOneAddress_Are429()
    {
        using var browser = new Browser(server.Http.BaseAddress!);
        await AddAsync("anna", "viewer");
        var token = Browser.Token(await browser.Client.GetStringAsync("/login"));
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 40; i++)
        {
            using var answer = await browser.PostAsync("/login", "login", token, ("Input.Name", $"user{i}"), ("Input.Password", "wrong password here"));
            statuses.Add(answer.StatusCode);
        }

        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
    }

    [Theory]
    [InlineData("")]
    [InlineData("forged")]
    public async Task ForgedForm_Is400_AndSignsNobodyIn(string token)
    {
        var password = await AddAsync("anna", "viewer");
        using var browser = new Browser(server.Http.BaseAddress!);
        await browser.Client.GetStringAsync("/login");
        using var answer = await browser.PostAsync("/login", "login", token, ("Input.Name", "anna"), ("Input.Password", password));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Null(browser.Cookies.GetCookies(server.Http.BaseAddress!)["haconsole"]);
    }

    [Theory]
    [InlineData("disable")]
    [InlineData("remove")]
    [InlineData("reset-password")]
    public async Task ChangedUser_IsOutAtOnce(string verb)
    {
        await AddAsync("boss", "admin");
        using var browser = await BrowserAsync("anna", "viewer");
        Assert.Equal(HttpStatusCode.OK, (await browser.Client.GetAsync("/access")).StatusCode);
        Assert.Equal(0, (await server.CommandAsync("user", verb, "anna")).Code);

        using var answer = await browser.Client.GetAsync("/access");
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
    }

    [Fact]
    public async Task ChangedRole_EndsTheSession()
    {
        await AddAsync("boss", "admin");
        using var browser = await BrowserAsync("anna", "operator");
        Assert.Equal(0, (await server.CommandAsync("user", "role", "anna", "--role", "viewer")).Code);

        Assert.Equal(HttpStatusCode.Found, (await browser.Client.GetAsync("/access")).StatusCode);
    }

    [Fact]
    public async Task LastAdmin_CannotBeRemovedDisabledOrDemoted()
    {
        await AddAsync("anna", "admin");
        foreach (var words in (string[][])[["remove", "anna"], ["disable", "anna"], ["role", "anna", "--role", "viewer"]])
        {
            var result = await server.CommandAsync(["user", .. words]);
            Assert.Equal(5, result.Code);
            Assert.Contains("last admin", result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task SignOut_EndsTheSession_EvenForACopiedCookie()
    {
        using var browser = await BrowserAsync("anna", "viewer");
        var copied = browser.Cookies.GetCookieHeader(server.Http.BaseAddress!);
        var html = await browser.Client.GetStringAsync("/access");
        using var answer = await browser.PostAsync("/logout", "", Browser.Token(html));
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);

        using var thief = server.Client();
        thief.DefaultRequestHeaders.Add("Cookie", copied);
        Assert.Equal(HttpStatusCode.Unauthorized, (await thief.GetAsync("/api/v1/status")).StatusCode);
    }

    [Fact]
    public async Task CookieCall_WithoutAntiforgery_Is400_WithIt_IsHeard()
    {
        using var browser = await BrowserAsync("anna", "operator");
        using var body = new StringContent("{}", Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.Client.PostAsync("/api/v1/pause", body)).StatusCode);
        Assert.Null(server.Engine.Controls.Pause);

        var given = JsonNode.Parse(await browser.Client.GetStringAsync("/api/v1/antiforgery"))!;
        browser.Client.DefaultRequestHeaders.Add(given["header"]!.GetValue<string>(), given["token"]!.GetValue<string>());
        using var again = new StringContent("{}", Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.OK, (await browser.Client.PostAsync("/api/v1/pause", again)).StatusCode);
        Assert.Equal("anna", server.Engine.Controls.Pause!.Owner);
    }

    [Theory]
    [InlineData("Bearer hac_no-such_0123456789012345678901234567890123456789012")]
    [InlineData("Bearer nonsense")]
    [InlineData("Bearer ")]
    public async Task WrongToken_Is401(string header)
    {
        using var client = server.Client();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", header);

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/status")).StatusCode);
    }

    [Fact]
    public async Task RevokedOrExpiredToken_Is401()
    {
        using var revoked = await server.WithTokenAsync("read");
        var name = server.Engine.Configuration.Content.Access.Tokens[^1].Id;
        Assert.Equal(HttpStatusCode.OK, (await revoked.GetAsync("/api/v1/status")).StatusCode);
        Assert.Equal(0, (await server.CommandAsync("token", "revoke", name)).Code);
        Assert.Equal(HttpStatusCode.Unauthorized, (await revoked.GetAsync("/api/v1/status")).StatusCode);

        using var expiring = server.Client();
        var made = await server.CommandAsync("token", "create", "short", "--expires", "1s");
        expiring.DefaultRequestHeaders.Authorization = new("Bearer", made.Output.TrimEnd().Split(' ')[^1]);
        await Eventually.TrueAsync(async () => (await expiring.GetAsync("/api/v1/status")).StatusCode == HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task SetupToken_MakesOneAdmin_Once()
    {
        var token = (await server.CommandAsync("setup-token")).Output.TrimEnd().Split(' ')[^1];
        using var browser = new Browser(server.Http.BaseAddress!);
        using var wrong = await SetUpAsync(browser, "AAAA-BBBB-CCCC-DDDD-EEEE", "anna");
        Assert.Contains("The setup token is wrong", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(server.Engine.Configuration.Content.Access.Users);

        var form = Browser.Token(await browser.Client.GetStringAsync("/setup"));
        using var right = await SetUpAsync(browser, token.ToLowerInvariant(), "anna");
        Assert.Equal("/setup/server", right.Headers.Location?.ToString());

        using var second = await browser.PostAsync("/setup", "setup", form, ("Input.Token", token), ("Input.Name", "eve"), ("Input.Password", "correct pony battery"), ("Input.Again", "correct pony battery"));
        Assert.Single(server.Engine.Configuration.Content.Access.Users);
        Assert.Equal(5, (await server.CommandAsync("setup-token")).Code);
    }

    [Fact]
    public async Task FreshServer_LeadsEverybodyToTheSetup()
    {
        using var first = await server.Http.GetAsync("/");
        using var login = await server.Http.GetAsync("/login");

        Assert.Contains("/login", first.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal("/setup", login.Headers.Location!.ToString());
    }

    [Fact]
    public async Task Secrets_AreNowhere()
    {
        var password = await AddAsync("anna", "admin");
        using var program = await server.WithTokenAsync("admin");
        var access = server.Engine.Configuration.Content.Access;
        string[] canaries = [password, access.Users[0].PasswordHash, access.Users[0].SecurityStamp, access.Tokens[0].Hash, program.DefaultRequestHeaders.Authorization!.Parameter!];
        var texts = new List<string>();
        foreach (var path in (string[])["status", "events", "hot-standby", "configuration", "settings/history", "users", "tokens", "sessions"])
        {
            texts.Add(await program.GetStringAsync("/api/v1/" + path));
        }

        texts.Add((await server.CommandAsync("settings", "export")).Output);
        texts.Add((await server.CommandAsync("user", "list")).Output);
        texts.Add((await server.CommandAsync("token", "list")).Output);
        texts.AddRange(server.Engine.Calls);

        Assert.All(canaries, canary => Assert.DoesNotContain(texts, text => text.Contains(canary, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task SettingsImport_KeepsUsersAndTokens()
    {
        await AddAsync("anna", "admin");
        var file = Path.Combine(server.Directory, "settings.json");
        Assert.Equal(0, (await server.CommandAsync("settings", "export", file)).Code);
        Assert.Equal(0, (await server.CommandAsync("settings", "import", file)).Code);

        Assert.Single(server.Engine.Configuration.Content.Access.Users);
        Assert.NotEmpty(server.Engine.Configuration.Content.Access.Users[0].PasswordHash);
    }

    [Fact]
    public async Task IdempotencyKey_CarriesOutOnce()
    {
        using var client = await server.WithTokenAsync("operate");
        client.DefaultRequestHeaders.Add("Idempotency-Key", "one");
        var answers = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            using var body = new StringContent("""{"to":2}""", Encoding.UTF8, "application/json");
            answers.Add(await (await client.PostAsync("/api/v1/switch", body)).Content.ReadAsStringAsync());
        }

        using var other = new StringContent("""{"to":1}""", Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await client.PostAsync("/api/v1/switch", other)).StatusCode);
        Assert.Equal(answers[0], answers[1]);
        Assert.Single(server.Engine.Calls, call => call.StartsWith("switch", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Switch_OfAnotherEpoch_IsRefused()
    {
        using var client = await server.WithTokenAsync("operate");
        using var body = new StringContent("""{"to":2,"expectedEpoch":3}""", Encoding.UTF8, "application/json");

        Assert.Equal(HttpStatusCode.Conflict, (await client.PostAsync("/api/v1/switch", body)).StatusCode);
        Assert.DoesNotContain(server.Engine.Calls, call => call.StartsWith("switch", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Status_WithItsTag_Is304()
    {
        using var client = await server.WithTokenAsync("read");
        using var first = await client.GetAsync("/api/v1/status");
        client.DefaultRequestHeaders.IfNoneMatch.Add(first.Headers.ETag!);

        Assert.Equal(HttpStatusCode.NotModified, (await client.GetAsync("/api/v1/status")).StatusCode);
    }

    [Fact]
    public async Task Document_HoldsEveryCall()
    {
        var document = JsonNode.Parse(await server.Control.GetStringAsync("/openapi/v1.json"))!;
        var described = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(call => $"{call.Key.ToUpperInvariant()} {path.Key}")).ToHashSet(StringComparer.Ordinal);
        var calls = server.Host.Routes.Where(r => r.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal))
            .SelectMany(r => (r.Metadata.OfType<Microsoft.AspNetCore.Routing.IHttpMethodMetadata>().FirstOrDefault()?.HttpMethods ?? []).Select(m => $"{m} {System.Text.RegularExpressions.Regex.Replace(r.RoutePattern.RawText!, ":[a-z]+", "")}"));

        Assert.DoesNotContain(calls, call => !described.Contains(call));
        Assert.NotNull(document["components"]!["securitySchemes"]!["bearer"]);
        Assert.NotNull(document["paths"]!["/api/v1/switch"]!["post"]!["requestBody"]);
    }

    private Task<HttpResponseMessage> SetUpAsync(Browser browser, string token, string name) => browser.SubmitAsync(
        "/setup", "setup", ("Input.Token", token), ("Input.Name", name), ("Input.Password", "correct pony battery"), ("Input.Again", "correct pony battery"));

    private async Task<string> AddAsync(string name, string role)
    {
        var result = await server.CommandAsync("user", "add", name, "--role", role);
        Assert.Equal(0, result.Code);
        return result.Output.TrimEnd().Split(' ')[^1];
    }

    private async Task<Browser> BrowserAsync(string name, string role, string returnUrl = "/")
    {
        var browser = new Browser(server.Http.BaseAddress!);
        using var answer = await browser.SignInAsync(name, await AddAsync(name, role), returnUrl);
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Equal(returnUrl, answer.Headers.Location?.ToString());
        return browser;
    }
}
