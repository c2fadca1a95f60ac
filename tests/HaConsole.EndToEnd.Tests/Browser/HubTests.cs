using System.Diagnostics;
using HaConsole.EndToEnd.Tests.Harness;

namespace HaConsole.EndToEnd.Tests.Browser;

/// <summary>The status hub, with the SignalR client that programs in a browser or in node use.</summary>
[Collection(BrowserTests.Name)]
public sealed class HubTests
{
    [Fact]
    public async Task A_program_hears_of_a_switch_in_versions_that_only_grow()
    {
        await using var pair = await RunningPair.StartAsync(BrowserPair.Options);
        var token = (await pair.Servers[0].MustAsync("token", "create", "watcher", "--scope", "read")).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)[^1];
        using var client = new Process
        {
            StartInfo = new ProcessStartInfo("node", [Path.Combine(NodeModules.Folder, "status-client.cjs"), BrowserPair.Url(pair, 1, "hubs/status"), token])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        var lines = new List<string>();
        client.OutputDataReceived += (_, e) =>
        {
            lock (lines)
            {
                lines.Add(e.Data ?? "");
            }
        };
        client.Start();
        client.BeginOutputReadLine();
        try
        {
            await Eventually.TrueAsync("it is told the state", () => Seen(lines).Any(x => x.EndsWith("Active Standby", StringComparison.Ordinal)));
            await pair.Servers[0].MustAsync("switch", "--to", "2");
            await Eventually.TrueAsync("it is told of the switch", () => Seen(lines).Any(x => x.EndsWith("Standby Active", StringComparison.Ordinal)));

            var versions = Seen(lines).Where(x => char.IsAsciiDigit(x.FirstOrDefault())).Select(x => long.Parse(x.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)).ToList();
            Assert.Equal(versions.Order(), versions);
        }
        finally
        {
            client.Kill();
        }
    }

    private static List<string> Seen(List<string> lines)
    {
        lock (lines)
        {
            return [.. lines];
        }
    }
}
