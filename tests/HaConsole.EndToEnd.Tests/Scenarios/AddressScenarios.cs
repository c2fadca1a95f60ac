using System.Net.Sockets;
using System.Text.Json;
using HaConsole.EndToEnd.Tests.Harness;
using Xunit.Abstractions;

namespace HaConsole.EndToEnd.Tests.Scenarios;

/// <summary>A managed address on a network with three hosts: who has it is asked on the wire, and a client works through it all the time.</summary>
[Collection(Serial.Name)]
public sealed class AddressScenarios(ITestOutputHelper output)
{
    internal const string Vip = "10.77.0.100";

    /// <summary>N·H + T, asking for duplicates, the service's own start, and room for a busy machine.</summary>
    private const double FailoverBound = (RunningPair.Failures * 0.5) + 0.375 + 0.3 + 4;

    /// <summary>(N+1)·H + T, the longest time for which two servers may be Active while messages pass, and room for a busy machine.</summary>
    internal const double TwoActivesBound = ((RunningPair.Failures + 1) * 0.5) + 0.375 + 1.5;

    internal static PairOptions Options => new()
    {
        ServiceArguments = ["--address", "0.0.0.0"],
        Settings = new Dictionary<string, string>
        {
            ["Addresses__0__Name"] = "portal",
            ["Addresses__0__Address"] = Vip + "/24",
            ["Addresses__0__Order"] = "before-services",
        },
    };

    [RootFact]
    public async Task A_switchover_moves_the_address_and_never_do_two_servers_answer_for_it()
    {
        var six = new Dictionary<string, string> { ["Addresses__1__Name"] = "six", ["Addresses__1__Address"] = "fd00:77::100/64", ["Addresses__1__Interface"] = "eth0" };
        await using var pair = await RunningPair.StartAsync(Options with
        {
            Interval = PairOptions.Calm.Interval,
            Settings = (Socket.OSSupportsIPv6 ? Options.Settings.Concat(six) : Options.Settings).ToDictionary(),
        });
        var network = (NamespaceNetwork)pair.Network;
        var old = await pair.ActiveAsync();
        var next = pair.Other(old);
        Assert.Equal("Held", await StateAsync(old));
        Assert.Equal("Absent", await StateAsync(next));
        using var wire = new AnswerWatch(network, Vip);
        await using var client = new ClientPoller(network, RunningPair.ServicePort, Vip);
        await Eventually.TrueAsync("the client works through the address", () => client.Count(x => x.Served) > 20);
        var begin = wire.Now;

        await old.MustAsync("switch", "--to", $"{next.Number}");

        await pair.ServesAsync(next);
        await AnswersAsync(wire, await network.MacAsync(next.Number));
        await Eventually.TrueAsync("it is announced again and again", async () => await WireAnnounced(wire, network, next, begin) >= 4, () => "nothing");
        await pair.SettledAsync();
        Assert.False(await network.HasAsync(old.Number, Vip));
        Assert.Empty(wire.Doubles);
        if (Socket.OSSupportsIPv6)
        {
            Assert.True(await network.HasAsync(next.Number, "fd00:77::100"));
            Assert.False(await network.HasAsync(old.Number, "fd00:77::100"));
        }

        output.WriteLine($"switchover: the client waited {(await client.FinishAsync()).LongestGap:0.000} s");
        await pair.AuditAsync();
    }

    [RootFact]
    public async Task A_killed_supervisor_leaves_no_address_behind()
    {
        await using var pair = await RunningPair.StartAsync(Options);
        var network = (NamespaceNetwork)pair.Network;
        var old = await pair.ActiveAsync();
        using var wire = new AnswerWatch(network, Vip);

        await old.KillAsync();

        await Eventually.TrueAsync("the address goes with the supervisor", async () => !await network.HasAsync(old.Number, Vip), () => "nothing");
        await pair.ServesAsync(pair.Other(old));
        await AnswersAsync(wire, await network.MacAsync(pair.Other(old).Number));
        old.Start();
        await pair.AuditAsync();
        Assert.Empty(wire.Doubles);
    }

