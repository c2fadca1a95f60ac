using System.Globalization;
using HaConsole.EndToEnd.Tests.Harness;
using Xunit.Abstractions;

namespace HaConsole.EndToEnd.Tests.Scenarios;

/// <summary>What a client gets that a late balancer sends to the Standby, and what that costs in a switch.</summary>
[Collection(Serial.Name)]
public sealed class StandbyScenarios(ITestOutputHelper output)
{
    private const double SwitchBound = 5;

    [RootTheory]
    [InlineData("none")]
    [InlineData("redirect")]
    [InlineData("unavailable")]
    public async Task A_client_on_the_Standby_is_sent_on_and_a_switch_finds_the_port_free(string answer)
    {
        await using var pair = await RunningPair.StartAsync(PairOptions.Calm with
        {
            Settings = new Dictionary<string, string>
            {
                ["Services__0__StandbyResponder"] = answer,
                ["Services__0__Port"] = RunningPair.ServicePort.ToString(CultureInfo.InvariantCulture),
            },
        });
        for (var round = 0; round < 2; round++)
        {
            var active = await pair.ActiveAsync();
            var standby = pair.Other(active);
            await AnswersAsync(pair, active, standby, answer);

            await active.MustAsync("switch", "--to", $"{standby.Number}");

            await pair.ServesAsync(standby);
            await pair.SettledAsync();
        }

        var last = await pair.ActiveAsync();
        await AnswersAsync(pair, last, pair.Other(last), answer);
        foreach (var line in pair.Servers.SelectMany(server => Released(server)))
        {
            output.WriteLine(line);
        }

        var (client, _) = await pair.AuditAsync();
        output.WriteLine($"{answer}: two switchovers, the client waited {client.LongestGap:0.000} s at most");
        Assert.Equal(0, client.BothServed);
        Assert.True(client.LongestGap < SwitchBound, $"the client waited {client.LongestGap:0.000} s");
        Assert.Equal(answer == "none" ? 0 : 2, pair.Servers.Sum(server => Released(server).Count()));
    }

    private static IEnumerable<string> Released(HaServer server)
        => Directory.EnumerateFiles(Path.Combine(server.Data, "logs"), "ft-*.log").SelectMany(File.ReadLines).Where(line => line.Contains("released for the service", StringComparison.Ordinal));

    private static async Task AnswersAsync(RunningPair pair, HaServer active, HaServer standby, string answer)
    {
        var network = (NamespaceNetwork)pair.Network;
        var url = $"http://{network.Address(standby.Number)}:{RunningPair.ServicePort}/a/b?x=1";
        ShellResult? got = null;
        await Eventually.TrueAsync(
            $"the Standby answers {answer}",
            async () => Fits(got = await network.OnClientAsync("curl", "-sS", "-i", "--max-time", "5", url)),
            () => $"{got?.Output}{got?.Error}");
        if (answer == "redirect")
        {
            var followed = await network.OnClientAsync("curl", "-sS", "-L", "--max-time", "5", url);
            Assert.Contains("epoch=", followed.Output, StringComparison.Ordinal);
            Assert.Contains($"\r\nLocation: http://{network.Address(active.Number)}:{RunningPair.ServicePort}/a/b?x=1\r\n", got!.Output, StringComparison.Ordinal);
        }

        bool Fits(ShellResult result) => answer switch
        {
            "none" => result.ExitCode == 7,
            "redirect" => result.Output.StartsWith("HTTP/1.1 307 ", StringComparison.Ordinal),
            _ => result.Output.StartsWith("HTTP/1.1 503 ", StringComparison.Ordinal) && result.Output.Contains("\r\nRetry-After: 1\r\n", StringComparison.Ordinal),
        };
    }
}
