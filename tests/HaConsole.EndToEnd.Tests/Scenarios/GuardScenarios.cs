using HaConsole.EndToEnd.Tests.Harness;
using Xunit.Abstractions;

namespace HaConsole.EndToEnd.Tests.Scenarios;

/// <summary>Processes of the Active stand still or die: its service and its address are gone before the other server has them, or nothing switches at all.</summary>
[Collection(Serial.Name)]
public sealed class GuardScenarios(ITestOutputHelper output)
{
    private const string Vip = "10.77.0.100";

    private static PairOptions Options => new()
    {
        ServiceArguments = ["--address", "0.0.0.0"],
        Settings = new Dictionary<string, string>
        {
            ["Addresses__0__Name"] = "portal",
            ["Addresses__0__Address"] = Vip + "/24",
            ["Addresses__0__Order"] = "before-services",
        },
    };

    /// <summary>The lease, more than half of (N−1)·H, is then long enough for a new worker.</summary>
    private static PairOptions Slow => Options with { Interval = TimeSpan.FromSeconds(5) };

    [RootFact]
    public async Task A_stopped_worker_loses_service_and_address_before_the_other_server_serves_and_is_replaced()
    {
        await using var pair = await RunningPair.StartAsync(Options);
        var network = (NamespaceNetwork)pair.Network;
        var old = await pair.ActiveAsync();
        var before = (await old.LookAsync())!;
        using var wire = new AnswerWatch(network, Vip);

        Shell.Signal(before.Worker, Shell.SigStop);
        pair.MessagesLost();

        await pair.ServesAsync(pair.Other(old));
        Assert.False(Shell.IsAlive(before.Services[0].Process), "the service was released without the worker's help");
        await pair.BecomesAsync(old, x => x.Role == "Standby" && x.Worker != before.Worker, "Standby with a new worker");
        pair.MessagesPass();
        Assert.False(Shell.IsAlive(before.Worker));
        Assert.False(await network.HasAsync(old.Number, Vip));
        await Eventually.TrueAsync("it is told", async () => await KnowsAsync(old, "guard-released") && await KnowsAsync(old, "worker-hung"), () => "nothing");
        var (client, audit) = await pair.AuditAsync();
        output.WriteLine($"SIGSTOP of the worker: the client waited {client.LongestGap:0.000} s, two served for {client.BothServed:0.000} s, {wire.Doubles.Count} questions were answered twice");
        Assert.Equal(400, audit.Activations[^1].Row);
        Assert.Equal(0, client.BothServed);
        Assert.False(client.EpochFell);
        Assert.Empty(wire.Doubles);
    }

    [RootFact]
    public async Task A_worker_that_is_stopped_for_less_than_its_lease_keeps_everything()
    {
        await using var pair = await RunningPair.StartAsync(Slow);
        var network = (NamespaceNetwork)pair.Network;
        var active = await pair.ActiveAsync();
        var before = (await active.LookAsync())!;
        using var wire = new AnswerWatch(network, Vip);
        var mac = await network.MacAsync(active.Number);

        Shell.Signal(before.Worker, Shell.SigStop);
        var served = pair.Client.Count(x => x.Served);
        await Eventually.TrueAsync("the service goes on for a while", () => pair.Client.Count(x => x.Served) > served + 150);
        Shell.Signal(before.Worker, Shell.SigCont);

        await pair.SettledAsync();
        var after = (await active.LookAsync())!;
        Assert.Equal(before with { Epoch = after.Epoch, Services = after.Services }, after);
        Assert.Equal(before.Services[0].Process, after.Services[0].Process);
        var (client, audit) = await pair.AuditAsync();
        Assert.All(audit.Activations, x => Assert.Equal(active.Number, x.Server));
        Assert.True(client.LongestGap < 1, $"the client waited {client.LongestGap:0.000} s");
        Assert.All(wire.Questions.SelectMany(x => x.Owners), owner => Assert.Equal(mac, owner));
    }