    [RootFact]
    public async Task Everything_of_the_Active_is_killed_and_the_other_one_draws_the_clients_to_itself()
    {
        await using var pair = await RunningPair.StartAsync(Options);
        var network = (NamespaceNetwork)pair.Network;
        var old = await pair.ActiveAsync();
        var next = pair.Other(old);
        using var wire = new AnswerWatch(network, Vip);
        await using var client = new ClientPoller(network, RunningPair.ServicePort, Vip);
        await Eventually.TrueAsync("the client works through the address", () => client.Count(x => x.Served) > 20);

        await network.KillShellsAsync(old.Number);
        await old.KillTreeAsync();
        Assert.True(await network.HasAsync(old.Number, Vip), "nothing is left that could remove the address");

        await pair.ServesAsync(next);
        var served = client.Count(x => x.Served);
        await Eventually.TrueAsync("the client's traffic has moved", () => client.Count(x => x.Served) > served + 20);
        var gap = client.Report().LongestGap;
        output.WriteLine($"kill -9 of everything: the client waited {gap:0.000} s, while the dead server's kernel still had the address; {wire.Doubles.Count} questions were answered twice");
        Assert.True(gap < FailoverBound, $"the client waited {gap:0.000} s");

        // The restarted one removes its leftover before its worker even runs.
        old.Start();
        await Eventually.TrueAsync("the leftover is removed", async () => !await network.HasAsync(old.Number, Vip), () => "nothing");
        Assert.True(await old.LookAsync() is not { Role: "Active" });
        var clean = wire.Now;
        await pair.AuditAsync();
        Assert.True(await network.HasAsync(next.Number, Vip));
        Assert.DoesNotContain(wire.Doubles, x => x.At > clean + 0.2);
    }

    [RootFact]
    public async Task The_cable_of_the_Active_is_pulled_and_put_back_and_one_server_answers()
    {
        await using var pair = await RunningPair.StartAsync(Options);
        var network = (NamespaceNetwork)pair.Network;
        var old = await pair.ActiveAsync();
        var next = pair.Other(old);
        using var wire = new AnswerWatch(network, Vip);
        await using var client = new ClientPoller(network, RunningPair.ServicePort, Vip);
        await Eventually.TrueAsync("the client works through the address", () => client.Count(x => x.Served) > 20);

        pair.MessagesLost();
        await network.LinkDownAsync(old.Number);
        await pair.ServesAsync(next);
        await AnswersAsync(wire, await network.MacAsync(next.Number));
        await Eventually.TrueAsync("the link is shown as down", async () => await StateAsync(old) == "LinkDown", () => "nothing");
        using (var status = await old.StatusAsync())
        {
            Assert.Contains(status.RootElement.GetProperty("alarms").EnumerateArray(), x => x.GetProperty("code").GetString() == "address-link-down");
        }

        await network.HealAsync();
        pair.MessagesPass();
        var healed = wire.Now;
        await pair.SettledAsync();
        var holder = await pair.ActiveAsync();
        var mac = await network.MacAsync(holder.Number);
        await Eventually.TrueAsync("the holder announces it again", () => wire.Announced(mac, healed) > 0);
        await Eventually.TrueAsync("the other one has given it up", async () => !await network.HasAsync(pair.Other(holder).Number, Vip), () => "nothing");
        await AnswersAsync(wire, mac);
        output.WriteLine($"cable: the client waited {client.Report().LongestGap:0.000} s; {wire.Doubles.Count} questions were answered twice");
        Assert.All(wire.Doubles, x => Assert.InRange(x.At - healed, double.NegativeInfinity, TwoActivesBound));
        await pair.AuditAsync();
    }

