using System.Diagnostics;

namespace HaConsole.EndToEnd.Tests.Harness;

/// <summary>The harness itself: a client or an audit that sees nothing would pass every scenario.</summary>
[Collection(Scenarios.Serial.Name)]
public sealed class HarnessTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_client_sees_a_service_that_is_gone_and_comes_back_with_a_higher_epoch()
    {
        await using var network = await PairNetwork.CreateAsync();
        using var first = await StartServiceAsync(network, 1, epoch: 1);
        await using var client = new ClientPoller(network, RunningPair.ServicePort);
        await Eventually.TrueAsync("the client is served", () => client.Count(x => x.Served) > 20);

        first.Kill();
        var gone = Stopwatch.GetTimestamp();
        await Eventually.TrueAsync("the client is not served for 0.3 s", () => Stopwatch.GetElapsedTime(gone) > TimeSpan.FromSeconds(0.3));
        using var second = await StartServiceAsync(network, 2, epoch: 2);
        await Eventually.TrueAsync("the client is served by the other", () => client.Count(x => x is { Served: true, Server: 2 }) > 20);

        var report = await client.FinishAsync();
        second.Kill();
        Assert.InRange(report.LongestGap, 0.25, 5);
        Assert.Equal(0, report.BothServed);
        Assert.False(report.EpochFell);
    }

    [Fact]
    public async Task The_client_sees_two_services_side_by_side_and_a_falling_epoch()
    {
        await using var network = await PairNetwork.CreateAsync();
        using var first = await StartServiceAsync(network, 1, epoch: 5);
        await using var client = new ClientPoller(network, RunningPair.ServicePort);
        await Eventually.TrueAsync("the client is served", () => client.Count(x => x.Served) > 5);
        using var second = await StartServiceAsync(network, 2, epoch: 4);
        await Eventually.TrueAsync("the client is served by both for 0.1 s", () => client.Report().BothServed > 0.1);
        await Eventually.TrueAsync("the client sees a falling epoch", () => client.Report().EpochFell);
    }

    [Scenarios.RootFact]
    public async Task Cut_networks_pass_nothing_and_healed_ones_everything()
    {
        await using var network = await PairNetwork.CreateAsync();
        Assert.True(await PassesAsync(network, 1, network.Address(2)));

        foreach (var (cut, gateway) in new (Func<Task>, bool)[]
        {
            (() => network.LinkDownAsync(1), false),
            (() => network.IsolateAsync(1), false),
            (() => network.DropAsync(1), true),
        })
        {
            await cut();
            Assert.False(await PassesAsync(network, 1, network.Address(2)));
            Assert.Equal(gateway, await PassesAsync(network, 1, network.LanTargets[0]));
            await network.HealAsync();
            await Eventually.TrueAsync("healed", () => PassesAsync(network, 1, network.Address(2)), () => "");
        }
    }

    [Fact]
    public void The_audit_finds_two_Actives_but_forgives_a_cut_and_a_death()
    {
        JournalEntry[] both =
        [
            Change(1, 1, 0, "Starting", "Active"),
            Change(2, 2, 10, "Standby", "Active"),
            Change(1, 2, 15, "Active", "Standby"),
        ];
        var allowed = TimeSpan.FromSeconds(1);

        Assert.Single(Audit(both).Violations(allowed, [], Noon.AddSeconds(20)));
        Assert.Empty(Audit(both).Violations(allowed, [new Span(Noon.AddSeconds(9), Noon.AddSeconds(14.5))], Noon.AddSeconds(20)));
        Assert.Empty(Audit(both, deathOfFirst: Noon.AddSeconds(9)).Violations(allowed, [], Noon.AddSeconds(20)));
    }

    [Fact]
    public void The_audit_finds_a_falling_epoch_a_shared_epoch_and_a_sequence_used_twice()
    {
        var falling = Audit([Change(1, 3, 0, "Starting", "Active"), Change(1, 2, 1, "Active", "Standby")]);
        var shared = Audit([Change(1, 3, 0, "Starting", "Active"), Change(1, 3, 1, "Active", "Standby"), Change(2, 3, 2, "Standby", "Active")]);
        var twice = Audit([Change(1, 3, 0, "Starting", "Active") with { Sequence = 7 }, Change(1, 3, 1, "Active", "Standby") with { Sequence = 7 }]);

        Assert.Contains("epoch fell", Assert.Single(Violations(falling)), StringComparison.Ordinal);
        Assert.Contains("both servers became Active in epoch 3", Assert.Single(Violations(shared)), StringComparison.Ordinal);
        Assert.Contains("twice", Assert.Single(Violations(twice)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sample_service_refuses_wrong_arguments_and_stops_when_told()
    {
        await using var network = new LoopbackNetwork();
        var wrong = await Shell.RunAsync(Programs.Dotnet, Programs.SampleService, "--port", "x");
        Assert.Equal(64, wrong.ExitCode);
        Assert.Contains("--port x", wrong.Error, StringComparison.Ordinal);

        using var obedient = await StartServiceAsync(network, 1, epoch: 1);
        Shell.Signal(obedient.Id, Shell.SigTerm);
        await Eventually.TrueAsync("it stops", () => obedient.HasExited);
        Assert.Equal(0, obedient.ExitCode);
    }

    private static IReadOnlyList<string> Violations(InvariantAudit audit) => audit.Violations(TimeSpan.FromSeconds(1), [], Noon.AddSeconds(20));

    private static InvariantAudit Audit(JournalEntry[] entries, DateTimeOffset? deathOfFirst = null)
        => new(entries, new Dictionary<int, IReadOnlyList<DateTimeOffset>> { [1] = deathOfFirst is { } death ? [death] : [] });

    private static JournalEntry Change(int server, long epoch, double second, string from, string to)
        => new(server, epoch, (long)(second * 10), Noon.AddSeconds(second), "role-changed", 400, from, to, "");

    private static async Task<Process> StartServiceAsync(PairNetwork network, int server, int epoch)
    {
        var start = Shell.StartInfo([.. network.Prefix(server), Programs.Dotnet, Programs.SampleService, "--address", network.Address(server)]);
        start.Environment["HACONSOLE_EPOCH"] = $"{epoch}";
        var process = Process.Start(start)!;
        Assert.NotNull(await process.StandardOutput.ReadLineAsync());
        return process;
    }

    private static async Task<bool> PassesAsync(PairNetwork network, int from, string to)
        => (await Shell.RunAsync([.. network.Prefix(from), "ping", "-c1", "-W1", "-q", to])).ExitCode == 0;
}
