using HaConsole.EndToEnd.Tests.Harness;

namespace HaConsole.EndToEnd.Tests.Scenarios;

/// <summary>Two paths between the servers: path 1 is a cable of its own, path 2 the service network. One that is cut switches nothing.</summary>
[Collection(Serial.Name)]
public sealed class PathScenarios
{
    private const int Port = 5454;

    [RootFact]
    public async Task The_cable_is_taken_out_and_nothing_but_a_warning_comes_of_it()
    {
        await using var pair = await StartAsync();
        var (network, active) = ((NamespaceNetwork)pair.Network, await pair.ActiveAsync());
        await UpAsync(pair, true, true);

        await network.CableAsync("down");
        await UpAsync(pair, false, true);
        await ToldAsync(pair, "peer-path-down", "Path 1 ");
        await SavesAsync(pair, active, "7");

        await network.CableAsync("up");
        await UpAsync(pair, true, true);
        await ToldAsync(pair, "peer-path-up", "Path 1 ");
        await NothingSwitchedAsync(pair, active);
    }

    [RootFact]
    public async Task The_service_network_between_the_servers_is_cut_and_nothing_switches()
    {
        await using var pair = await StartAsync();
        var (network, active) = ((NamespaceNetwork)pair.Network, await pair.ActiveAsync());
        await UpAsync(pair, true, true);

        await network.PartAsync(true);
        await UpAsync(pair, true, false);
        await ToldAsync(pair, "peer-path-down", "Path 2 ");
        await SavesAsync(pair, active, "8");

        await network.PartAsync(false);
        await UpAsync(pair, true, true);
        await NothingSwitchedAsync(pair, active);
    }

    [RootFact]
    public async Task Both_are_cut_and_the_Standby_takes_over_and_healing_one_by_one_leaves_one_Active()
    {
        await using var pair = await StartAsync();
        var (network, active) = ((NamespaceNetwork)pair.Network, await pair.ActiveAsync());
        await UpAsync(pair, true, true);

        pair.MessagesLost();
        await network.CableAsync("down");
        await network.PartAsync(true);
        await pair.ServesAsync(pair.Other(active));
        await network.CableAsync("up");
        await pair.SettledAsync();
        pair.MessagesPass();
        await UpAsync(pair, true, false);
        await network.PartAsync(false);
        await UpAsync(pair, true, true);

        var (_, audit) = await pair.AuditAsync();
        Assert.Equal(400, audit.Activations[^1].Row);
    }

    [RootFact]
    public async Task The_card_of_a_path_vanishes_and_comes_back_and_the_path_with_it()
    {
        await using var pair = await StartAsync();
        var (network, active) = ((NamespaceNetwork)pair.Network, await pair.ActiveAsync());
        await UpAsync(pair, true, true);

        await network.RemoveCableAsync();
        await UpAsync(pair, false, true);
        await network.AddCableAsync();
        await UpAsync(pair, true, true);
        await NothingSwitchedAsync(pair, active);
    }

    [RootFact]
    public async Task Only_the_Active_listens_before_and_after_a_switch_and_alone_both_do()
    {
        await using var pair = await StartAsync(("Node__OnlyActiveListens", "true"), ("Node__PeerPort", $"{Port}"));
        var active = await pair.ActiveAsync();
        await ListensAsync(pair, active);

        await active.MustAsync("switch", "--to", $"{pair.Other(active).Number}");
        await pair.ServesAsync(pair.Other(active));
        await ListensAsync(pair, pair.Other(active));
        await SavesAsync(pair, pair.Other(active), "9");

        // The one that everybody was connected to is gone: the other one must be found again.
        await pair.Other(active).KillTreeAsync();
        await pair.ServesAsync(active);
        pair.Other(active).Start();
        await pair.SettledAsync();
        await ListensAsync(pair, active);
    }

