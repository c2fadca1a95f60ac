using HaConsole.EndToEnd.Tests.Harness;

namespace HaConsole.EndToEnd.Tests.Scenarios;

/// <summary>Two servers, a client and a gateway on one switch; cables and switch misbehave. Needs root, as cutting a network does.</summary>
[Collection(Serial.Name)]
public sealed class NetworkScenarios
{
    [RootFact]
    public async Task The_cable_of_the_Active_is_taken_out_and_the_Standby_takes_over()
    {
        await using var pair = await RunningPair.StartAsync();
        var old = await pair.ActiveAsync();

        pair.MessagesLost();
        await pair.Network.LinkDownAsync(old.Number);
        await pair.ServesAsync(pair.Other(old));
        await pair.StandsByAsync(old);
        pair.MessagesPass();
        await pair.Network.LinkUpAsync(old.Number);

        var (client, _) = await pair.AuditAsync();
        Assert.Equal("Standby", (await old.LookAsync())!.Role);
        Assert.Equal(0, client.BothServed);
    }

    [RootFact]
    public async Task The_switch_isolates_the_Active_which_yields_by_its_own_targets()
    {
        await using var pair = await RunningPair.StartAsync();
        var old = await pair.ActiveAsync();

        pair.MessagesLost();
        await pair.Network.IsolateAsync(old.Number);
        await pair.StandsByAsync(old);
        await pair.ServesAsync(pair.Other(old));
        await pair.Network.HealAsync();
        pair.MessagesPass();

        var (client, audit) = await pair.AuditAsync();
        Assert.Contains(audit.Entries, x => x.Kind == "role-changed" && x.Server == old.Number && x.Row == 200);
        Assert.Equal("Standby", (await old.LookAsync())!.Role);
        Assert.Equal(0, client.BothServed);
    }

    [RootFact]
    public async Task Packets_are_lost_in_one_direction_and_one_Active_is_left_when_they_pass_again()
    {
        await using var pair = await RunningPair.StartAsync();
        var active = await pair.ActiveAsync();

        pair.MessagesLost();
        await pair.Network.DropAsync(active.Number);
        await pair.ServesAsync(pair.Other(active));
        await pair.Network.HealAsync();
        pair.MessagesPass();

        await pair.SettledAsync();
        await pair.AuditAsync();
    }

    [RootFact]
    public async Task The_web_server_of_the_Active_is_gone_while_its_engine_lives_and_it_steps_down()
    {
        await using var pair = await RunningPair.StartAsync();
        var old = await pair.ActiveAsync();

        await pair.Network.RefusePortAsync(old.Number, RunningPair.HttpPort);
        await pair.ServesAsync(pair.Other(old));
        await pair.StandsByAsync(old);
        await pair.Network.HealAsync();

        var (client, audit) = await pair.AuditAsync();
        Assert.Equal(400, audit.Activations[^1].Row);
        Assert.Equal(0, client.BothServed);
    }
}
