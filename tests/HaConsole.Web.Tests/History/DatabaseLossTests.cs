using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using HaConsole.Engine.Journal;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests.History;

/// <summary>A real embedded database that dies under the pages.</summary>
public sealed class DatabaseLossTests
{
    [Fact]
    public async Task Database_KilledInTheMiddle_EventsStayReadableAndEverythingReturnsByItself()
    {
        await using var server = await RunningServer.StartAsync(null, "Database:ConnectionString=");
        await ReadyAsync(server);
        server.Engine.Record(new HaEvent { Kind = "before", Sentence = "before the loss" });
        await Eventually.TrueAsync(async () => (await FindAsync(server, 1))["acknowledgedBy"] is null && await AcknowledgeAsync(server, 1) == 200);

        using (var postmaster = Process.GetProcessById(int.Parse(File.ReadLines(Path.Combine(server.Directory, "database", "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture)))
        {
            postmaster.Kill();
        }

        server.Engine.Record(new HaEvent { Kind = "during", Sentence = "while it was away" });
        Assert.Contains("while it was away", await server.Control.GetStringAsync("api/v1/events"), StringComparison.Ordinal);
        await ReadyAsync(server);
        await Eventually.TrueAsync(async () => (await server.Control.GetStringAsync("api/v1/events/export")).Contains("while it was away", StringComparison.Ordinal));

        // Until the loss is noticed and mended, events come from the journal, which knows no acknowledgements.
        await Eventually.TrueAsync(async () => (await FindAsync(server, 1))["acknowledgedBy"]?.GetValue<string>() == "local");
        Assert.Equal(2, JsonNode.Parse(await server.Control.GetStringAsync("api/v1/events/export"))!.AsArray().Count);
    }

    private static Task ReadyAsync(RunningServer server) => Eventually.TrueAsync(() => server.Engine.Current.Database == "ready");

    private static async Task<int> AcknowledgeAsync(RunningServer server, long sequence)
    {
        using var answer = await server.Control.PostAsJsonAsync($"api/v1/events/1/{sequence}/acknowledge", new { note = "seen" });
        return (int)answer.StatusCode;
    }

    private static async Task<JsonNode> FindAsync(RunningServer server, long sequence)
    {
        using var answer = await server.Control.GetAsync($"api/v1/events/1/{sequence}");
        return answer.IsSuccessStatusCode ? JsonNode.Parse(await answer.Content.ReadAsStringAsync())! : new JsonObject();
    }
}
