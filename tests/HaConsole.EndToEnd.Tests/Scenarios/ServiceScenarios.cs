using HaConsole.EndToEnd.Tests.Harness;

namespace HaConsole.EndToEnd.Tests.Scenarios;

/// <summary>The managed service misbehaves.</summary>
[Collection(Serial.Name)]
public sealed class ServiceScenarios
{
    [Fact]
    public async Task The_service_is_killed_and_comes_back_on_the_same_server()
    {
        await using var pair = await RunningPair.StartAsync(PairOptions.Calm);
        var active = await pair.ActiveAsync();
        var before = await active.LookAsync();

        Shell.Signal(before!.Services[0].Process, Shell.SigKill);

        await pair.BecomesAsync(active, x => x.ServicesRun && x.Services[0].Restarts >= 1 && x.Services[0].Process != before.Services[0].Process, "serving again");
        var (_, audit) = await pair.AuditAsync();
        Assert.Equal("Active", (await active.LookAsync())!.Role);
        Assert.All(audit.Activations, x => Assert.Equal(active.Number, x.Server));
    }

    [Fact]
    public async Task Each_server_is_commanded_by_verbs_on_the_other_one()
    {
        await using var pair = await RunningPair.StartAsync(PairOptions.Calm);
        var active = await pair.ActiveAsync();
        var standby = pair.Other(active);
        var server = $"{active.Number}";
        var first = (await active.LookAsync())!.Services[0].Process;

        await standby.MustAsync("service", "restart", "sample", "--server", server);
        await pair.BecomesAsync(active, x => x.ServicesRun && x.Services[0].Process != first, "serving with a new process");

        // Of the Active a busy machine may start the worker later than the parameters of this test wait for it.
        var worker = (await standby.LookAsync())!.Worker;
        await active.MustAsync("restart", "--server", $"{standby.Number}");
        await pair.BecomesAsync(standby, x => x.Worker != worker && x is { Role: "Standby", Link: "Connected" }, "Standby with a new worker");
        var refused = await standby.VerbAsync("service", "start", "sample");
        Assert.True(refused.ExitCode == 5, $"{refused.ExitCode} {refused.Error}");
        var (_, audit) = await pair.AuditAsync();
        Assert.All(audit.Activations, x => Assert.Equal(active.Number, x.Server));
    }

    [Fact]
    public async Task A_service_that_refuses_to_stop_is_killed_before_the_peer_starts_its_own()
    {
        await using var pair = await RunningPair.StartAsync(PairOptions.Calm with { ServiceArguments = ["--ignore-term"] });
        var old = await pair.ActiveAsync();
        var stubborn = (await old.LookAsync())!.Services[0].Process;

        var result = await old.VerbAsync("switch", "--to", $"{pair.Other(old).Number}");

        Assert.True(result.ExitCode == 0, result.Error + result.Output);
        await pair.ServesAsync(pair.Other(old));
        Assert.False(Shell.IsAlive(stubborn));
        var (client, _) = await pair.AuditAsync();
        Assert.Equal(0, client.BothServed);
    }
}
