using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using HaConsole.Engine.Journal;
using HaConsole.Storage;
using HaConsole.Web.History;
using HaConsole.Web.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

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
        server.Engine.Record(new HaEvent { Kind = "before", Sentence = "also before the loss" });
        Assert.Equal(200, await AcknowledgeAsync(server, 1));
        Assert.Equal("local", (await FindAsync(server, 1))["acknowledgedBy"]!.GetValue<string>());
        await Eventually.TrueAsync(async () => (await server.Host.Services.GetRequiredService<HistoryHost>().Events.FindAsync("default", 1, 1))?.AcknowledgedBy == "local");

        using (var postmaster = Process.GetProcessById(int.Parse(File.ReadLines(Path.Combine(server.Directory, "database", "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture)))
        {
            postmaster.Kill();
        }

        server.Engine.Record(new HaEvent { Kind = "during", Sentence = "while it was away" });
        Assert.Equal(200, await AcknowledgeAsync(server, 2));
        Assert.Equal(["seen"], Notes(await FindAsync(server, 2)));
        Assert.Contains("while it was away", await server.Control.GetStringAsync("api/v1/events"), StringComparison.Ordinal);
        await ReadyAsync(server);
        await Eventually.TrueAsync(async () => (await server.Control.GetStringAsync("api/v1/events/export")).Contains("while it was away", StringComparison.Ordinal));

        // Said before the loss and while it lasted: both are in the database, each once.
        foreach (var sequence in (long[])[1, 2])
        {
            await Eventually.TrueAsync(async () => await InDatabaseAsync(server, sequence));
            Assert.Equal(["seen"], Notes(await FindAsync(server, sequence)));
        }

        Assert.Equal(3, JsonNode.Parse(await server.Control.GetStringAsync("api/v1/events/export"))!.AsArray().Count);
        Assert.Equal(5, JsonNode.Parse(await server.Control.GetStringAsync("api/v1/events/export?remarks=true"))!.AsArray().Count);
    }

    private static async Task<bool> InDatabaseAsync(RunningServer server, long sequence)
    {
        try
        {
            return await server.Host.Services.GetRequiredService<HistoryHost>().Events.FindAsync("default", 1, sequence) is { AcknowledgedBy: "local", Notes.Count: 1 };
        }
        catch (DatabaseUnavailableException)
        {
            return false;
        }
    }

    private static IEnumerable<string> Notes(JsonNode found) => found["notes"]!.AsArray().Select(n => n!["text"]!.GetValue<string>());

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
