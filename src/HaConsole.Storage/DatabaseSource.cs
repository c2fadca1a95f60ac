using HaConsole.Storage.Embedded;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace HaConsole.Storage;

/// <summary>Where connections come from: the embedded cluster or the operator's PostgreSQL. Connections are tried for a short time only.</summary>
internal sealed class DatabaseSource : IAsyncDisposable
{
    private const int ConnectSeconds = 3;
    private const int CommandSeconds = 30;
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(3);

    private readonly EmbeddedCluster? cluster;
    private readonly string connectionString;
    private readonly string problem = "";
    private readonly string user = "";
    private NpgsqlDataSource? pool;
    private DbContextOptions<HaDbContext>? contextOptions;

    public DatabaseSource(DatabaseOptions options, Func<string, string>? programs)
    {
        Embedded = string.IsNullOrWhiteSpace(options.ConnectionString);
        connectionString = options.ConnectionString;
        if (Embedded)
        {
            var folders = new ClusterFolders(options.DataDirectory);
            cluster = new EmbeddedCluster(folders, programs);
            (connectionString, Place, user) = (cluster.ConnectionString, folders.Socket, "haconsole");
            return;
        }

        try
        {
            var parsed = new NpgsqlConnectionStringBuilder(options.ConnectionString);
            Place = parsed.Host is ['/', ..] ? parsed.Host : $"{parsed.Host}:{parsed.Port}";
            user = parsed.Username ?? "";
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            // The driver's own message may repeat parts of the text, the password among them.
            problem = "Database:ConnectionString is not a connection string that Npgsql understands (for example: Host=db;Database=haconsole;Username=ha;Password=…).";
        }
    }

    /// <summary>The process runs it itself.</summary>
    public bool Embedded { get; }

    /// <summary>Socket folder or host and port.</summary>
    public string Place { get; } = "";

    /// <summary>Process id of the embedded database; 0 for another one.</summary>
    public int Pid => cluster?.Pid ?? 0;

    /// <summary>Starts or adopts an embedded database, and makes the pool.</summary>
    public async Task PrepareAsync(CancellationToken cancellation)
    {
        if (problem.Length > 0)
        {
            throw new DatabaseUnavailableException(problem);
        }

        if (cluster is not null)
        {
            await cluster.EnsureRunningAsync(cancellation);
        }

        if (pool is null)
        {
            var given = new NpgsqlConnectionStringBuilder(connectionString);
            given.Timeout = Math.Min(given.Timeout is 0 ? ConnectSeconds : given.Timeout, ConnectSeconds);
            given.CommandTimeout = CommandSeconds;
            given.MaxPoolSize = Math.Min(given.MaxPoolSize, 20);
            given.ConnectionIdleLifetime = 60;
            given.ApplicationName ??= "haconsole";
            given.IncludeErrorDetail = false;
            given.PersistSecurityInfo = false;
            pool = NpgsqlDataSource.Create(given);
            contextOptions = new DbContextOptionsBuilder<HaDbContext>()
                .UseNpgsql(pool, npgsql => npgsql.MigrationsAssembly("HaConsole.Migrations"))
                .Options;
        }
    }

    /// <summary>A context; it connects when it is used.</summary>
    public HaDbContext NewContext() => new(contextOptions ?? throw new DatabaseUnavailableException());

    /// <summary>A connection of the pool.</summary>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellation)
        => await (pool ?? throw new DatabaseUnavailableException()).OpenConnectionAsync(cancellation);

    /// <summary>
    /// Holds a connection, says that the database is ready and runs its upkeep, until the connection is lost or the database stops answering; throws then.
    /// </summary>
    public async Task WatchAsync(Action renew, Func<Func<CancellationToken, Task>> ready, Func<Task> suspected, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(cancellation);
        await ProbeAsync(connection, cancellation);
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        renew();
        var upkeep = Task.Run(() => ready()(lost.Token), CancellationToken.None);
        try
        {
            while (true)
            {
                // Waiting on the connection notices at once when the server ends it.
                using var wake = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                var listening = connection.WaitAsync(ProbeEvery, wake.Token);
                if (await Task.WhenAny(listening, suspected()) != listening)
                {
                    renew();
                    await wake.CancelAsync();
                    await ((Task)listening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    cancellation.ThrowIfCancellationRequested();
                }
                else
                {
                    await listening;
                }

                await ProbeAsync(connection, cancellation);
                if (cluster is { IsThere: false })
                {
                    throw new DatabaseUnavailableException("The folder of the database was removed; a new one is made and filled from the journal.");
                }
            }
        }
        finally
        {
            await lost.CancelAsync();
            await upkeep.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Closes what a lost database has left in the pool.</summary>
    public void Forget() => pool?.Clear();

    /// <summary>The sentence of an error.</summary>
    public string Explain(Exception error) => DatabaseSentences.Of(error, Place, user, Embedded);

    public async ValueTask DisposeAsync()
    {
        if (pool is not null)
        {
            await pool.DisposeAsync();
        }

        if (cluster is not null)
        {
            await cluster.StopAsync();
        }
    }

    private static async Task ProbeAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(ProbeTimeout);
        try
        {
            await using var command = new NpgsqlCommand("SELECT 1", connection);
            await command.ExecuteScalarAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException("The database does not answer.");
        }
    }
}
