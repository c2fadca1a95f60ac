using HaConsole.EndToEnd.Tests.Harness;

namespace HaConsole.EndToEnd.Tests.Scenarios;

/// <summary>Two servers on one network; one of their processes dies, freezes or is stopped.</summary>
[Collection(Serial.Name)]
public sealed class ProcessScenarios
{
    /// <summary>N·H + T, the service's own start, and room for a busy machine.</summary>
    private const double FailoverBound = (RunningPair.Failures * 0.5) + 0.375 + 4;

    [Fact]
    public async Task The_Active_is_killed_and_the_Standby_takes_over()
    {
        await using var pair = await RunningPair.StartAsync();
        var old = await pair.ActiveAsync();
        var view = await old.LookAsync();

        await old.KillAsync();

        await pair.ServesAsync(pair.Other(old));
        await Eventually.TrueAsync("worker and service die with their supervisor", () => !Shell.IsAlive(view!.Worker) && !Shell.IsAlive(view.Services[0].Process));
        old.Start();
        var (client, audit) = await pair.AuditAsync();
        Assert.Equal("Standby", (await old.LookAsync())!.Role);
        Assert.Equal(400, audit.Activations[^1].Row);
        Assert.True(client.LongestGap < FailoverBound, $"the client waited {client.LongestGap:0.000} s");
        Assert.Equal(0, client.BothServed);
        Assert.False(client.EpochFell);
    }

    [Fact]
    public async Task The_worker_is_killed_comes_back_and_adopts_the_running_service()
    {
        // The worker must be back before its lease, more than half of (N−1)·H, has run out.
        await using var pair = await RunningPair.StartAsync(new PairOptions { Interval = TimeSpan.FromSeconds(5) });
        var active = await pair.ActiveAsync();
        var before = await active.LookAsync();

        Shell.Signal(before!.Worker, Shell.SigKill);

        await pair.BecomesAsync(active, x => x is { Role: "Active", ServicesRun: true } && x.Worker != before.Worker, "Active with a new worker");
        var after = await active.LookAsync();
        var (client, audit) = await pair.AuditAsync();
        Assert.Equal(before.Services[0].Process, after!.Services[0].Process);
        Assert.True(Shell.IsAlive(active.Supervisor));
        Assert.All(audit.Activations, x => Assert.Equal(active.Number, x.Server));
        Assert.True(client.LongestGap < 1, $"the client waited {client.LongestGap:0.000} s although its service was not touched");
    }

    [Fact]
    public async Task The_Active_freezes_its_service_is_stopped_and_it_thaws_as_Standby()
    {
        await using var pair = await RunningPair.StartAsync();
        var old = await pair.ActiveAsync();
        var frozen = await old.LookAsync();

        Shell.Signal(frozen!.Worker, Shell.SigStop);
        pair.MessagesLost();
        await pair.ServesAsync(pair.Other(old));
        await Eventually.TrueAsync("the frozen server's service is stopped without its help", () => !Shell.IsAlive(frozen.Services[0].Process));
        Shell.Signal(frozen.Worker, Shell.SigCont);
        pair.MessagesPass();

        await pair.StandsByAsync(old);
        var (client, _) = await pair.AuditAsync();
        Assert.Equal(0, client.BothServed);
        Assert.False(client.EpochFell);
    }

    [Fact]
    public async Task The_Active_is_stopped_in_order_and_hands_over()
    {
        await using var pair = await RunningPair.StartAsync(PairOptions.Calm);
        var old = await pair.ActiveAsync();

        Assert.Equal(0, await old.StopAsync());

        await pair.ServesAsync(pair.Other(old));
        old.Start();
        var (client, audit) = await pair.AuditAsync();
        Assert.Equal(300, audit.Activations[^1].Row);
        Assert.Equal(0, client.BothServed);
        Assert.True(client.LongestGap < FailoverBound, $"the client waited {client.LongestGap:0.000} s");
    }

    [Fact]
    public async Task An_operator_switches_over_by_the_command_line_and_back_by_the_API()
    {
        await using var pair = await RunningPair.StartAsync(PairOptions.Calm);
        var old = await pair.ActiveAsync();
        var target = pair.Other(old);

        var dryRun = await old.VerbAsync("switch", "--to", $"{target.Number}", "--dry-run");
        Assert.True(dryRun.ExitCode == 0, dryRun.Error + dryRun.Output);
        Assert.Equal("Active", (await old.LookAsync())!.Role);

        var result = await old.VerbAsync("switch", "--to", $"{target.Number}", "--reason", "test");
        Assert.True(result.ExitCode == 0, result.Error + result.Output);
        await pair.ServesAsync(target);
        await pair.SettledAsync();

        Assert.Equal(200, await old.PostAsync("/api/v1/switch", $$"""{"to":{{old.Number}}}"""));
        await pair.ServesAsync(old);
        await pair.SettledAsync();

        var (client, _) = await pair.AuditAsync();
        Assert.Equal(0, client.BothServed);
        Assert.False(client.EpochFell);
    }

    [Fact]
    public async Task Both_are_killed_and_restarted_together_twenty_times_and_always_end_as_a_pair()
    {
        await using var pair = await RunningPair.StartAsync();
        for (var round = 0; round < 20; round++)
        {
            await Task.WhenAll(pair.Servers.Select(x => x.KillAsync()));
            foreach (var server in pair.Servers)
            {
                server.Start();
            }

            await pair.SettledAsync();
        }

        var (client, _) = await pair.AuditAsync();
        Assert.Equal(0, client.BothServed);
        Assert.False(client.EpochFell);
    }
}
