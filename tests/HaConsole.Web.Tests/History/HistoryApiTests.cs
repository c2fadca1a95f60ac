using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using HaConsole.Engine;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Peering;
using HaConsole.Failover;
using HaConsole.Web.Api;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests.History;

/// <summary>The calls for events, audit, logs and the server itself, without a database.</summary>
public sealed class HistoryApiTests : IAsyncLifetime
{
    private RunningServer server = null!;

    public async Task InitializeAsync() => server = await RunningServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Events_WithoutDatabase_ComeFromTheJournalAndSaySo()
    {
        server.Engine.Record(new HaEvent { Kind = "started", Sentence = "first" });
        server.Engine.Record(new HaEvent { Kind = "role-changed", Row = 400, Severity = Severity.Alarm, Epoch = 2, Sentence = "second", Evidence = new Dictionary<string, string> { ["peer"] = "Unreachable" } });

        using var answer = await server.Control.GetAsync("api/v1/events?text=UNREACH&severity=warning&decisions=true");

        Assert.Equal("journal", Assert.Single(answer.Headers.GetValues("X-HaConsole-Source")));
        var found = Assert.Single(JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsArray())!;
        Assert.Equal(("second", "2-2-1-0"), (found["sentence"]!.GetValue<string>(), found["cursor"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("events?after=1-2", "cursor")]
    [InlineData("events?before=x", "cursor")]
    [InlineData("events?server=3", "server must be 1 to 2")]
    [InlineData("events?severity=1", "info, warning or alarm")]
    [InlineData("events?from=yesterday", "from must be a time")]
    [InlineData("events?decisions=maybe", "true or false")]
    [InlineData("events/export?format=xls", "csv or json")]
    [InlineData("audit?result=good", "done, refused or failed")]
    [InlineData("audit?before=x-y-z", "cursor")]
    [InlineData("logs?server=9", "server must be 1 to 2")]
    [InlineData("logs/ft.log?from=0&limit=99999999", "limit must be 1 to 1000000")]
    public async Task Query_ThatIsNotLegal_Is400AndNamesWhatIs(string path, string expected)
    {
        using var answer = await server.Control.GetAsync("api/v1/" + path);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(expected, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_AsCsv_IsAFileThatNoSpreadsheetComputes()
    {
        server.Engine.Record(new HaEvent { Kind = "x", Sentence = "=cmd|' /C calc'!A0\n,\"" });

        using var answer = await server.Control.GetAsync("api/v1/events/export?format=csv");

        Assert.Equal("haconsole-events.csv", answer.Content.Headers.ContentDisposition!.FileName);
        Assert.Contains("\"'=cmd|' /C calc'!A0\n,\"\"\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("export-events", Assert.Single(server.Engine.Audit.Read(0, 10)).Action);
    }

    [Fact]
    public async Task Acknowledge_OfAnEventThatIsNowhere_409AndInTheAuditLogAsRefused()
    {
        using var answer = await server.Control.PostAsJsonAsync("api/v1/events/1/1/acknowledge", new { note = "seen" });
        using var ofPeer = await server.Control.PostAsJsonAsync("api/v1/events/2/1/notes", new { note = "seen" });

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Conflict), (answer.StatusCode, ofPeer.StatusCode));
        Assert.Empty(server.Engine.Latest(10));
        var entry = server.Engine.Audit.Read(0, 10)[0];
        Assert.Equal(("event-acknowledge", "event 1-1", "seen", "refused"), (entry.Action, entry.Target, entry.After, entry.Result));
    }

    [Fact]
    public async Task Acknowledge_WithoutDatabase_IsAnEntryOfTheJournalAndSeenAtOnce()
    {
        server.Engine.Record(new HaEvent { Kind = "role-changed", Severity = Severity.Alarm, Sentence = "the peer is dead" });
        using var first = await server.Control.PostAsJsonAsync("api/v1/events/1/1/acknowledge", new { note = "seen" });
        using var again = await server.Control.PostAsJsonAsync("api/v1/events/1/1/acknowledge", new { note = "" });
        using var note = await server.Control.PostAsJsonAsync("api/v1/events/1/1/acknowledge", new { note = "it was the switch" });

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK], new[] { first, again, note }.Select(a => a.StatusCode));
        Assert.Contains("has acknowledged it already", await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(["role-changed", "acknowledged", "note"], server.Engine.Latest(10).Select(e => e.Kind));
        var said = EventRemark.Read(server.Engine.Latest(2)[0])!;
        Assert.Equal((1, 1L, "local", "seen", true), (said.Server, said.Sequence, said.User, said.Text, said.Acknowledges));
        Assert.Equal(7, server.Engine.Latest(1)[0].Epoch);

        var row = Assert.Single(JsonNode.Parse(await server.Control.GetStringAsync("api/v1/events"))!.AsArray())!;
        Assert.Equal("local", row["acknowledgedBy"]!.GetValue<string>());
        Assert.Equal(["seen", "it was the switch"], row["notes"]!.AsArray().Select(n => n!["text"]!.GetValue<string>()));
        Assert.Empty(JsonNode.Parse(await server.Control.GetStringAsync("api/v1/events?open=true"))!.AsArray());
        Assert.Equal(3, JsonNode.Parse(await server.Control.GetStringAsync("api/v1/events?remarks=true"))!.AsArray().Count);
        Assert.Single(JsonNode.Parse(await server.Control.GetStringAsync("api/v1/events?kind=note"))!.AsArray());
    }

    [Fact]
    public async Task Note_OnAnEventOfTheOtherServerWithoutDatabase_IsAskedForThere()
    {
        var at = new DateTimeOffset(2026, 11, 20, 9, 0, 0, TimeSpan.Zero).AddTicks(1234567);
        IReadOnlyList<HaEvent> theirs = [new HaEvent { Server = 2, Sequence = 31, Kind = "started", Sentence = "there", At = at }];
        server.Engine.PeerReachable = true;
        server.Engine.PeerAnswer = new ForwardedResponse(200, JsonSerializer.Serialize(theirs, ApiJson.Default.IReadOnlyListHaEvent), new Dictionary<string, string>());

        using var answer = await server.Control.PostAsJsonAsync("api/v1/events/2/31/notes", new { note = "from here" });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var said = EventRemark.Read(Assert.Single(server.Engine.Latest(10)))!;
        Assert.Equal((2, 31L, at, false), (said.Server, said.Sequence, said.At!.Value, said.Acknowledges));
        Assert.Contains("forward /api/v1/journal/events?after=30&limit=1 ", server.Engine.Calls);
    }

    [Fact]
    public async Task Commands_OfTheCommandLine_AreInTheAuditLogDoneOrRefused()
    {
        using var paused = await server.Control.PostAsJsonAsync("api/v1/pause", new { @for = 60, reason = "it's work" });
        using var unknown = await server.Control.PostAsJsonAsync("api/v1/switch", new { to = 2, reason = "drill" });
        server.Engine.Current = Snapshots.PeerLost();
        using var refused = await server.Control.PostAsJsonAsync("api/v1/switch", new { to = 2 });

        var entries = server.Engine.Audit.Read(0, 10);
        Assert.Equal(["pause done", "switch done", "switch refused"], entries.Select(e => $"{e.Action} {e.Result}"));
        Assert.Equal("haconsole pause --for 60s --reason 'it'\\''s work'", entries[0].CommandLine);
        Assert.Equal("cli", entries[0].Origin);
        var listed = JsonNode.Parse(await server.Control.GetStringAsync("api/v1/audit?action=switch"))!.AsArray();
        Assert.Equal(2, listed.Count);
        Assert.True(JsonNode.Parse(await server.Control.GetStringAsync("api/v1/audit/verification"))!["intact"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData("logs/..%2F..%2Fstate%2Fstate.bin")]
    [InlineData("logs/nothing.log")]
    [InlineData("logs/%2Fetc%2Fpasswd")]
    public async Task Log_ThatIsNotListed_404(string path)
    {
        using var answer = await server.Control.GetAsync("api/v1/" + path);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Log_Downloaded_IsTheFileAndAPartIsJson()
    {
        server.Engine.LogFiles = [new LogFile("ft-20261120.log", "2026-11-20", 8)];
        server.Engine.LogTexts["ft-20261120.log"] = "one\ntwo\n";

        Assert.Equal("one\ntwo\n", await server.Control.GetStringAsync("api/v1/logs/ft-20261120.log"));
        Assert.Equal(8, JsonNode.Parse(await server.Control.GetStringAsync("api/v1/logs/ft-20261120.log?from=0&limit=100"))!["next"]!.GetValue<int>());
    }

    [Fact]
    public async Task Calls_ByNetworkWithoutSignIn_Are401()
    {
        foreach (var path in (string[])["events", "events/export", "audit", "audit/export", "logs", "logs/ft.log", "system", "journal/events", "journal/audit"])
        {
            using var answer = await server.Http.GetAsync("/api/v1/" + path);
            Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, $"{path}: {answer.StatusCode}");
        }
    }
}
