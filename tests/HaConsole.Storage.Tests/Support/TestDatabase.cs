using System.Diagnostics;
using HaConsole.Engine.Journal;
using HaConsole.Failover;
using Npgsql;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

namespace HaConsole.Storage.Tests.Support;

/// <summary>A data directory of its own with its embedded database; everything is gone at the end.</summary>
public sealed class TestDatabase : IAsyncDisposable, IAsyncLifetime
{
    private readonly List<string> lines = [];

    public TestDatabase()
        : this(null)
    {
    }

    internal TestDatabase(Func<DatabaseOptions, DatabaseOptions>? change)
    {
        Folder = Directory.CreateTempSubdirectory("ha-storage-").FullName;
        var options = new DatabaseOptions { DataDirectory = Folder };
        Database = new HaDatabase(change?.Invoke(options) ?? options, null, Write);
        Events = new EventHistory(Database);
    }

    public string Folder { get; }

    public HaDatabase Database { get; }

    public EventHistory Events { get; }

    public string Socket => Database.Status.Place;

    public string ConnectionString => $"Host={Socket};Username=haconsole;Database=postgres;Pooling=false";

    public string Lines
    {
        get
        {
            lock (lines)
            {
                return string.Join('\n', lines);
            }
        }
    }

    public static async Task<TestDatabase> StartAsync(Func<DatabaseOptions, DatabaseOptions>? change = null)
    {
        var database = new TestDatabase(change);
        await ((IAsyncLifetime)database).InitializeAsync();
        return database;
    }

    public static HaEvent Event(long sequence, int server = 1, long epoch = 1, string kind = "role-changed", string sentence = "It happened.", Severity severity = Severity.Info, int row = 0)
        => new()
        {
            Sequence = sequence,
            Server = server,
            Epoch = epoch,
            Kind = kind,
            Sentence = sentence,
            Severity = severity,
            Row = row,
            At = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(sequence),
        };

    /// <summary>Waits for something, with a deadline that only a failure reaches.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what, int seconds = 60)
    {
        var begin = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(begin) < TimeSpan.FromSeconds(seconds), $"not within {seconds} s: {what}");
            await Task.Delay(20);
        }
    }

    public static Task UntilAsync(Func<bool> condition, string what, int seconds = 60) => UntilAsync(() => Task.FromResult(condition()), what, seconds);

    public Task IsAsync(DatabaseState state) => UntilAsync(() => Database.Status.State == state, $"{state}: {Database.Status}");

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    public EventForwarder Forwarder(IJournal journal, string pair = "default", int server = 1) => new(Database, journal, pair, () => server, Write);

    async Task IAsyncLifetime.InitializeAsync()
    {
        Database.Start();
        Assert.True(await Database.WaitReadyAsync(TimeSpan.FromSeconds(60)), Database.Status.Detail);
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private void Write(string line)
    {
        lock (lines)
        {
            lines.Add(line);
        }
    }
}
