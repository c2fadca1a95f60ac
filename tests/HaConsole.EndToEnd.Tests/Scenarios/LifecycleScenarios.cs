using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HaConsole.EndToEnd.Tests.Harness;

namespace HaConsole.EndToEnd.Tests.Scenarios;

/// <summary>What happens to a pair over the years: the procedures of docs/lifecycle, step by step, with the service watched all the time.</summary>
[Collection(Serial.Name)]
public sealed class LifecycleScenarios
{
    [Fact]
    public async Task A_dead_server_is_replaced_by_a_one_time_code_and_its_old_certificate_is_refused()
    {
        await using var pair = await RunningPair.StartAsync(PairOptions.Calm with { PairByCode = true });
        var (active, place) = await BothAsync(pair);
        await place.KillAsync();
        var dead = Thumbprint(place);
        Directory.Move(place.Data, place.Data + "-old");
        Directory.CreateDirectory(place.Data);

        place.Start();
        await pair.JoinAsync(place);
        await pair.SettledAsync();
        Assert.Equal("Active", (await active.LookAsync())!.Role);
        Assert.Contains(Events(active), x => x.Kind == "peer-replaced");

        // The old machine comes back to life in place of the new one.
        await place.EndAsync("stop");
        Directory.Move(place.Data, place.Data + "-new");
        Directory.Move(place.Data + "-old", place.Data);
        place.Start();
        await pair.BecomesAsync(place, x => x.Role == "Standby", "Standby by what the health URL of the Active says");
        await RefusedAsync(active, place, dead);

        await place.EndAsync("stop");
        Directory.Move(place.Data, place.Data + "-old");
        Directory.Move(place.Data + "-new", place.Data);
        place.Start();
        await UntouchedAsync(pair, active);
    }

    [Fact]
    public async Task A_lost_data_directory_is_made_anew_by_the_pair_secret_and_the_lost_certificate_stays_out()
    {
        await using var pair = await RunningPair.StartAsync(PairOptions.Calm);
        var (active, place) = await BothAsync(pair);
        await active.MustAsync("settings", "set", "HotStandby:HoldHours=7");
        await place.KillAsync();
        var dead = Thumbprint(place);
        Directory.Move(place.Data, place.Data + "-old");

        place.Start();
        await pair.SettledAsync();
        await HoldHoursAsync(place, 7);
        Assert.Equal((await active.LookAsync())!.Epoch, await place.PairEpochAsync());

        await place.EndAsync("stop");
        Directory.Move(place.Data, place.Data + "-new");
        Directory.Move(place.Data + "-old", place.Data);
        place.Start();
        await pair.BecomesAsync(place, x => x.Role == "Standby", "Standby by what the health URL of the Active says");
        await RefusedAsync(active, place, dead);

        await place.EndAsync("stop");
        Directory.Move(place.Data, place.Data + "-old");
        Directory.Move(place.Data + "-new", place.Data);
        place.Start();
        await UntouchedAsync(pair, active);
    }

