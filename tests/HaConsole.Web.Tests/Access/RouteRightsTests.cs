using System.Net;
using System.Net.Http.Headers;
using System.Text;
using HaConsole.Web.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;

namespace HaConsole.Web.Tests.Access;

/// <summary>Every route with everybody. A route that is not in the list fails the test until somebody has said who may use it.</summary>
public sealed class RouteRightsTests : IAsyncLifetime
{
    private const string Everybody = "everybody";
    private const string Viewer = "viewer";
    private const string Operator = "operator";
    private const string Admin = "admin";

    // Of the framework: scripts, styles, and the live connection, which carries only what its page may have.
    private static readonly string[] Framework = ["/_framework/", "/_content/", "/_blazor", "/css/", "/js/", "/lib/", "/favicon", "/haconsole.", "/Components/", "{**", "_framework", "_content", "css/", "js/", "lib/", "/fonts/", "fonts/", "favicon", "haconsole."];

    private static readonly Dictionary<string, string> Pages = new(StringComparer.OrdinalIgnoreCase)
    {
        ["/"] = Viewer,
        ["/access"] = Viewer,
        ["/audit"] = Viewer,
        ["/checks"] = Viewer,
        ["/load-balancer"] = Viewer,
        ["/drills"] = Viewer,
        ["/events"] = Viewer,
        ["/help"] = Viewer,
        ["/help/{*Chapter}"] = Viewer,
        ["/hot-standby"] = Viewer,
        ["/login"] = Everybody,
        ["/logs"] = Viewer,
        ["/not-allowed"] = Viewer,
        ["/notifications"] = Viewer,
        ["/not-found"] = Everybody,
        ["/services"] = Viewer,
        ["/sync"] = Viewer,
        ["/setup"] = Everybody,
        ["/setup/{Step}"] = Admin,
        ["/simulator"] = Viewer,
        ["/status"] = Everybody,
        ["/system"] = Viewer,
        ["/why"] = Viewer,
        ["/openapi/{documentName}.json"] = Viewer,
    };

    private static readonly Dictionary<string, string> Calls = new(StringComparer.Ordinal)
    {
        ["GET status"] = Viewer,
        ["GET events"] = Viewer,
        ["GET hot-standby"] = Viewer,
        ["PUT hot-standby"] = Admin,
        ["GET configuration"] = Viewer,
        ["PUT configuration"] = Admin,
        ["GET settings/history"] = Viewer,
        ["GET antiforgery"] = Viewer,
        ["GET sync"] = Viewer,
        ["POST sync/merge"] = Admin,
        ["POST sync/dismiss"] = Admin,
        ["POST sync/take"] = Admin,
        ["POST switch"] = Operator,
        ["POST pause"] = Operator,
        ["POST resume"] = Operator,
        ["POST maintenance"] = Operator,
        ["POST hold/clear"] = Operator,
        ["POST acknowledge"] = Operator,
        ["POST services/{name}"] = Operator,
        ["POST checks/{name}/run"] = Operator,
        ["POST checks/{name}/mute"] = Operator,
        ["POST checks/{name}/unmute"] = Operator,
        ["GET drills"] = Viewer,
        ["GET drills/current"] = Viewer,
        ["GET drills/{name}"] = Viewer,
        ["POST drills"] = Operator,
        ["POST drills/current/stop"] = Operator,
        ["POST drills/current/back"] = Operator,
        ["POST drills/current/leave"] = Operator,
        ["POST drills/plan"] = Operator,
        ["GET support-bundle"] = Admin,
        ["GET support-bundle/files"] = Admin,
        ["GET support-bundle/part"] = Admin,
        ["GET licence"] = Viewer,
        ["POST licence"] = Admin,
        ["GET readiness"] = Viewer,
        ["POST readiness"] = Operator,
        ["POST pair"] = Admin,
        ["POST certificate/rotate"] = Admin,
        ["POST restart"] = Admin,
        ["POST stop"] = Admin,
        ["GET users"] = Admin,
        ["POST users"] = Admin,
        ["PUT users/{name}"] = Admin,
        ["DELETE users/{name}"] = Admin,
        ["POST users/{name}/password"] = Admin,
        ["GET sessions"] = Admin,
        ["DELETE sessions/{name}"] = Admin,
        ["GET tokens"] = Admin,
        ["POST tokens"] = Admin,
        ["DELETE tokens/{name}"] = Admin,
        ["POST setup-token"] = Admin,
        ["GET journal/events"] = Viewer,
        ["GET journal/audit"] = Admin,
        ["GET events/export"] = Viewer,
        ["GET events/{server:int}/{sequence:long}"] = Viewer,
        ["POST events/{server:int}/{sequence:long}/acknowledge"] = Operator,
        ["POST events/{server:int}/{sequence:long}/notes"] = Operator,
        ["GET audit"] = Viewer,
        ["GET audit/export"] = Admin,
        ["GET audit/verification"] = Viewer,
        ["GET logs"] = Viewer,
        ["GET logs/{name}"] = Viewer,
        ["GET certificates"] = Viewer,
        ["POST certificates/look"] = Operator,
        ["POST certificates/{name}/copy"] = Admin,
        ["GET time"] = Viewer,
        ["GET load-balancer"] = Viewer,
        ["GET load-balancer/recipes/{kind}"] = Viewer,
        ["POST load-balancer/import"] = Viewer,
        ["POST load-balancer/probe"] = Operator,
        ["GET file-sets"] = Viewer,
        ["POST file-sets/{name}/audit"] = Operator,
        ["POST file-sets/{name}/push"] = Admin,
        ["POST file-sets/{name}/fetch"] = Admin,
        ["GET notifications"] = Viewer,
        ["POST notifications/{name}/test"] = Admin,
        ["GET system"] = Viewer,
        ["POST system/backup"] = Admin,
    };