    [RootFact]
    public async Task A_firewall_opens_one_direction_only_and_the_pair_works()
    {
        await using var pair = await StartAsync(("Node__PeerPort", $"{Port}"));
        var (network, active) = ((NamespaceNetwork)pair.Network, await pair.ActiveAsync());

        // Both of them start anew behind it: no connection is from before.
        await network.OpenOneWayAsync(to: 1, Port);
        var standby = pair.Other(active);
        await standby.KillTreeAsync();
        standby.Start();
        await pair.SettledAsync();
        await Eventually.TrueAsync("server 1 uses connections that server 2 has made", async () => (await PathsAsync(pair.Servers[0])).All(path => path is { Up: true, Reverse: true }), () => pair.Servers[0].Log);
        await SavesAsync(pair, active, "6");

        await active.MustAsync("switch", "--to", $"{standby.Number}");
        await pair.ServesAsync(standby);
        await pair.StandsByAsync(active);
        await pair.SettledAsync();
    }

    private static Task<RunningPair> StartAsync(params (string Key, string Value)[] settings) => RunningPair.StartAsync(new PairOptions
    {
        Interval = PairOptions.Calm.Interval,
        Cable = server => new Dictionary<string, string>(settings.Select(one => KeyValuePair.Create(one.Key, one.Value)))
        {
            ["Node__RedundancyAddress"] = NamespaceNetwork.CableAddress(server),
            ["Node__RedundancyInterface"] = "eth1",
            ["Node__PeerAddress"] = NamespaceNetwork.CableAddress(3 - server),
            ["Node__RedundancyAddress2"] = $"10.77.0.{server}",
            ["Node__PeerAddress2"] = $"10.77.0.{3 - server}",
        },
    });

    private static async Task UpAsync(RunningPair pair, bool first, bool second)
    {
        foreach (var server in pair.Servers)
        {
            await Eventually.TrueAsync(
                $"server {server.Number} has path 1 {(first ? "up" : "down")} and path 2 {(second ? "up" : "down")}",
                async () => await PathsAsync(server) is [var one, var two] && one.Up == first && two.Up == second,
                () => server.Log);
        }
    }

    private static async Task ToldAsync(RunningPair pair, string kind, string start)
    {
        foreach (var server in pair.Servers)
        {
            await Eventually.TrueAsync($"server {server.Number} tells {kind}", () => Task.FromResult(server.Log.Contains($"{kind}: {start}", StringComparison.Ordinal)), () => server.Log);
        }
    }

    /// <summary>A change that is said to be saved is on both servers.</summary>
    private static async Task SavesAsync(RunningPair pair, HaServer active, string holdHours)
    {
        await active.MustAsync("settings", "set", $"HotStandby:HoldHours={holdHours}");
        foreach (var server in pair.Servers)
        {
            await Eventually.TrueAsync($"server {server.Number} has it", async () => (await server.MustAsync("settings", "get", "HotStandby:HoldHours")).Contains(holdHours, StringComparison.Ordinal), () => server.Log);
        }
    }

    private static async Task NothingSwitchedAsync(RunningPair pair, HaServer active)
    {
        var (client, audit) = await pair.AuditAsync();
        Assert.Single(audit.Activations);
        Assert.Equal("Active", (await active.LookAsync())!.Role);
        Assert.Equal(0, client.BothServed);
    }

    private static async Task ListensAsync(RunningPair pair, HaServer active)
    {
        var network = (NamespaceNetwork)pair.Network;
        await Eventually.TrueAsync(
            $"only server {active.Number} listens",
            async () => (await network.ListeningAsync(active.Number, Port)).SequenceEqual([$"10.77.0.{active.Number}", NamespaceNetwork.CableAddress(active.Number)])
                && (await network.ListeningAsync(3 - active.Number, Port)).Count == 0,
            () => active.Log);
        await pair.SettledAsync();
    }

    private static async Task<IReadOnlyList<PathView>> PathsAsync(HaServer server)
    {
        using var status = await server.StatusAsync();
        return [.. status.RootElement.GetProperty("peerLink").GetProperty("paths").EnumerateArray().Select(path => new PathView(
            path.GetProperty("state").GetString() == "Up",
            path.GetProperty("reverse").GetBoolean()))];
    }

    private sealed record PathView(bool Up, bool Reverse);
}