    [Fact]
    public async Task Certificates_and_secret_are_changed_without_a_switch_or_a_restart_of_the_service()
    {
        // A worker must be back before its lease, more than half of (N−1)·H, has run out.
        await using var pair = await RunningPair.StartAsync(new PairOptions { Interval = TimeSpan.FromSeconds(5), SecretInFile = true });
        var (active, standby) = await BothAsync(pair);
        var service = (await active.LookAsync())!.Services[0].Process;
        var epoch = (await active.LookAsync())!.Epoch;

        foreach (var server in pair.Servers)
        {
            var before = Thumbprint(server);
            await server.MustAsync("certificate", "rotate");
            Assert.NotEqual(before, Thumbprint(server));
            await pair.SettledAsync();
        }

        const string secret = "another secret of this pair";
        foreach (var server in (HaServer[])[standby, active])
        {
            pair.WriteSecret(server, secret);
            var worker = (await server.LookAsync())!.Worker;
            Shell.Signal(worker, Shell.SigKill);
            await pair.BecomesAsync(server, x => x.Worker != worker, "running with a new worker");
            await pair.SettledAsync();
        }

        Assert.Equal("Active", (await active.LookAsync())!.Role);
        Assert.Equal(service, (await active.LookAsync())!.Services[0].Process);

        // Only the new secret pairs from now on.
        await standby.EndAsync("stop");
        Directory.Delete(standby.Data, recursive: true);
        standby.Start();
        await UntouchedAsync(pair, active);
        Assert.True((await active.LookAsync())!.Epoch <= epoch + 1, "the worker that came back resumed more than once");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_address_of_a_server_is_changed_while_the_other_serves(bool stoppedBefore)
    {
        await using var pair = await RunningPair.StartAsync(PairOptions.Calm);
        var (active, moved) = await BothAsync(pair);
        var address = await pair.Network.AddAddressAsync(moved.Number);

        if (stoppedBefore)
        {
            // It cannot hear of the change: its own configuration has to say who it is.
            await moved.EndAsync("stop");
            moved.Environment[$"HotStandby__Server{moved.Number}Address"] = address;
        }

        await active.MustAsync("settings", "set", $"HotStandby:Server{moved.Number}Address={address}");
        if (!stoppedBefore)
        {
            await Eventually.TrueAsync("it has heard of its new address", () => Events(moved).Any(x => x.Kind == "configuration-adopted"));
            await moved.EndAsync("stop");
        }

        moved.Environment["Node__LocalAddress"] = address;
        moved.Start();
        await pair.SettledAsync();

        using (var status = await active.StatusAsync())
        {
            Assert.Equal(address, status.RootElement.GetProperty("servers")[moved.Number - 1].GetProperty("address").GetString());
        }

        await InSyncAsync(active, moved);
        await active.MustAsync("switch", "--to", $"{moved.Number}", "--dry-run");
        await UntouchedAsync(pair, active);
    }

    [Fact]
    public async Task An_old_backup_of_one_server_rolls_back_neither_epoch_nor_configuration()
    {
        await using var pair = await RunningPair.StartAsync(PairOptions.Calm);
        var (first, restored) = await BothAsync(pair);
        await restored.EndAsync("stop");
        CopyDirectory(restored.Data, restored.Data + "-backup");
        restored.Start();
        await pair.SettledAsync();

        await first.MustAsync("settings", "set", "HotStandby:HoldHours=7");
        await InSyncAsync(first, restored);
        await first.MustAsync("switch", "--to", $"{restored.Number}");
        await pair.SettledAsync();
        await restored.MustAsync("switch", "--to", $"{first.Number}");
        await pair.SettledAsync();
        var epoch = (await first.LookAsync())!.Epoch;

        await restored.EndAsync("stop");
        Directory.Delete(restored.Data, recursive: true);
        Directory.Move(restored.Data + "-backup", restored.Data);
        restored.Start();
        await pair.SettledAsync();

        Assert.Equal(epoch, (await first.LookAsync())!.Epoch);
        Assert.Equal(epoch, await restored.PairEpochAsync());
        await HoldHoursAsync(restored, 7);
        Assert.Contains(Directory.EnumerateFiles(Path.Combine(restored.Data, "settings", "history")), x => File.ReadAllText(x).Contains("\"HoldHours\": 24", StringComparison.Ordinal));
        var (client, _) = await pair.AuditAsync();
        Assert.Equal(0, client.BothServed);
        Assert.False(client.EpochFell);
    }

    [Fact]
    public async Task Old_backups_of_both_servers_make_a_pair_with_the_newer_configuration()
    {
        await using var pair = await RunningPair.StartAsync(PairOptions.Calm);
        var (active, standby) = await BothAsync(pair);
        await standby.EndAsync("stop");
        CopyDirectory(standby.Data, standby.Data + "-backup");
        standby.Start();
        await pair.SettledAsync();
        await active.MustAsync("settings", "set", "HotStandby:HoldHours=7");
        await PowerDownAsync(pair);
        CopyDirectory(active.Data, active.Data + "-backup");
        StartBoth(pair);
        await pair.SettledAsync();
        await active.MustAsync("settings", "set", "HotStandby:HoldHours=9");
        await PowerDownAsync(pair);

        foreach (var server in pair.Servers)
        {
            Directory.Delete(server.Data, recursive: true);
            Directory.Move(server.Data + "-backup", server.Data);
        }

        StartBoth(pair);
        await pair.SettledAsync();
        foreach (var server in pair.Servers)
        {
            await HoldHoursAsync(server, 7);
        }

        Assert.Equal(await active.PairEpochAsync(), await standby.PairEpochAsync());
        var (client, _) = await pair.AuditAsync();
        Assert.Equal(0, client.BothServed);
    }

    [Fact]
    public async Task Both_are_powered_down_and_up_in_either_order_and_the_same_server_is_Active()
    {
        // N·H is longer than the second server is late.
        await using var pair = await RunningPair.StartAsync(new PairOptions { Interval = TimeSpan.FromSeconds(8) });
        var (active, standby) = await BothAsync(pair);
        foreach (var early in (HaServer[])[active, standby])
        {
            await PowerDownAsync(pair);
            early.Start();
            var begin = TimeProvider.System.GetTimestamp();
            await Eventually.TrueAsync("3 s pass", () => TimeProvider.System.GetElapsedTime(begin) > TimeSpan.FromSeconds(3));
            pair.Other(early).Start();
            await pair.SettledAsync();
            Assert.Equal("Active", (await active.LookAsync())!.Role);
        }

        var (client, audit) = await pair.AuditAsync();
        Assert.All(audit.Activations, x => Assert.Equal(active.Number, x.Server));
        Assert.Equal(0, client.BothServed);
        Assert.False(client.EpochFell);
    }

    private static async Task<(HaServer Active, HaServer Standby)> BothAsync(RunningPair pair)
    {
        var active = await pair.ActiveAsync();
        return (active, pair.Other(active));
    }

    private static IEnumerable<JournalEntry> Events(HaServer server) => InvariantAudit.Read(server.Data);

    private static string Thumbprint(HaServer server)
    {
        using var certificate = X509CertificateLoader.LoadPkcs12FromFile(Path.Combine(server.Data, "keys", "peer.pfx"), "");
        return certificate.GetCertHashString(HashAlgorithmName.SHA256);
    }

    private static async Task RefusedAsync(HaServer active, HaServer ghost, string thumbprint)
    {
        await Eventually.TrueAsync(
            "the old certificate is refused",
            () => Events(active).Any(x => x.Kind == "peer-certificate-refused" && x.Sentence.Contains(thumbprint, StringComparison.Ordinal)));
        Assert.NotEqual("Connected", (await ghost.LookAsync())!.Link);
        Assert.NotEqual("Connected", (await active.LookAsync())!.Link);
    }

    /// <summary>A server is a good Standby before it has pulled the configuration.</summary>
    private static async Task HoldHoursAsync(HaServer server, int expected)
    {
        var seen = "";
        await Eventually.TrueAsync(
            $"HoldHours is {expected}",
            async () => (seen = await server.MustAsync("settings", "get", "HotStandby:HoldHours")) == $"HotStandby:HoldHours={expected}",
            () => seen + server.Log);
    }

    /// <summary>The last exchange has told that both have the same configuration.</summary>
    private static Task InSyncAsync(HaServer active, HaServer standby) => Eventually.TrueAsync(
        "a switch would be allowed",
        async () => (await active.VerbAsync("switch", "--to", $"{standby.Number}", "--dry-run")).ExitCode == 0,
        () => active.Log);

    private static async Task PowerDownAsync(RunningPair pair)
    {
        await pair.Servers[0].EndAsync("stop", "--both");
        await pair.Servers[1].EndedAsync();
    }

    private static void StartBoth(RunningPair pair)
    {
        foreach (var server in pair.Servers)
        {
            server.Start();
        }
    }

    /// <summary>A pair in the end, always the same Active, and the client has not noticed anything.</summary>
    private static async Task UntouchedAsync(RunningPair pair, HaServer active)
    {
        var (client, audit) = await pair.AuditAsync();
        Assert.Equal("Active", (await active.LookAsync())!.Role);
        Assert.All(audit.Activations, x => Assert.Equal(active.Number, x.Server));
        Assert.Equal(0, client.BothServed);
        Assert.True(client.LongestGap < 1.5, $"the client waited {client.LongestGap:0.000} s although the Active was not touched");
    }

    private static void CopyDirectory(string from, string to)
    {
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories).Prepend(from))
        {
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        }

        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Where(x => !x.EndsWith(".sock", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
        }
    }
}
