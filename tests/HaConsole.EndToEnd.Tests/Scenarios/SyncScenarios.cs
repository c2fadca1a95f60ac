using System.Text.Json;
using HaConsole.EndToEnd.Tests.Harness;

namespace HaConsole.EndToEnd.Tests.Scenarios;

/// <summary>Both servers are edited while they do not hear each other: nothing that an operator was told is saved gets lost.</summary>
[Collection(Serial.Name)]
public sealed class SyncScenarios
{
    [RootTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Both_sides_of_a_cut_are_edited_and_what_loses_is_listed_on_both_and_merged(bool killed)
    {
        await using var pair = await RunningPair.StartAsync();
        var old = await pair.ActiveAsync();
        var other = pair.Other(old);
        await old.MustAsync("settings", "set", "HotStandby:FrameworkRestartTime=1");

        pair.MessagesLost();
        await pair.Network.DropAsync(old.Number);
        await pair.Network.DropAsync(other.Number);
        await pair.ServesAsync(other);
        await pair.BecomesAsync(old, x => x is { Role: "Active", PeerRole: "Unknown" }, "Active, too");
        await pair.BecomesAsync(other, x => x.PeerRole == "Unknown", "without the other");
        await old.MustAsync("settings", "set", "HotStandby:HoldHours=3", "HotStandby:FrameworkRestartTime=2");
        await old.MustAsync("user", "add", "anna", "--role", "admin");
        await other.MustAsync("settings", "set", "HotStandby:HoldHours=5");
        await other.MustAsync("user", "add", "bob", "--role", "admin");
        var worker = (await old.LookAsync())!.Worker;
        var records = Path.Combine(old.Data, "settings", "conflicts");
        await pair.Network.HealAsync();
        if (killed)
        {
            await Eventually.TrueAsync("the record is written", () => Directory.Exists(records) && Directory.EnumerateFiles(records).Any());
            Shell.Signal(worker, Shell.SigKill);
            await pair.BecomesAsync(old, x => x.Worker != worker, "back with a new worker");
        }

        await pair.SettledAsync();
        pair.MessagesPass();

        // One configuration, one conflict, on both.
        var (first, second) = (await SyncAsync(pair, old, Healed), await SyncAsync(pair, other, Healed));
        Assert.Equal(first.GetProperty("hash").GetString(), second.GetProperty("hash").GetString());
        Assert.Equal(Fields(first), Fields(second));
        Assert.Equal(["Access:Users:anna", "HotStandby:FrameworkRestartTime", "HotStandby:HoldHours"], Fields(first));
        var conflict = first.GetProperty("conflicts")[0];
        Assert.Equal(old.Number, conflict.GetProperty("server").GetInt32());
        Assert.Equal(["bob"], await UsersAsync(old));
        foreach (var server in pair.Servers)
        {
            await Eventually.TrueAsync("reported", () => InvariantAudit.Read(server.Data).Count(e => e.Kind == "configuration-conflict") == 1);
        }

        // One field is merged on either server, on top of what is in force; the rest stays open on both.
        var id = conflict.GetProperty("id").GetString()!;
        await other.MustAsync("sync", "merge", id, "HotStandby:HoldHours");
        first = await SyncAsync(pair, old, state => Healed(state) && !Fields(state).Contains("HotStandby:HoldHours"));
        Assert.Equal(["Access:Users:anna", "HotStandby:FrameworkRestartTime"], Fields(first));
        await old.MustAsync("sync", "merge", id, "Access:Users:anna");
        second = await SyncAsync(pair, other, state => Healed(state) && Fields(state).Count == 1);
        await old.MustAsync("sync", "dismiss", id, "--reason", "the lower one was right");
        second = await SyncAsync(pair, other, state => state.GetProperty("conflicts")[0].GetProperty("state").GetString() == "dismissed");

        Assert.Equal(["anna", "bob"], await UsersAsync(other));
        foreach (var server in pair.Servers)
        {
            using var parameters = JsonDocument.Parse((await server.GetAsync("/api/v1/hot-standby"))!);
            Assert.Equal((3, 1), (parameters.RootElement.GetProperty("holdHours").GetDouble(), parameters.RootElement.GetProperty("frameworkRestartTime").GetDouble()));
            Assert.Equal(0, (await server.VerbAsync("sync", "status")).ExitCode);
        }

        await pair.AuditAsync();
    }

    private static bool Healed(JsonElement state) => state.GetProperty("state").GetString() == "equal" && state.GetProperty("conflicts").GetArrayLength() == 1;

    private static IReadOnlyList<string> Fields(JsonElement state)
        => [.. state.GetProperty("conflicts")[0].GetProperty("fields").EnumerateArray().Select(f => f.GetProperty("key").GetString()!).Order(StringComparer.Ordinal)];

    private static async Task<JsonElement> SyncAsync(RunningPair pair, HaServer server, Func<JsonElement, bool> condition)
    {
        JsonElement found = default;
        await Eventually.TrueAsync($"server {server.Number} says that both are in sync", async () =>
        {
            if (await server.GetAsync("/api/v1/sync") is not { } text)
            {
                return false;
            }

            using var document = JsonDocument.Parse(text);
            found = document.RootElement.Clone();
            return condition(found);
        }, () => $"{found}\n{pair.Servers[0].Log}\n{pair.Servers[1].Log}");
        return found;
    }

    private static async Task<IReadOnlyList<string>> UsersAsync(HaServer server)
    {
        using var users = JsonDocument.Parse((await server.GetAsync("/api/v1/users"))!);
        return [.. users.RootElement.EnumerateArray().Select(u => u.GetProperty("name").GetString()!).Order(StringComparer.Ordinal)];
    }
}
