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
