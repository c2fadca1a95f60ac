using System.Diagnostics;
using HaConsole.Storage.Embedded;
using HaConsole.Storage.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace HaConsole.Storage.Tests;

public sealed class EmbeddedTests
{
    [Fact]
    public async Task Start_FirstTime_ReturnsAtOnceAndIsReadyWithAllTables()
    {
        await using var database = new TestDatabase();
        Assert.Equal(DatabaseState.Starting, database.Database.Status.State);

        var begin = Stopwatch.GetTimestamp();
        database.Database.Start();
        Assert.True(Stopwatch.GetElapsedTime(begin) < TimeSpan.FromSeconds(1));
        Assert.True(await database.Database.WaitReadyAsync(TimeSpan.FromSeconds(60)), database.Database.Status.Detail);

        await using var context = await database.Database.CreateContextAsync();
        Assert.Empty(await context.Database.GetPendingMigrationsAsync());
        Assert.Equal(0, await context.Events.CountAsync());
        Assert.True(database.Database.Status.Embedded);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(database.Socket));
        await TestDatabase.UntilAsync(() => database.Database.Status is { TextSearch: TextSearch.Indexed, SizeBytes: > 0 }, "facts for people");
    }

    [Fact]
    public async Task Dispose_OfAReadyDatabase_StopsTheServerInOrder()
    {
        var database = await TestDatabase.StartAsync();
        var log = Path.Combine(database.Folder, "database", "postgres.log");
        var pid = database.Database.Pid;

        await database.Database.DisposeAsync();

        Assert.False(File.Exists(Path.Combine(database.Folder, "database", "data", "postmaster.pid")));
        Assert.DoesNotContain("was not properly shut down", File.ReadAllText(log), StringComparison.Ordinal);
        await TestDatabase.UntilAsync(() => !Runs(pid), "the server is gone");
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Killed_InTheMiddle_SaysSoWithinSecondsAndIsBackByItself()
    {
        await using var database = await TestDatabase.StartAsync();
        var pid = database.Database.Pid;
        var states = new List<DatabaseState>();
        database.Database.StatusChanged += s =>
        {
            lock (states)
            {
                states.Add(s.State);
            }
        };

        Postmaster.Signal(pid, Postmaster.Kill);
        await TestDatabase.UntilAsync(
            () =>
            {
                lock (states)
                {
                    return states.Contains(DatabaseState.Unavailable);
                }
            },
            "its loss is noticed",
            10);
        await database.IsAsync(DatabaseState.Ready);

        Assert.NotEqual(pid, database.Database.Pid);
        Assert.Equal(0, (await database.Events.CountAsync(new EventFilter())).Value);
    }

    [Fact]
    public async Task Calls_WhileItIsDown_ThrowTheSentenceAtOnce()
    {
        await using var database = new TestDatabase(o => o with { ConnectionString = "Host=127.0.0.1;Port=1;Username=ha;Password=very-secret;Database=x" });
        database.Database.Start();
        await database.IsAsync(DatabaseState.Unavailable);

        var begin = Stopwatch.GetTimestamp();
        var error = await Assert.ThrowsAsync<DatabaseUnavailableException>(() => database.Events.QueryAsync(new EventFilter()));

        Assert.True(Stopwatch.GetElapsedTime(begin) < TimeSpan.FromSeconds(1));
        Assert.Contains("127.0.0.1:1", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message + database.Lines, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_OfAPairOnOneMachine_RunAtOnce()
    {
        await using var one = await TestDatabase.StartAsync();
        await using var two = await TestDatabase.StartAsync();

        Assert.NotEqual(one.Database.Pid, two.Database.Pid);
        await one.Database.DisposeAsync();
        Assert.Equal(0, (await two.Events.CountAsync(new EventFilter())).Value);
    }

    [Fact]
    public async Task DataDirectory_TooLongForASocket_UsesAShortPlace()
    {
        await using var database = await TestDatabase.StartAsync(o => o with { DataDirectory = Path.Combine(o.DataDirectory, new string('x', 100)) });

        Assert.True(database.Socket.Length < 92);
        Assert.DoesNotContain(database.Folder, database.Socket, StringComparison.Ordinal);
        await database.Database.DisposeAsync();
        Directory.Delete(database.Socket);
    }

    [Fact]
    public async Task DataDirectory_LeftHalfMade_IsMadeAnew()
    {
        await using var database = new TestDatabase();
        Directory.CreateDirectory(Path.Combine(database.Folder, "database", "data", "base"));
        Directory.CreateDirectory(Path.Combine(database.Folder, "database", "new-1", "base"));

        database.Database.Start();

        Assert.True(await database.Database.WaitReadyAsync(TimeSpan.FromSeconds(60)), database.Database.Status.Detail);
        Assert.False(Directory.Exists(Path.Combine(database.Folder, "database", "new-1")));
    }

    [Fact]
    public async Task PidFile_OfAnotherProcess_IsNotAdoptedAndNotInTheWay()
    {
        var database = await TestDatabase.StartAsync();
        await database.Database.DisposeAsync();
        using var other = Process.Start("sleep", "120");
        var file = Path.Combine(database.Folder, "database", "data", "postmaster.pid");
        await File.WriteAllTextAsync(file, $"{other.Id}\n{Path.Combine(database.Folder, "database", "data")}\n");

        await using var again = new HaDatabase(new DatabaseOptions { DataDirectory = database.Folder });
        again.Start();

        Assert.True(await again.WaitReadyAsync(TimeSpan.FromSeconds(60)), again.Status.Detail);
        Assert.NotEqual(other.Id, again.Pid);
        Assert.False(other.HasExited);
        other.Kill();
        await again.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task PidFile_OfADatabaseElsewhere_IsNotAdopted()
    {
        await using var elsewhere = await TestDatabase.StartAsync();
        var folders = new ClusterFolders(Directory.CreateTempSubdirectory("ha-storage-").FullName);
        Directory.CreateDirectory(folders.Data);
        await File.WriteAllTextAsync(folders.PidFile, $"{elsewhere.Database.Pid}\n");

        Assert.Equal(0, Postmaster.Find(folders));
        Directory.Delete(Path.GetDirectoryName(folders.Root)!, recursive: true);
    }

    [Fact]
    public async Task DataDirectory_Removed_TakesTheServerWithItAndANewOneIsMade()
    {
        await using var database = await TestDatabase.StartAsync();
        var pid = database.Database.Pid;

        await TestDatabase.UntilAsync(() => Removed(Path.Combine(database.Folder, "database")), "the directory is removed");

        await TestDatabase.UntilAsync(() => !Runs(pid), "the old server is gone");
        await TestDatabase.UntilAsync(() => database.Database.Status.State == DatabaseState.Ready && database.Database.Pid != pid, "a new one is ready");
        Assert.Equal(0, (await database.Events.CountAsync(new EventFilter())).Value);
    }

    /// <summary>The server that still runs may write another file into it meanwhile.</summary>
    private static bool Removed(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    [Fact]
    public async Task Version_OfAnotherPostgreSql_IsASentence()
    {
        await using var database = new TestDatabase();
        var data = Directory.CreateDirectory(Path.Combine(database.Folder, "database", "data")).FullName;
        await File.WriteAllTextAsync(Path.Combine(data, "PG_VERSION"), "9\n");

        database.Database.Start();
        await database.IsAsync(DatabaseState.Unavailable);

        Assert.Matches("made by PostgreSQL 9, but this machine has .*install the package postgresql-9", database.Database.Status.Detail);
    }

    [Fact]
    public void Programs_NotInstalled_AreASentenceThatNamesThePackage()
    {
        var error = Assert.Throws<EmbeddedDatabaseException>(() => PostgresPrograms.Find("", ["/nonexistent"], []));

        Assert.Contains("install the package postgresql, or set Database:ConnectionString", error.Message, StringComparison.Ordinal);
    }

    internal static bool Runs(int pid)
    {
        try
        {
            // A zombie has ended; whoever reaps it may be slow.
            return File.ReadAllText($"/proc/{pid}/stat") is var stat && stat[(stat.LastIndexOf(')') + 2)] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }
}