    [RootTheory]
    [InlineData("10.77.0.101/24", "10.77.0.102", "/24")]
    [InlineData("fd00:77::101/64", "fd00:77::102", "/64")]
    public async Task An_address_that_somebody_else_has_is_refused_when_it_is_saved(string before, string wanted, string prefix)
    {
        if (wanted.Contains(':', StringComparison.Ordinal) && !Socket.OSSupportsIPv6)
        {
            return;
        }

        var second = new Dictionary<string, string> { ["Addresses__1__Name"] = "second", ["Addresses__1__Address"] = before, ["Addresses__1__Interface"] = "eth0", ["Addresses__1__Order"] = "after-services" };
        await using var pair = await RunningPair.StartAsync(Options with { Interval = PairOptions.Calm.Interval, Settings = Options.Settings.Concat(second).ToDictionary() });
        var network = (NamespaceNetwork)pair.Network;
        var active = await pair.ActiveAsync();
        await Eventually.TrueAsync("the second address is held", async () => await StateAsync(active, "second") == "Held", () => "nothing");
        await network.StrangerAsync(wanted, has: true);

        var refused = await active.VerbAsync("settings", "set", "Addresses:1:Address=" + wanted + prefix);

        output.WriteLine(refused.Output + refused.Error);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Matches("another machine, [0-9a-f]{2}(:[0-9a-f]{2}){5}, answers for it", refused.Output + refused.Error);
        Assert.Equal("Held", await StateAsync(active, "second"));

        await network.StrangerAsync(wanted, has: false);
        await active.MustAsync("settings", "set", "Addresses:1:Address=" + wanted + prefix);
        await Eventually.TrueAsync("it is taken when it is free", async () => await StateAsync(active, "second") == "Held" && await network.HasAsync(active.Number, wanted), () => "nothing");
        await pair.AuditAsync();
    }

    [RootFact]
    public async Task What_a_server_could_not_hold_is_refused_when_it_is_saved()
    {
        await using var pair = await RunningPair.StartAsync(Options with { Interval = PairOptions.Calm.Interval });
        var active = await pair.ActiveAsync();

        var elsewhere = await active.VerbAsync("settings", "set", "Addresses:0:Address=192.168.9.9/24");
        var unknown = await active.VerbAsync("settings", "set", "Addresses:0:Interface=eth7");

        Assert.True(elsewhere.ExitCode != 0 && unknown.ExitCode != 0);
        foreach (var server in new[] { "server #1", "server #2" })
        {
            Assert.Contains(server, elsewhere.Output + elsewhere.Error, StringComparison.Ordinal);
            Assert.Contains(server, unknown.Output + unknown.Error, StringComparison.Ordinal);
        }

        Assert.Equal("Held", await StateAsync(active));
    }

    private static async Task<int> WireAnnounced(AnswerWatch wire, NamespaceNetwork network, HaServer server, double after)
        => wire.Announced(await network.MacAsync(server.Number), after);

    internal static Task AnswersAsync(AnswerWatch wire, string mac)
    {
        var from = wire.Now;
        return Eventually.TrueAsync($"only {mac} answers", () => Task.FromResult(wire.Questions.Where(x => x.At > from).TakeLast(5).ToList() is { Count: 5 } last && last.All(x => x.Owners.SequenceEqual([mac]))), () => string.Join("; ", wire.Questions.TakeLast(5).Select(x => string.Join(",", x.Owners))));
    }

    internal static async Task<string> AlarmAsync(HaServer server, string code)
    {
        using var status = await server.StatusAsync();
        return status.RootElement.GetProperty("alarms").EnumerateArray().FirstOrDefault(x => x.GetProperty("code").GetString() == code) is { ValueKind: JsonValueKind.Object } found
            ? found.GetProperty("sentence").GetString()!
            : "";
    }

    internal static async Task<string?> StateAsync(HaServer server, string name = "portal")
    {
        using var status = await server.StatusAsync();
        return status.RootElement.GetProperty("servers").EnumerateArray().First(x => x.GetProperty("local").GetBoolean())
            .GetProperty("addresses").EnumerateArray().FirstOrDefault(x => x.GetProperty("name").GetString() == name) is { ValueKind: JsonValueKind.Object } found
            ? found.GetProperty("state").GetString()
            : null;
    }
}
