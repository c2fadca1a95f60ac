using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using HaConsole.Web.Model.Drills;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests.Model.Drills;

/// <summary>Drills by API and command line, without a database.</summary>
public sealed class DrillApiTests : IAsyncLifetime
{
    private RunningServer server = null!;

    public async Task InitializeAsync()
    {
        server = await RunningServer.StartAsync();

        // The other server is the Active: the one that answers may watch its stop.
        var healthy = Snapshots.Healthy();
        server.Engine.Current = healthy with
        {
            Servers = [healthy.Servers[0] with { Role = "Standby", Address = "" }, healthy.Servers[1] with { Role = "Active", Address = "" }],
        };
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task WatchedDrill_BegunLookedAtAndEnded_ByVerbs()
    {
        Assert.Contains("no drill runs", (await server.CommandAsync("drill", "state")).Output, StringComparison.Ordinal);
        var begun = await server.CommandAsync("drill", "start", "stop");
        Assert.Equal((0, ""), (begun.Code, begun.Error));
        var id = begun.Output.Split(' ')[0];
        await Eventually.TrueAsync(async () => (await server.CommandAsync("drill", "state")).Output.Contains("now  stop", StringComparison.Ordinal));
        Assert.Equal(5, (await server.CommandAsync("drill", "start", "switch")).Code);
        Assert.Equal(5, (await server.CommandAsync("drill", "back")).Code);
        Assert.Equal(0, (await server.CommandAsync("drill", "stop")).Code);
        Assert.Equal(5, (await server.CommandAsync("drill", "stop")).Code);

        var list = await server.CommandAsync("drill", "list");
        Assert.Matches($"^{id}  stopped .* stop of #2, watched, led by {Environment.UserName} on #1\n$", list.Output);
        Assert.Contains("skip takeover", (await server.CommandAsync("drill", "report", id)).Output, StringComparison.Ordinal);
        var json = JsonNode.Parse((await server.CommandAsync("drill", "report", id, "--format", "json")).Output)!;
        Assert.Equal(("Stop", "Stopped", 1), (json["kind"]!.GetValue<string>(), json["end"]!.GetValue<string>(), json["server"]!.GetValue<int>()));
        var lines = server.Engine.Audit.Read(0, 100).Select(e => $"{e.CommandLine}: {e.Result}");
        Assert.Equal(["haconsole drill start stop: done", "haconsole drill start switch: refused", "haconsole drill stop: done", "haconsole drill stop: refused"], lines);
    }

    [Fact]
    public async Task Proof_ThatFails_5AndInTheList()
    {
        var result = await server.CommandAsync("drill", "start", "proof", "--wait");

        Assert.Equal(5, result.Code);
        Assert.Contains("target-answers", result.Error, StringComparison.Ordinal);
        var drill = Assert.Single(JsonNode.Parse(await server.Control.GetStringAsync("api/v1/drills"))!.AsArray())!;
        Assert.Equal("Failed", drill["end"]!.GetValue<string>());
        Assert.Contains("never proven", (await server.CommandAsync("drill", "state")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_OfTheOtherServer_AreInTheList()
    {
        // As the history of both has it: in the journal of the fake both servers' events come together.
        var theirs = new DrillView { Id = "0123456789ab", Kind = DrillKind.Switch, Operator = "bert", StartedAt = DateTimeOffset.UnixEpoch, From = 1, To = 2 };
        server.Engine.Record(DrillEvents.Write(theirs, 3));
        server.Engine.Record(DrillEvents.Write(theirs with { End = DrillEnd.Passed, Steps = [new DrillStep("there", StepState.Passed, 9, 1.5)] }, 3));

        var line = (await server.CommandAsync("drill", "list")).Output;

        Assert.StartsWith("0123456789ab  passed ", line, StringComparison.Ordinal);
        Assert.Contains("led by bert on #1, takeover in 1.5 s of at most 9 s", line, StringComparison.Ordinal);
        Assert.Equal(0, (await server.CommandAsync("drill", "report", "0123456789ab")).Code);
        Assert.Equal(1, (await server.CommandAsync("drill", "report", "ba9876543210")).Code);
    }

    [Fact]
    public async Task Plan_IsMadeAndEnded()
    {
        Assert.Equal(0, (await server.CommandAsync("drill", "plan", "03:30")).Code);
        Assert.Contains("daily at 03:30", (await server.CommandAsync("drill", "state")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await server.CommandAsync("drill", "plan", "off")).Code);
        Assert.Contains("no proof is planned", (await server.CommandAsync("drill", "state")).Output, StringComparison.Ordinal);
        Assert.Equal(["haconsole drill plan 03:30", "haconsole drill plan off"], server.Engine.Audit.Read(0, 10).Select(e => e.CommandLine));
    }

    [Theory]
    [InlineData("api/v1/drills", "{}", "Switch, Stop or Proof")]
    [InlineData("api/v1/drills", """{"kind":"Chaos"}""", "kind")]
    [InlineData("api/v1/drills/plan", """{"at":"25:00"}""", "time of day")]
    public async Task Body_ThatIsNotLegal_400AndNothingBegun(string path, string body, string expected)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await server.Control.PostAsync(path, content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(expected, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Null((await server.Control.GetFromJsonAsync<JsonNode>("api/v1/drills/current"))!["running"]);
    }
}
