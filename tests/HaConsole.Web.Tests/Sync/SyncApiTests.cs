using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Replication;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests.Sync;

/// <summary>Conflicts and drift by API and command line.</summary>
public sealed class SyncApiTests : IAsyncLifetime
{
    private RunningServer server = null!;

    public async Task InitializeAsync() => server = await RunningServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Merge_NeedsTheRevisionThatWasSeen()
    {
        var record = server.Engine.Both.Conflict(c => c with { HotStandby = c.HotStandby with { HoldHours = 3 } });
        using var admin = await server.WithTokenAsync("admin");
        using var state = await admin.GetAsync("/api/v1/sync");
        var tag = state.Headers.ETag!.ToString();
        var conflict = JsonNode.Parse(await state.Content.ReadAsStringAsync())!["conflicts"]![0]!;
        Assert.Equal(("open", "HotStandby:HoldHours", "3"), (conflict["state"]!.GetValue<string>(), conflict["fields"]![0]!["key"]!.GetValue<string>(), conflict["fields"]![0]!["lost"]!.GetValue<string>()));
        var body = $$"""{"conflict":"{{record.Id}}","keys":["HotStandby:HoldHours"]}""";

        Assert.Equal(HttpStatusCode.PreconditionRequired, await PostAsync(admin, "merge", body, null));
        Assert.Equal(HttpStatusCode.PreconditionFailed, await PostAsync(admin, "merge", body, "\"1.1.1\""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await PostAsync(admin, "merge", $$"""{"conflict":"{{record.Id}}","keys":["Nothing"]}""", tag));
        Assert.Equal(24, server.Engine.Configuration.Content.HotStandby.HoldHours);

        Assert.Equal(HttpStatusCode.OK, await PostAsync(admin, "merge", body, tag));
        Assert.Equal(3, server.Engine.Configuration.Content.HotStandby.HoldHours);
        Assert.Equal(HttpStatusCode.Conflict, await PostAsync(admin, "merge", $$"""{"conflict":"{{record.Id}}"}""", "*"));
        Assert.Equal(HttpStatusCode.Conflict, await PostAsync(admin, "take", """{"server":2}""", "*"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await PostAsync(admin, "dismiss", $$"""{"conflict":"{{record.Id}}"}""", null));
    }

    [Fact]
    public async Task CommandLine_ShowsMergesDismissesAndTakes()
    {
        Assert.Equal(0, (await server.CommandAsync("sync", "status")).Code);
        var record = server.Engine.Both.Conflict(c => c with { HotStandby = c.HotStandby with { HoldHours = 3, FailuresToSwitch = 9 } });
        server.Engine.Both.State = server.Engine.Both.State with
        {
            State = "behind",
            Drift = [new DriftItem("HotStandby", DateTimeOffset.UnixEpoch, [new FieldDifference("HotStandby", "HotStandby:HoldHours", "24", "8")])],
        };

        var status = await server.CommandAsync("sync", "status");
        Assert.Equal(2, status.Code);
        Assert.Contains("HotStandby:HoldHours: #1 24, #2 8", status.Output, StringComparison.Ordinal);
        Assert.Contains($"conflict {record.Id} (open): edits on server #2 by bob lost", status.Output, StringComparison.Ordinal);
        Assert.Equal(2, (await server.CommandAsync("sync", "status", "--format", "json")).Code);

        var dry = await server.CommandAsync("sync", "merge", record.Id, "--dry-run");
        Assert.Equal((0, 24), (dry.Code, server.Engine.Configuration.Content.HotStandby.HoldHours));
        Assert.Contains("HotStandby:FailuresToSwitch: 5 -> 9", dry.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await server.CommandAsync("sync", "merge", record.Id, "HotStandby:HoldHours")).Code);
        Assert.Equal((3, 5), (server.Engine.Configuration.Content.HotStandby.HoldHours, server.Engine.Configuration.Content.HotStandby.FailuresToSwitch));
        Assert.Equal(0, (await server.CommandAsync("sync", "dismiss", record.Id, "--reason", "not needed")).Code);

        Assert.Equal(5, (await server.CommandAsync("sync", "take", "other")).Code);
        server.Engine.Both.Other = server.Engine.Configuration.Content with { HotStandby = new HotStandbyParameters { HoldHours = 6 } };
        Assert.Equal(0, (await server.CommandAsync("sync", "take", "other")).Code);
        Assert.Equal(6, server.Engine.Configuration.Content.HotStandby.HoldHours);
        Assert.Equal(64, (await server.CommandAsync("sync", "take", "both")).Code);
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient client, string call, string body, string? tag)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sync/" + call) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (tag is not null)
        {
            message.Headers.TryAddWithoutValidation("If-Match", tag);
        }

        using var response = await client.SendAsync(message);
        return response.StatusCode;
    }
}
