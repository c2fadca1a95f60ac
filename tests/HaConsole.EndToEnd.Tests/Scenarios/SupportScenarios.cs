using System.IO.Compression;
using HaConsole.EndToEnd.Tests.Harness;

namespace HaConsole.EndToEnd.Tests.Scenarios;

/// <summary>What support is given, and the Standby's proof, with real servers.</summary>
[Collection(Serial.Name)]
public sealed class SupportScenarios
{
    [RootFact]
    public async Task A_bundle_has_both_servers_without_their_secrets_and_a_full_disk_leaves_nothing_of_it()
    {
        await using var pair = await RunningPair.StartAsync(new PairOptions { SmallDisk = true });
        await pair.SettledAsync();
        var server = pair.Servers[0];
        var other = pair.Servers[1];
        var target = Path.Combine(Path.GetTempPath(), $"support-{Guid.NewGuid():N}.zip");
        try
        {
            await server.MustAsync("support-bundle", target);
            using (var zip = await ZipFile.OpenReadAsync(target))
            {
                var names = zip.Entries.Select(e => e.FullName).ToList();
                Assert.Contains(names, n => n.StartsWith("server-1/logs/ft-", StringComparison.Ordinal));
                Assert.Contains(names, n => n.StartsWith("server-2/logs/ft-", StringComparison.Ordinal));
                Assert.Contains("server-2/status.json", names);
                var secret = server.Environment["Node__PairSecret"];
                foreach (var entry in zip.Entries)
                {
                    using var reader = new StreamReader(await entry.OpenAsync());
                    Assert.False((await reader.ReadToEndAsync()).Contains(secret, StringComparison.Ordinal), $"{entry.FullName} holds the pair secret");
                }
            }

            File.Delete(target);
            await other.KillAsync();
            await server.MustAsync("support-bundle", target);
            using (var alone = await ZipFile.OpenReadAsync(target))
            {
                using var reader = new StreamReader(await alone.GetEntry("README.txt")!.OpenAsync());
                Assert.Contains("Server #2 does not answer", await reader.ReadToEndAsync(), StringComparison.Ordinal);
            }
        }
        finally
        {
            File.Delete(target);
        }

        var filler = Path.Combine(server.Data, "filler");
        Fill(filler);
        var onFullDisk = Path.Combine(server.Data, "bundle.zip");
        var failed = await server.VerbAsync("support-bundle", onFullDisk);
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("nothing is left of it", failed.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(server.Data, "bundle.zip*"));
        File.Delete(filler);
    }

    [Fact]
    public async Task The_Standby_proves_that_it_could_take_over_and_both_servers_show_it()
    {
        await using var pair = await RunningPair.StartAsync(PairOptions.Calm with { Loopback = true });
        await pair.SettledAsync();
        var active = await pair.ActiveAsync();

        var proof = await active.VerbAsync("readiness", "--now");

        Assert.True(proof.ExitCode == 0, proof.Output + proof.Error);
        foreach (var server in pair.Servers)
        {
            await Eventually.TrueAsync($"server {server.Number} shows the proof", async () => (await server.GetAsync("/api/v1/status"))!.Contains("\"readiness\":{\"ready\":true", StringComparison.Ordinal), () => "not there");
        }
    }

    private static void Fill(string file)
    {
        using var stream = File.Create(file);
        var block = new byte[4096];
        try
        {
            while (true)
            {
                stream.Write(block);
                stream.Flush();
            }
        }
        catch (IOException)
        {
            // Full: that is what was wanted.
        }
    }
}
