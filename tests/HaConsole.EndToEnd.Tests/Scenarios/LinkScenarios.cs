using HaConsole.EndToEnd.Tests.Harness;

namespace HaConsole.EndToEnd.Tests.Scenarios;

/// <summary>A link to a third system is cut on the Active only, which the heartbeat cannot see.</summary>
[Collection(Serial.Name)]
public sealed class LinkScenarios
{
    private const int Port = 7000;

    [RootFact]
    public async Task The_link_of_the_Active_is_cut_an_alarm_asks_and_the_operator_switches()
    {
        await using var pair = await StartAsync(switchAfter: 0);
        var old = await pair.ActiveAsync();

        await pair.Network.LoseThirdSystemAsync(old.Number, Port);
        var question = $"Server #{pair.Other(old).Number} reaches cms, server #{old.Number} does not: switch?";
        await Eventually.TrueAsync("the alarm asks", async () => await AlarmAsync(old) == question && await AlarmAsync(pair.Other(old)) == question, () => old.Log);
        var before = await old.LookAsync();
        Assert.True(before is { Role: "Active", ServicesRun: true, PeerHealth: "Healthy", Link: "Connected" }, $"{before}");

        await old.MustAsync("switch", "--to", $"{pair.Other(old).Number}");

        await pair.ServesAsync(pair.Other(old));
        await Eventually.TrueAsync("the question is answered", async () => await AlarmAsync(pair.Other(old)) is null && await StateAsync(pair.Other(old)) == "Up", () => old.Log);
        var (client, _) = await pair.AuditAsync();
        Assert.Equal(0, client.BothServed);
    }

    [RootFact]
    public async Task The_link_of_the_Active_is_cut_and_the_pair_switches_after_its_count()
    {
        await using var pair = await StartAsync(switchAfter: 4);
        var old = await pair.ActiveAsync();

        await pair.Network.LoseThirdSystemAsync(old.Number, Port);

        await pair.ServesAsync(pair.Other(old));
        await pair.StandsByAsync(old);
        var (client, audit) = await pair.AuditAsync();
        Assert.Equal(300, audit.Activations[^1].Row);
        Assert.Equal(0, client.BothServed);
    }

    private static async Task<RunningPair> StartAsync(int switchAfter)
    {
        var pair = await RunningPair.StartAsync(PairOptions.Calm with
        {
            Settings = new Dictionary<string, string>
            {
                ["Checks__0__Name"] = "cms",
                ["Checks__0__Type"] = "link",
                ["Checks__0__Main"] = $"10.77.0.254:{Port}",
                ["Checks__0__Interval"] = "0.5",
                ["Checks__0__Timeout"] = "0.4",
                ["Checks__0__Fall"] = "2",
                ["Checks__0__SwitchAfter"] = $"{switchAfter}",
            },
        });
        try
        {
            pair.Network.StartThirdSystem(Port);
            foreach (var server in pair.Servers)
            {
                await Eventually.TrueAsync("the link is up", async () => await StateAsync(server) == "Up", () => server.Log);
            }

            return pair;
        }
        catch
        {
            await pair.DisposeAsync();
            throw;
        }
    }

    private static async Task<string?> AlarmAsync(HaServer server)
    {
        using var status = await server.StatusAsync();
        return status.RootElement.GetProperty("alarms").EnumerateArray()
            .Where(x => x.GetProperty("code").GetString() == "link-one-sided").Select(x => x.GetProperty("sentence").GetString()).FirstOrDefault();
    }

    private static async Task<string?> StateAsync(HaServer server)
    {
        using var status = await server.StatusAsync();
        return status.RootElement.GetProperty("servers").EnumerateArray().Single(x => x.GetProperty("local").GetBoolean())
            .GetProperty("checks").EnumerateArray().Select(x => x.GetProperty("state").GetString()).FirstOrDefault();
    }
}
