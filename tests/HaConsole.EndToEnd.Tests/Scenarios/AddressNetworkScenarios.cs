using System.Globalization;
using System.Net.Sockets;
using HaConsole.EndToEnd.Tests.Harness;
using Xunit.Abstractions;
using static HaConsole.EndToEnd.Tests.Scenarios.AddressScenarios;

namespace HaConsole.EndToEnd.Tests.Scenarios;

/// <summary>A managed address when the network, not a server, is what goes wrong or differs.</summary>
[Collection(Serial.Name)]
public sealed class AddressNetworkScenarios(ITestOutputHelper output)
{
    [RootFact]
    public async Task After_a_healed_cut_between_the_servers_the_client_is_led_to_the_one_that_stays()
    {
        await using var pair = await RunningPair.StartAsync(Options);
        var network = (NamespaceNetwork)pair.Network;
        var old = await pair.ActiveAsync();
        var next = pair.Other(old);
        using var wire = new AnswerWatch(network, Vip);

        // Both reach the gateway and the client, but not each other: both have the address, and the client uses the one that came to it last.
        pair.MessagesLost();
        await network.DropAsync(1);
        await network.DropAsync(2);
        await pair.ServesAsync(next);
        await Eventually.TrueAsync("both have the address", async () => await network.HasAsync(1, Vip) && await network.HasAsync(2, Vip), () => "nothing");
        await using var client = new ClientPoller(network, RunningPair.ServicePort, Vip);
        await Eventually.TrueAsync("the client works through the address", () => client.Count(x => x.Served) > 20);

        await network.HealAsync();
        pair.MessagesPass();
        var healed = wire.Now;
        await pair.SettledAsync();
        var holder = await pair.ActiveAsync();
        await Eventually.TrueAsync("the other one has given it up", async () => !await network.HasAsync(pair.Other(holder).Number, Vip), () => "nothing");
        await AnswersAsync(wire, await network.MacAsync(holder.Number));
        var served = client.Count(x => x.Served);
        await Eventually.TrueAsync("the client works through the address again", () => client.Count(x => x.Served) > served + 100);

        var gap = (await client.FinishAsync()).LongestGap;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"healed cut: the client waited {gap:0.000} s; {wire.Doubles.Count(x => x.At > healed)} questions were answered twice after it"));
        Assert.True(gap < 1, $"the client waited {gap:0.000} s");
        Assert.All(wire.Doubles, x => Assert.InRange(x.At - healed, double.NegativeInfinity, TwoActivesBound));
        await pair.AuditAsync();
    }

    [RootTheory]
    [InlineData("portal", Vip)]
    [InlineData("six", "fd00:77::100")]
    public async Task Who_comes_to_the_address_during_a_switch_keeps_it(string name, string address)
    {
        if (address.Contains(':', StringComparison.Ordinal) && !Socket.OSSupportsIPv6)
        {
            return;
        }

        var own = new Dictionary<string, string>(Options.Settings) { ["Addresses__0__Name"] = name, ["Addresses__0__Interface"] = "eth0", ["Addresses__0__Address"] = address + (name == "six" ? "/64" : "/24") };
        await using var pair = await RunningPair.StartAsync(Options with { Interval = PairOptions.Calm.Interval, Settings = own });
        var network = (NamespaceNetwork)pair.Network;
        var old = await pair.ActiveAsync();
        await Eventually.TrueAsync("it is held", async () => await StateAsync(old, name) == "Held", () => "nothing");

        // Since the last look at the network, a moment ago: the new Active takes the address, asks, and gives it up again.
        await network.StrangerAsync(address, has: true);
        await old.VerbAsync("switch", "--to", $"{pair.Other(old).Number}");

        var alarm = "";
        await Eventually.TrueAsync("the conflict is an alarm", async () => (alarm = await AlarmAsync(await pair.ActiveAsync(), "address-conflict")).Length > 0, () => alarm);
        await Eventually.TrueAsync("neither server has it", async () => !await network.HasAsync(1, address) && !await network.HasAsync(2, address), () => alarm);
        await network.StrangerAsync(address, has: false);
        await Eventually.TrueAsync("it is taken when it is free", async () => await StateAsync(await pair.ActiveAsync(), name) == "Held", () => alarm);
    }

    [RootFact]
    public async Task An_isolated_Active_that_has_the_VIP_itself_is_not_deceived_by_its_own_answer()
    {
        await using var pair = await RunningPair.StartAsync(Options with { Settings = Options.Settings.Append(new("HotStandby__VipAddress", Vip)).ToDictionary() });
        var old = await pair.ActiveAsync();

        pair.MessagesLost();
        await pair.Network.IsolateAsync(old.Number);

        await pair.ServesAsync(pair.Other(old));
        await Eventually.TrueAsync("the isolated one steps down", async () => await old.LookAsync() is { Role: "Standby" }, () => "nothing");
        await Eventually.TrueAsync("it has given the address up", async () => !await ((NamespaceNetwork)pair.Network).HasAsync(old.Number, Vip), () => "nothing");
        await pair.Network.HealAsync();
        pair.MessagesPass();
        await pair.SettledAsync();
        await pair.AuditAsync();
    }

    [RootFact]
    public async Task Interfaces_of_their_own_are_watched_and_a_switched_one_is_up_on_the_Active_alone()
    {
        var more = new Dictionary<string, string>(Options.Settings)
        {
            ["Addresses__1__Name"] = "management",
            ["Addresses__1__Address"] = "10.77.0.110/24",
            ["Addresses__2__Name"] = "data",
            ["Addresses__2__Address"] = "10.77.0.111/24",
        };
        await using var pair = await RunningPair.StartAsync(Options with { Interval = PairOptions.Calm.Interval, Settings = more });
        var network = (NamespaceNetwork)pair.Network;
        var old = await pair.ActiveAsync();
        var next = pair.Other(old);
        foreach (var server in (int[])[1, 2])
        {
            await network.AddInterfaceAsync(server, "mgmt0");
            await network.AddInterfaceAsync(server, "data0");
            await network.OwnLinkAsync(server, "up", "data0");
        }

        await old.MustAsync(
            "settings", "set", "Addresses:1:Address=10.78.0.1/24", "Addresses:1:Interface=mgmt0", "Addresses:1:SwitchInterface=true", "Addresses:2:Address=10.79.0.1/24", "Addresses:2:Interface=data0");
        await Eventually.TrueAsync("both are held", async () => await StateAsync(old, "management") == "Held" && await StateAsync(old, "data") == "Held", () => "nothing");
        Assert.True(await network.IsOnAsync(old.Number, "mgmt0"));
        Assert.False(await network.IsOnAsync(next.Number, "mgmt0"));
        await Eventually.TrueAsync("the Standby knows them", async () => await StateAsync(next, "data") == "Absent", () => "nothing");
        Assert.Equal("Absent", await StateAsync(next, "management"));

        await network.OwnLinkAsync(next.Number, "down", "data0");
        await Eventually.TrueAsync("the Standby's interface is an alarm", async () => await StateAsync(next, "data") == "LinkDown" && (await AlarmAsync(next, "address-link-down")).Contains("data0", StringComparison.Ordinal), () => "nothing");
        await network.OwnLinkAsync(next.Number, "up", "data0");
        await Eventually.TrueAsync("and well again", async () => await StateAsync(next, "data") == "Absent", () => "nothing");

        await old.MustAsync("switch", "--to", $"{next.Number}");
        await pair.ServesAsync(next);
        await Eventually.TrueAsync("the interface has gone over", async () => await network.IsOnAsync(next.Number, "mgmt0") && !await network.IsOnAsync(old.Number, "mgmt0"), () => "nothing");
        Assert.True(await network.HasAsync(next.Number, "10.78.0.1", "mgmt0"));
        Assert.Equal("Absent", await StateAsync(old, "management"));
        await pair.AuditAsync();
    }
}
