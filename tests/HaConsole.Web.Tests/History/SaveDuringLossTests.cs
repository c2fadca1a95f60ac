using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests.History;

/// <summary>The database is killed in the middle of saves of the real engine.</summary>
public sealed class SaveDuringLossTests
{
    private const int Saves = 12;

    [Fact]
    public async Task Settings_SavedWhileTheDatabaseDies_AreSavedAndTheirEventsArriveOnce()
    {
        await using var server = await RealServer.StartAsync("Database:ConnectionString=");
        await server.DatabaseReadyAsync();

        for (var value = 1; value <= Saves; value++)
        {
            if (value == Saves / 2)
            {
                using var postmaster = Process.GetProcessById(Postmaster(server));
                postmaster.Kill();
            }

            var (status, _, answer) = await server.CallAsync("PUT", "hot-standby", $$"""{"holdHours":{{value}}}""");
            Assert.True(status == HttpStatusCode.OK, answer);
        }

        Assert.Equal(Saves, JsonNode.Parse(await server.Control.GetStringAsync("api/v1/hot-standby"))!["holdHours"]!.GetValue<double>());

        // The files have them all; only the database takes a note.
        var last = JsonNode.Parse(await server.Control.GetStringAsync("api/v1/journal/events?limit=1000"))!.AsArray().Last(IsChange)!["sequence"]!.GetValue<long>();
        await Eventually.TrueAsync(async () => (await server.CallAsync("POST", $"events/1/{last}/notes", """{"note":"arrived"}""")).Status == HttpStatusCode.OK);
        var stored = JsonNode.Parse(await server.Control.GetStringAsync("api/v1/events/export"))!.AsArray().Where(IsChange).Select(e => e!["sentence"]!.GetValue<string>()).ToList();
        Assert.Equal(Saves, stored.Count);
        Assert.Equal(Saves, stored.Distinct().Count());
    }

    private static bool IsChange(JsonNode? entry) => entry!["kind"]!.GetValue<string>() == "configuration-changed";

    private static int Postmaster(RealServer server)
        => int.Parse(File.ReadLines(Path.Combine(server.Directory, "database", "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture);
}