    // Routes that are neither a page nor a call, tested by themselves.
    private static readonly string[] Others = ["POST /logout", "POST /csp", "/metrics", "/hubs/status", "/hubs/status/negotiate"];

    private static readonly string[] Ranks = [Everybody, Viewer, Operator, Admin];

    private RunningServer server = null!;

    public async Task InitializeAsync() => server = await RunningServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public void EveryRoute_IsListed()
    {
        var unlisted = server.Host.Routes.Where(route => !IsListed(route)).Select(Name).Distinct().ToList();

        Assert.True(unlisted.Count == 0, "say who may use: " + string.Join(", ", unlisted));
    }

    [Fact]
    public void EveryListedCall_IsARoute()
    {
        var known = server.Host.Routes.Select(Name).ToHashSet(StringComparer.Ordinal);

        Assert.DoesNotContain(Calls.Keys.Select(CallName), call => !known.Contains(call));
    }

    [Fact]
    public void Hub_HasNothingToCall()
    {
        var methods = typeof(Web.Hubs.StatusHub).GetMethods().Where(m => m.DeclaringType == typeof(Web.Hubs.StatusHub) && m.GetBaseDefinition().DeclaringType != typeof(Hub));

        Assert.Empty(methods);
    }

    [Theory]
    [InlineData(Everybody)]
    [InlineData(Viewer)]
    [InlineData(Operator)]
    public async Task Call_AboveTheRight_IsRefusedAndNothingDone(string rank)
    {
        using var client = await ProgramAsync(rank);
        var before = server.Engine.Configuration;
        foreach (var (call, needed) in Calls.Where(c => Rank(c.Value) > Rank(rank)))
        {
            using var response = await SendAsync(client, call);
            Assert.True(response.StatusCode == (rank == Everybody ? HttpStatusCode.Unauthorized : HttpStatusCode.Forbidden), $"{call} by {rank}: {response.StatusCode}, needs {needed}");
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        }

        Assert.Empty(server.Engine.Calls);
        Assert.Same(before, server.Engine.Configuration);
    }

    [Theory]
    [InlineData(Viewer)]
    [InlineData(Operator)]
    [InlineData(Admin)]
    public async Task Call_WithinTheRight_IsHeard(string rank)
    {
        using var client = await ProgramAsync(rank);
        foreach (var (call, _) in Calls.Where(c => Rank(c.Value) <= Rank(rank) && c.Key != "POST stop"))
        {
            using var response = await SendAsync(client, call);
            Assert.False(response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.InternalServerError, $"{call} by {rank}: {response.StatusCode}");
        }
    }

