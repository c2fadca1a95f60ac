using System.Diagnostics;
using HaConsole.Engine.Journal;
using HaConsole.Storage.Embedded;
using HaConsole.Storage.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace HaConsole.Storage.Tests;

/// <summary>Real processes that are killed.</summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task Host_Killed_LeavesADatabaseThatTheNextOneAdopts()
    {
        var folder = Directory.CreateTempSubdirectory("ha-storage-").FullName;
        using var first = new HostProcess(folder, 3);
        var pid = await first.ReadyAsync();
        await first.KillAsync();
        Assert.True(EmbeddedTests.Runs(pid));

        using var second = new HostProcess(folder);
        Assert.Equal(pid, await second.ReadyAsync());
        await second.EndAsync();

        await TestDatabase.UntilAsync(() => !EmbeddedTests.Runs(pid), "the server ends with the host that ends in order");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Host_OfAnOrdinaryUser_RunsADatabaseOfItsOwn()
    {
        var folder = Directory.CreateTempSubdirectory("ha-storage-").FullName;
        string[] prefix = [];
        if (Environment.IsPrivilegedProcess)
        {
            prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", "HOME=/nonexistent", "DOTNET_CLI_HOME=/tmp"];
            using var chown = Process.Start("chown", ["65534:65534", folder]);
            await chown.WaitForExitAsync();
        }

        using var host = new HostProcess(folder, 3, "", prefix);
        var pid = await host.ReadyAsync();
        var owner = File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("Uid:", StringComparison.Ordinal));
        await host.EndAsync();

        Assert.DoesNotMatch(@"Uid:\s+0\b", owner);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task HostAndDatabase_KilledAtRandomPoints_LoseNoEventAndStoreNoneTwice()
    {
        var folder = Directory.CreateTempSubdirectory("ha-storage-").FullName;
        var folders = new ClusterFolders(folder);
        var random = new Random(20261120);
        for (var round = 0; round < 5; round++)
        {
            using var host = new HostProcess(folder, 100_000);
            await Task.Delay(random.Next(300, 2_500));
            if (round % 2 == 1 && Postmaster.Find(folders) is var pid and > 0)
            {
                Postmaster.Signal(pid, Postmaster.Kill);
                await Task.Delay(random.Next(100, 1_000));
            }

            await host.KillAsync();
        }

        await using var database = new HaDatabase(new DatabaseOptions { DataDirectory = folder });
        await using var journal = new FileJournal(folder, 1, TimeProvider.System);
        await using var forwarder = new EventForwarder(database, journal, "default", () => 1);
        database.Start();
        forwarder.Start();
        var written = journal.Read(0, int.MaxValue);
        var last = written[^1].Sequence;
        await database.WaitReadyAsync(TimeSpan.FromSeconds(60));
        await TestDatabase.UntilAsync(async () => await forwarder.LastOfAsync(1) == last, "all have arrived");

        await using var context = await database.CreateContextAsync();
        var stored = await context.Events.AsNoTracking().OrderBy(e => e.Sequence).ToListAsync();
        Assert.Equal(written.Select(e => (e.Sequence, e.Sentence)), stored.Select(e => (e.Sequence, e.Sentence)));
        Assert.All(stored, e => Assert.Equal(0, e.Generation));
        await database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task TwoHosts_OnOneExternalDatabase_MigrateItOnce()
    {
        await using var server = await TestDatabase.StartAsync();
        await server.ExecuteAsync("CREATE DATABASE shared");
        var shared = $"Host={server.Socket};Username=haconsole;Database=shared";
        var folders = Enumerable.Range(0, 3).Select(_ => Directory.CreateTempSubdirectory("ha-storage-").FullName).ToList();
        var hosts = folders.Select(f => new HostProcess(f, 0, shared)).ToList();
        foreach (var host in hosts)
        {
            Assert.Equal(0, await host.ReadyAsync());
        }

        foreach (var host in hosts)
        {
            await host.EndAsync();
            host.Dispose();
        }

        await using var check = new NpgsqlConnection(shared + ";Pooling=false");
        await check.OpenAsync();
        await using var count = new NpgsqlCommand("SELECT count(*) FROM \"__EFMigrationsHistory\"", check);
        var migrations = typeof(Migrations.Initial).Assembly.GetTypes().Count(t => t.IsSubclassOf(typeof(Microsoft.EntityFrameworkCore.Migrations.Migration)));
        Assert.Equal((long)migrations, await count.ExecuteScalarAsync());
        folders.ForEach(f => Directory.Delete(f, recursive: true));
    }
}
