using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using HaConsole.Web.Tests.Support;
using Microsoft.AspNetCore.Routing;

namespace HaConsole.Web.Tests.Access;

/// <summary>What a foreign page has a signed-in browser send, and what nobody can want to send.</summary>
public sealed partial class ForgedCallTests : IAsyncLifetime
{
    private const int TooMuch = 5 * 1024 * 1024;
    private RunningServer server = null!;

    public async Task InitializeAsync() => server = await RunningServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData(null)]
    [InlineData("forged")]
    public async Task EveryCallThatChangesSomething_Forged_Is400AndChangesNothing(string? token)
    {
        using var browser = await SignedInAsync();
        var before = server.Engine.Configuration;
        var calls = server.Engine.Calls.Count;
        if (token is not null)
        {
            browser.Client.DefaultRequestHeaders.Add("RequestVerificationToken", token);
        }

        var tried = 0;
        foreach (var route in server.Host.Routes.Where(r => r.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal)))
        {
            foreach (var method in (route.Metadata.OfType<IHttpMethodMetadata>().FirstOrDefault()?.HttpMethods ?? []).Where(m => m != "GET"))
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), Parameter().Replace(route.RoutePattern.RawText!, "1"));
                request.Headers.TryAddWithoutValidation("If-Match", "*");
                request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
                using var answer = await browser.Client.SendAsync(request);
                Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"{method} {route.RoutePattern.RawText}: {answer.StatusCode}");
                Assert.Contains("antiforgery", JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["detail"]!.GetValue<string>(), StringComparison.Ordinal);
                tried++;
            }
        }

        Assert.True(tried >= 20, $"only {tried} calls were found");
        Assert.Same(before, server.Engine.Configuration);
        Assert.Equal(calls, server.Engine.Calls.Count);
        Assert.Null(server.Engine.Controls.Pause);
        Assert.False(server.Serving.IsCompleted);
    }

    [Theory]
    [InlineData("/logout", "")]
    [InlineData("/setup", "setup")]
    public async Task ForgedForm_Is400_AndChangesNothing(string path, string handler)
    {
        using var browser = await SignedInAsync();
        using var answer = await browser.PostAsync(path, handler, "forged", ("Input.Token", "x"), ("Input.Name", "eve"), ("Input.Password", "correct pony battery"), ("Input.Again", "correct pony battery"));
        using var still = await browser.Client.GetAsync("/access");

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.OK), (answer.StatusCode, still.StatusCode));
        Assert.Equal("anna", Assert.Single(server.Engine.Configuration.Content.Access.Users).Name);
    }

    [Theory]
    [InlineData("PUT", "configuration", false)]
    [InlineData("PUT", "hot-standby", true)]
    [InlineData("POST", "users", false)]
    [InlineData("POST", "switch", true)]
    public async Task OversizedCall_Is413_AndChangesNothing(string method, string path, bool chunked)
    {
        using var client = await server.WithTokenAsync("admin");
        var before = server.Engine.Configuration;
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/v1/" + path) { Content = Oversized("{\"reason\":\"", "application/json") };
        request.Headers.TryAddWithoutValidation("If-Match", "*");
        request.Headers.TransferEncodingChunked = chunked;

        // Asked before it is sent, or the answer meets a client that still writes.
        request.Headers.ExpectContinue = !chunked;
        using var answer = await client.SendAsync(request);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal(("application/problem+json", "Too large"), (answer.Content.Headers.ContentType!.MediaType, problem["title"]!.GetValue<string>()));
        Assert.Same(before, server.Engine.Configuration);
        Assert.Empty(server.Engine.Calls);
    }

    [Theory]
    [InlineData("/login")]
    [InlineData("/setup")]
    [InlineData("/logout")]
    public async Task OversizedForm_Is413(string path)
    {
        using var client = server.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Oversized("_handler=login&Input.Name=", "application/x-www-form-urlencoded") };
        request.Headers.ExpectContinue = true;
        using var answer = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    private async Task<Browser> SignedInAsync()
    {
        var password = (await server.CommandAsync("user", "add", "anna", "--role", "admin")).Output.TrimEnd().Split(' ')[^1];
        var browser = new Browser(server.Http.BaseAddress!);
        (await browser.SignInAsync("anna", password)).Dispose();
        return browser;
    }

    private static StringContent Oversized(string begin, string type) => new(begin + new string('x', TooMuch), Encoding.UTF8, type);

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