    [Theory]
    [InlineData(Everybody)]
    [InlineData(Viewer)]
    [InlineData(Operator)]
    [InlineData(Admin)]
    public async Task Page_IsShownToWhomItIsFor(string rank)
    {
        using var browser = await PersonAsync(rank);
        var routes = server.Host.Routes.Select(r => "/" + r.RoutePattern.RawText!.TrimStart('/')).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (page, needed) in Pages.Where(p => routes.Contains(p.Key) && p.Key is not ("/login" or "/setup")))
        {
            using var response = await browser.Client.GetAsync(page.Replace("{Step}", "server", StringComparison.Ordinal).Replace("{documentName}", "v1", StringComparison.Ordinal));
            var shown = response.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound;
            Assert.True(shown == (Rank(rank) >= Rank(needed)), $"{page} by {rank}: {response.StatusCode}");
            Assert.False(!shown && rank == Everybody && response.Headers.Location?.ToString().Contains("/login", StringComparison.Ordinal) != true, $"{page} leads to {response.Headers.Location}");
        }
    }

    [Theory]
    [InlineData(Everybody, HttpStatusCode.Unauthorized)]
    [InlineData(Viewer, HttpStatusCode.OK)]
    public async Task Hub_Negotiates_WithWhomMaySee(string rank, HttpStatusCode expected)
    {
        using var client = await ProgramAsync(rank);
        using var response = await client.PostAsync("/hubs/status/negotiate?negotiateVersion=1", null);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task TokenInTheAddress_CountsForHubsAlone()
    {
        using var reader = await server.WithTokenAsync("read");
        var token = reader.DefaultRequestHeaders.Authorization!.Parameter;
        using var hub = await server.Http.PostAsync($"/hubs/status/negotiate?negotiateVersion=1&access_token={token}", null);
        using var call = await server.Http.GetAsync($"/api/v1/status?access_token={token}");

        Assert.Equal(HttpStatusCode.OK, hub.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, call.StatusCode);
    }

    private static bool IsListed(RouteEndpoint route)
    {
        var name = Name(route);
        return Framework.Any(start => route.RoutePattern.RawText!.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            || Pages.ContainsKey("/" + route.RoutePattern.RawText!.TrimStart('/'))
            || Calls.Keys.Any(call => CallName(call) == name)
            || (name.StartsWith("/api/v1/", StringComparison.Ordinal) && Calls.Keys.Any(call => "/api/v1/" + call.Split(' ')[1] == name))
            || Others.Contains(name);
    }

    private static string CallName(string call) => $"{call.Split(' ')[0]} /api/v1/{call.Split(' ')[1]}";

    /// <summary>Method and path; the path alone for any method.</summary>
    private static string Name(RouteEndpoint route)
    {
        var methods = route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [];
        var path = "/" + route.RoutePattern.RawText!.TrimStart('/');
        return methods.Count == 1 ? $"{methods[0]} {path}" : path;
    }

    private static int Rank(string rank) => Array.IndexOf(Ranks, rank);

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string call)
    {
        var words = call.Split(' ');
        var message = new HttpRequestMessage(new HttpMethod(words[0]), "/api/v1/" + words[1].Replace("{name}", "nobody", StringComparison.Ordinal).Replace("{server:int}", "1", StringComparison.Ordinal).Replace("{sequence:long}", "1", StringComparison.Ordinal));
        if (words[0] is not "GET")
        {
            message.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        }

        return client.SendAsync(message);
    }

    private async Task<HttpClient> ProgramAsync(string rank) => rank switch
    {
        Viewer => await server.WithTokenAsync("read"),
        Operator => await server.WithTokenAsync("operate"),
        Admin => await server.WithTokenAsync("admin"),
        _ => server.Client(),
    };

    private async Task<Browser> PersonAsync(string rank)
    {
        var browser = new Browser(server.Http.BaseAddress!);
        var password = (await server.CommandAsync("user", "add", "person", "--role", rank == Everybody ? Viewer : rank)).Output.TrimEnd().Split(' ')[^1];
        if (rank != Everybody)
        {
            using var answer = await browser.SignInAsync("person", password);
            Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        }

        return browser;
    }
}
