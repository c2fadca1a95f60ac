using System.Security.Cryptography;
using HaConsole.EndToEnd.Tests.Harness;

namespace HaConsole.EndToEnd.Tests.Scenarios;

/// <summary>The disk under the data directory misbehaves.</summary>
[Collection(Serial.Name)]
public sealed class DiskScenarios
{
    [RootFact]
    public async Task A_full_disk_does_not_keep_the_Standby_from_taking_over()
    {
        await using var pair = await RunningPair.StartAsync(new PairOptions { SmallDisk = true });
        var old = await pair.ActiveAsync();
        var heir = pair.Other(old);

        var filler = Path.Combine(heir.Data, "filler");
        Fill(filler);
        await old.KillAsync();
        await pair.ServesAsync(heir);

        File.Delete(filler);
        old.Start();
        var (client, _) = await pair.AuditAsync();
        Assert.False(client.EpochFell);
        Assert.Equal("Active", (await heir.LookAsync())!.Role);
    }

    [Fact]
    public async Task A_corrupt_state_file_is_told_and_the_server_rejoins_at_the_epoch_of_the_pair()
    {
        await using var pair = await RunningPair.StartAsync(PairOptions.Calm);
        var damaged = pair.Other(await pair.ActiveAsync());
        await damaged.StopAsync();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(damaged.Data, "state"), "state*"))
        {
            File.WriteAllBytes(file, RandomNumberGenerator.GetBytes((int)new FileInfo(file).Length));
        }

        damaged.Start();

        var (client, audit) = await pair.AuditAsync();
        Assert.Equal("Standby", (await damaged.LookAsync())!.Role);
        Assert.Contains(audit.Entries, x => x.Server == damaged.Number && x.Kind == "damaged-file");
        Assert.Equal(audit.Activations[^1].Epoch, await damaged.PairEpochAsync());
        Assert.True(client.LongestGap < 1, $"the client waited {client.LongestGap:0.000} s although the Active was not touched");
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