    [RootFact]
    public async Task A_worker_killed_again_and_again_is_adopted_until_its_resumptions_are_used_up()
    {
        await using var pair = await RunningPair.StartAsync(Slow);
        var network = (NamespaceNetwork)pair.Network;
        var active = await pair.ActiveAsync();
        var before = (await active.LookAsync())!;
        using var wire = new AnswerWatch(network, Vip);
        for (var round = 0; round < 3; round++)
        {
            var worker = (await active.LookAsync())!.Worker;
            Shell.Signal(worker, Shell.SigKill);
            await pair.BecomesAsync(active, x => x is { Role: "Active", ServicesRun: true } && x.Worker != worker, $"Active after kill {round + 1}");
            Assert.Equal(before.Services[0].Process, (await active.LookAsync())!.Services[0].Process);
        }

        await pair.SettledAsync();
        Assert.True(await network.HasAsync(active.Number, Vip));
        Assert.True(pair.Client.Report().LongestGap < 1, $"the client waited {pair.Client.Report().LongestGap:0.000} s");
        await Eventually.TrueAsync("it is told", async () => await KnowsAsync(active, "worker-died"), () => "nothing");

        // A fourth time within the hour is a crash loop: the other server takes over, in order.
        Shell.Signal((await active.LookAsync())!.Worker, Shell.SigKill);
        await pair.ServesAsync(pair.Other(active));
        var (client, _) = await pair.AuditAsync();
        output.WriteLine($"kill -9 of the worker four times: the client waited {client.LongestGap:0.000} s, two served for {client.BothServed:0.000} s");
        Assert.Equal(0, client.BothServed);
        Assert.Empty(wire.Doubles);
    }

    [RootFact]
    public async Task When_supervisor_and_worker_are_both_stopped_the_guard_releases_service_and_address()
    {
        await using var pair = await RunningPair.StartAsync(Options);
        var network = (NamespaceNetwork)pair.Network;
        var old = await pair.ActiveAsync();
        var before = (await old.LookAsync())!;
        using var wire = new AnswerWatch(network, Vip);

        Shell.Signal(old.Supervisor, Shell.SigStop);
        Shell.Signal(before.Worker, Shell.SigStop);
        pair.MessagesLost();

        await pair.ServesAsync(pair.Other(old));
        Assert.False(Shell.IsAlive(before.Services[0].Process), "the service was released without supervisor and worker");
        Assert.False(await network.HasAsync(old.Number, Vip));
        await Eventually.TrueAsync("the stopped processes are ended, so that they can be started anew", () => !Shell.IsAlive(old.Supervisor) && !Shell.IsAlive(before.Worker));
        old.Start();
        await pair.SettledAsync();
        pair.MessagesPass();
        var (client, _) = await pair.AuditAsync();
        output.WriteLine($"SIGSTOP of both: the client waited {client.LongestGap:0.000} s, two served for {client.BothServed:0.000} s, {wire.Doubles.Count} questions were answered twice");
        Assert.Equal(0, client.BothServed);
        Assert.Empty(wire.Doubles);
    }

    [RootFact]
    public async Task A_stopped_supervisor_alone_is_an_alarm_and_nothing_switches()
    {
        await using var pair = await RunningPair.StartAsync(Options with { Interval = PairOptions.Calm.Interval });
        var active = await pair.ActiveAsync();
        var before = (await active.LookAsync())!;

        Shell.Signal(active.Supervisor, Shell.SigStop);
        await Eventually.TrueAsync("it is an alarm", async () => await AlarmedAsync(active), () => "nothing");
        var served = pair.Client.Count(x => x.Served);
        await Eventually.TrueAsync("longer than (N-1)·H", () => pair.Client.Count(x => x.Served) > served + 300);
        Shell.Signal(active.Supervisor, Shell.SigCont);
        await Eventually.TrueAsync("it is over", async () => !await AlarmedAsync(active), () => "nothing");

        Assert.Equal(before.Services[0].Process, (await active.LookAsync())!.Services[0].Process);
        var (client, audit) = await pair.AuditAsync();
        Assert.All(audit.Activations, x => Assert.Equal(active.Number, x.Server));
        Assert.True(client.LongestGap < 1, $"the client waited {client.LongestGap:0.000} s");
    }

    private static async Task<bool> KnowsAsync(HaServer server, string kind)
        => (await server.GetAsync("/api/v1/events?after=0"))?.Contains($"\"{kind}\"", StringComparison.Ordinal) ?? false;

    private static async Task<bool> AlarmedAsync(HaServer server)
    {
        using var status = await server.StatusAsync();
        return status.RootElement.GetProperty("alarms").EnumerateArray().Any(x => x.GetProperty("code").GetString() == "supervisor-stopped");
    }
}
