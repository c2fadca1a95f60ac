using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.FileSets;
using HaConsole.Engine.Peering;
using HaConsole.Engine.Status;
using HaConsole.Web.Model.Readiness;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests.Readiness;

/// <summary>The Standby's proof that it could take over: what it finds, whom it tells, and that it changes nothing.</summary>
public sealed class ReadinessTests
{
    [Fact]
    public void Facts_FindWhatIsMissingOnThisServer()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var content = new PairConfiguration
        {
            Services =
            [
                new ServiceDefinition { Name = "good", Command = "sh" },
                new ServiceDefinition { Name = "gone", Command = "/nowhere/program" },
                new ServiceDefinition { Name = "lost", Command = "sh", WorkingDirectory = "/nowhere" },
                new ServiceDefinition { Name = "taken", Command = "sh", Port = port },
            ],
            Addresses = [new AddressDefinition { Name = "service", Address = "10.0.0.9/24", Interface = "no-such-interface" }],
        };
        var sets = new[] { new FileSetStatus { Name = "data", Path = "/data", State = FileSetState.OutOfSync } };

        var facts = StandbyProof.Facts(content, AsStandby(), sets, new NodeOptions { LocalAddress = "127.0.0.1", DataDirectory = Path.GetTempPath() });

        string Failed(string code) => facts.Single(fact => fact.Code == code && !fact.Passed).Sentence;
        Assert.EndsWith(": gone (/nowhere/program)", Failed("service-program"), StringComparison.Ordinal);
        Assert.EndsWith(": lost (/nowhere)", Failed("service-directory"), StringComparison.Ordinal);
        Assert.EndsWith(string.Create(CultureInfo.InvariantCulture, $": taken ({port})"), Failed("service-port"), StringComparison.Ordinal);
        Assert.Contains("service (no-such-interface)", Failed("addresses-free"), StringComparison.Ordinal);
        Assert.Contains("data (OutOfSync)", Failed("file-sets"), StringComparison.Ordinal);
    }

    [Fact]
    public void Facts_WithoutAnythingAgainstIt_AllHold()
    {
        var facts = StandbyProof.Facts(new PairConfiguration { Services = [new ServiceDefinition { Name = "good", Command = "sh" }] }, AsStandby(), [], new NodeOptions { DataDirectory = Path.GetTempPath() });

        Assert.All(facts, fact => Assert.True(fact.Passed, $"{fact.Code}: {fact.Sentence}"));
    }

    [Fact]
    public async Task Standby_ProvesOnRequest_ReportsAndTellsOnlyChanges()
    {
        await using var server = await RunningServer.StartAsync(null, "Readiness:Interval=0");
        server.Engine.Current = AsStandby();
        var before = server.Engine.Configuration;

        var first = await server.CommandAsync("readiness", "--now");
        Assert.Equal(2, first.Code);
        Assert.Contains("target-answers", first.Output, StringComparison.Ordinal);
        await server.CommandAsync("readiness", "--now");

        Assert.False(server.Engine.Readiness!.Ready);
        Assert.Null(server.Engine.Readiness.ProvenAt);
        Assert.Contains(server.Engine.Readiness.Missing, reason => reason.Code == "target-answers");
        Assert.Single(server.Engine.Latest(100), e => e.Kind == "readiness-lost");
        Assert.All(server.Engine.Calls, call => Assert.StartsWith("switch 1 True False", call, StringComparison.Ordinal));
        Assert.Same(before, server.Engine.Configuration);
        var read = JsonNode.Parse((await server.CommandAsync("readiness", "--format", "json")).Output)!;
        Assert.Equal((1, false, 0d), (read["server"]!.GetValue<int>(), read["ready"]!.GetValue<bool>(), read["intervalSeconds"]!.GetValue<double>()));
    }

    [Fact]
    public async Task Active_AsksTheStandby()
    {
        await using var server = await RunningServer.StartAsync();
        using var reader = await server.WithTokenAsync("read");
        Assert.Contains("No proof is known", await reader.GetStringAsync("/api/v1/readiness"), StringComparison.Ordinal);

        server.Engine.PeerReachable = true;
        server.Engine.AnswerPeer = request => request.Path == ReadinessWatch.Path
            ? new ForwardedResponse(200, """{"server":2,"ready":true,"sentence":"Proven: server #2 could take over now.","intervalSeconds":3600,"facts":[]}""", new Dictionary<string, string>())
            : new ForwardedResponse(404, "", new Dictionary<string, string>());

        Assert.True(JsonNode.Parse(await reader.GetStringAsync("/api/v1/readiness"))!["ready"]!.GetValue<bool>());
        Assert.Equal(0, (await server.CommandAsync("readiness", "--now")).Code);
    }

    [Fact]
    public void Status_CarriesTheProofOfTheStandby()
    {
        var proof = new ReadinessInfo(false, DateTimeOffset.UnixEpoch, null, [new ReasonStatus("service-program", "gone")]);
        var snapshot = Snapshots.Healthy();
        snapshot = snapshot with { Servers = [.. snapshot.Servers.Select(s => s.Role == "Standby" ? s with { Readiness = proof } : s)] };

        var read = JsonSerializer.Deserialize(JsonSerializer.Serialize(snapshot, StatusJson.Default.StatusSnapshot), StatusJson.Default.StatusSnapshot)!;

        Assert.Equal("service-program", read.Readiness!.Missing.Single().Code);
        Assert.Null(Snapshots.Healthy().Readiness);
    }

    /// <summary>A healthy pair in which the answering server is the Standby.</summary>
    private static StatusSnapshot AsStandby()
    {
        var healthy = Snapshots.Healthy();
        return healthy with
        {
            Lan = "Up",
            Servers = [.. healthy.Servers.Select(s => s with { Role = s.Local ? "Standby" : "Active", SettingsHash = "ab12", SoftwareVersion = "0.1.0", Services = [] })],
        };
    }
}
