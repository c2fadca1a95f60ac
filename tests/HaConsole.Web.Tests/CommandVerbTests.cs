using System.Text.Json.Nodes;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Peering;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests;

/// <summary>Verbs for services, checks and the restart of a server: what reaches the engine, exit codes, and what the audit log says of them.</summary>
public sealed class CommandVerbTests : IAsyncLifetime
{
    private RunningServer server = null!;

    public async Task InitializeAsync()
    {
        server = await RunningServer.StartAsync();
        await server.Engine.EditConfigurationAsync(c => c with { Checks = [new CheckDefinition { Name = "web", Url = "http://127.0.0.1:9/" }] }, "test", CancellationToken.None);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData("start", "Start")]
    [InlineData("stop", "Stop")]
    [InlineData("restart", "Restart")]
    public async Task Service_IsCommandedHereOrOnTheOtherServer(string verb, string expected)
    {
        var here = await server.CommandAsync("service", verb, "cti");
        var there = await server.CommandAsync("service", verb, "cti", "--server", "2");

        Assert.Equal((0, 0, "", ""), (here.Code, there.Code, here.Error, there.Error));
        Assert.Equal([$"service 1 cti {expected}", $"service 2 cti {expected}"], server.Engine.Calls);
        Assert.Equal(Environment.UserName, server.Engine.LastOwner);
        Assert.Equal([$"haconsole service {verb} cti --server 1", $"haconsole service {verb} cti --server 2"], Lines());
    }

    [Fact]
    public async Task Service_ThatIsRefused_5()
    {
        server.Engine.ServiceRefusal = "There is no service x.";

        var result = await server.CommandAsync("service", "start", "x y");

        Assert.Equal((5, "haconsole: There is no service x."), (result.Code, result.Error.Trim()));
        Assert.Equal("haconsole service start 'x y' --server 1", Assert.Single(Lines()));
    }

    [Fact]
    public async Task CheckRun_SaysWhatItSaw()
    {
        server.Engine.Current = WithChecks("Up");
        var well = await server.CommandAsync("check", "run", "web");
        server.Engine.Current = WithChecks("Down");
        var ill = await server.CommandAsync("check", "run", "web", "--server", "2");
        var unknown = await server.CommandAsync("check", "run", "no-such");

        Assert.Equal((0, 2, 5), (well.Code, ill.Code, unknown.Code));
        Assert.Contains("web on server #1: Up", well.Output, StringComparison.Ordinal);
        Assert.Contains("web on server #2: Down. refused", ill.Output, StringComparison.Ordinal);
        Assert.Contains("no-such", unknown.Error, StringComparison.Ordinal);
        Assert.Equal("haconsole check run web --server 2", Lines()[1]);
    }

    [Fact]
    public async Task Check_MutedAndUnmuted()
    {
        Assert.Equal(0, (await server.CommandAsync("check", "mute", "web", "--for", "2h", "--reason", "it's slow")).Code);
        var mute = Assert.Single(server.Engine.Configuration.Content.Mutes);
        Assert.Equal(("web", "it's slow", TimeSpan.FromHours(2)), (mute.Check, mute.Reason, mute.Until - mute.Since));

        Assert.Equal(0, (await server.CommandAsync("check", "mute", "web")).Code);
        mute = Assert.Single(server.Engine.Configuration.Content.Mutes);
        Assert.Equal(TimeSpan.FromHours(1), mute.Until - mute.Since);

        Assert.Equal(0, (await server.CommandAsync("check", "unmute", "web")).Code);
        Assert.Empty(server.Engine.Configuration.Content.Mutes);
        Assert.Equal((5, 5), ((await server.CommandAsync("check", "unmute", "web")).Code, (await server.CommandAsync("check", "mute", "no-such")).Code));
        Assert.Equal(["haconsole check mute web --for 7200s --reason 'it'\\''s slow'", "haconsole check mute web --for 3600s", "haconsole check unmute web"], Lines().Take(3));
    }

    [Fact]
    public async Task Restart_HereAndOnTheOtherServer()
    {
        Assert.Equal(0, (await server.CommandAsync("restart")).Code);
        Assert.Contains($"restart {Environment.UserName}", server.Engine.Calls);

        var silent = await server.CommandAsync("restart", "--server", "2");
        server.Engine.PeerReachable = true;
        var there = await server.CommandAsync("restart", "--server", "2");
        server.Engine.PeerAnswer = new ForwardedResponse(409, """{"status":409,"detail":"no supervisor"}""", new Dictionary<string, string>());
        var refused = await server.CommandAsync("restart", "--server", "2");

        Assert.Equal((1, 0, 5), (silent.Code, there.Code, refused.Code));
        Assert.Contains("no supervisor", refused.Error, StringComparison.Ordinal);
        Assert.Contains("forward /api/v1/restart {}", server.Engine.Calls);
        Assert.Single(server.Engine.Calls, call => call.StartsWith("restart", StringComparison.Ordinal));
        Assert.Equal(["haconsole restart --server 1", "haconsole restart --server 2"], Lines().Distinct());
    }

    [Theory]
    [InlineData("service")]
    [InlineData("service", "start")]
    [InlineData("service", "halt", "cti")]
    [InlineData("service", "start", "cti", "--server", "3")]
    [InlineData("check", "mute", "web", "--for", "long")]
    [InlineData("restart", "now")]
    [InlineData("drill", "start")]
    [InlineData("drill", "start", "everything")]
    [InlineData("drill", "report")]
    [InlineData("drill", "plan", "noon")]
    public async Task WrongUsage_64AndNothingDone(params string[] words)
    {
        var result = await server.CommandAsync(words);

        Assert.Equal(64, result.Code);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.Empty(server.Engine.Calls);
    }

    [Fact]
    public async Task Service_ByTheApiWithoutACommand_400()
    {
        using var body = new StringContent("""{"server":1}""", System.Text.Encoding.UTF8, "application/json");
        using var answer = await server.Control.PostAsync("api/v1/services/cti", body);

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Contains("Start, Stop or Restart", JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Empty(server.Engine.Calls);
    }

    private HaConsole.Engine.Status.StatusSnapshot WithChecks(string state) => server.Engine.Current with
    {
        Servers = [.. server.Engine.Current.Servers.Select(s => s with { Checks = [.. s.Checks.Select(c => c with { State = state, Detail = "refused" })] })],
    };

    private List<string> Lines() => [.. server.Engine.Audit.Read(0, 100).Select(e => e.CommandLine)];
}
