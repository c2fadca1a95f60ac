using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using HaConsole.Engine;
using HaConsole.Engine.Balancers;
using HaConsole.Engine.Configuration;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests;

/// <summary>The load balancer by API and command line.</summary>
public sealed class LoadBalancerCallTests : IAsyncLifetime
{
    private RunningServer server = null!;

    public async Task InitializeAsync() => server = await RunningServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Get_HasFindingsWithSentencesAndWhatIsSeen()
    {
        await server.Engine.EditConfigurationAsync(c => c with { LoadBalancer = new() { Mode = BalancerMode.Ping } }, "test", CancellationToken.None);
        server.Engine.Balancer = new BalancerState([], "", [], 2, 1.5, null);
        using var reader = await server.WithTokenAsync("read");

        var view = JsonNode.Parse(await reader.GetStringAsync("/api/v1/load-balancer"))!;

        Assert.Contains(view["findings"]!.AsArray(), f => f!["code"]!.GetValue<string>() == "ping" && f["endless"]!.GetValue<bool>() && f["sentence"]!.GetValue<string>().Contains("dead", StringComparison.Ordinal));
        Assert.Equal((2, 1.5), (view["state"]!["choice"]!.GetValue<int>(), view["state"]!["apartSeconds"]!.GetValue<double>()));
        Assert.Equal(2, (await server.CommandAsync("loadbalancer", "status")).Code);
    }

    [Fact]
    public async Task Recipe_IsPrintedAndAWrongQuestionRefused()
    {
        using var reader = await server.WithTokenAsync("read");
        Assert.Contains("backend application", JsonNode.Parse(await reader.GetStringAsync("/api/v1/load-balancer/recipes/haproxy?mode=ft"))!["text"]!.GetValue<string>(), StringComparison.Ordinal);
        foreach (var (path, status) in new[] { ("pound", HttpStatusCode.NotFound), ("haproxy?mode=http", HttpStatusCode.UnprocessableEntity), ("haproxy?server=3", HttpStatusCode.UnprocessableEntity), ("keepalived?interface=a%20b", HttpStatusCode.UnprocessableEntity) })
        {
            using var refused = await reader.GetAsync(new Uri($"/api/v1/load-balancer/recipes/{path}", UriKind.Relative));
            Assert.Equal(status, refused.StatusCode);
        }

        var printed = await server.CommandAsync("loadbalancer", "nginx");
        Assert.Equal(0, printed.Code);
        Assert.Contains("upstream application", printed.Output, StringComparison.Ordinal);
        Assert.Equal(64, (await server.CommandAsync("loadbalancer", "pound")).Code);
    }

    [Fact]
    public async Task Import_OfABrokenFileNamesItsLineAndProbeNeedsAnOperator()
    {
        using var reader = await server.WithTokenAsync("read");
        using var body = new StringContent("""{"text":"backend app\n server a"}""", Encoding.UTF8, "application/json");
        using var refused = await reader.PostAsync(new Uri("/api/v1/load-balancer/import", UriKind.Relative), body);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("line 2", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var nothing = new StringContent("{}", Encoding.UTF8, "application/json");
        using var forbidden = await reader.PostAsync(new Uri("/api/v1/load-balancer/probe", UriKind.Relative), nothing);
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
        Assert.Equal(0, (await server.CommandAsync("loadbalancer", "probe")).Code);
    }
}
