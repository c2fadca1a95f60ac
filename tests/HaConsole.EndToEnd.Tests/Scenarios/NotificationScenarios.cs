using System.Text.Json.Nodes;
using HaConsole.EndToEnd.Tests.Harness;

namespace HaConsole.EndToEnd.Tests.Scenarios;

/// <summary>People hear of an outage, once, although the receiver was down during it.</summary>
[Collection(Serial.Name)]
public sealed class NotificationScenarios
{
    [Fact]
    public async Task The_Active_dies_with_messages_that_nobody_took_and_the_other_one_delivers_them_once()
    {
        using var receiver = new HookReceiver();
        await using var pair = await RunningPair.StartAsync(new PairOptions
        {
            Loopback = true,
            Settings = new Dictionary<string, string>
            {
                ["Notifications__Channels__0__Name"] = "hook",
                ["Notifications__Channels__0__Type"] = "webhook",
                ["Notifications__Channels__0__Url"] = receiver.Url,
                ["Notifications__Rules__0__Name"] = "all",
                ["Notifications__Rules__0__Severity"] = "info",
            },
        });
        var old = await pair.ActiveAsync();
        var other = pair.Other(old);
        await old.MustAsync("service", "restart", "sample");
        await Eventually.TrueAsync("the Standby holds what waits on the Active", async () => (await LogAsync(other)).Any(d => Origin(d) == old.Number && (string)d["kind"]! == "service-command"), () => "no such message");
        var test = await old.VerbAsync("notifications", "test", "hook");
        Assert.True(test.ExitCode == 1 && test.Output.Contains("NOT delivered", StringComparison.Ordinal), test.Output + test.Error);

        await old.KillTreeAsync();
        receiver.Start();
        await pair.ServesAsync(other);
        await Eventually.TrueAsync("the other one delivers what the dead one has left", () => receiver.Events.Contains((old.Number, "service-command")), TimeSpan.FromSeconds(60));
        await Eventually.TrueAsync("and what it has seen itself", () => receiver.Events.Any(e => e.Server == other.Number), TimeSpan.FromSeconds(60));

        old.Start();
        await pair.SettledAsync();
        await Eventually.TrueAsync("nothing waits any more", async () => (await LogAsync(old)) is { Count: > 0 } log && log.All(d => (string)d["state"]! == "Delivered"), () => "something waits", TimeSpan.FromSeconds(90));
        Assert.Contains(await LogAsync(old), d => Origin(d) == old.Number && (int)d["by"]! == other.Number);
        Assert.Equal(receiver.Ids.Distinct().Count(), receiver.Ids.Count);
        await pair.AuditAsync();
    }

    private static int Origin(JsonNode delivery) => (int)delivery["origin"]!;

    private static async Task<List<JsonNode>> LogAsync(HaServer server)
        => await server.GetAsync("/api/v1/notifications") is { } text ? [.. JsonNode.Parse(text)!["log"]!.AsArray().Select(d => d!)] : [];
}
