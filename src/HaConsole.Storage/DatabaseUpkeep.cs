using Npgsql;

namespace HaConsole.Storage;

/// <summary>What is done beside the queries while the database is ready: the search index, facts for people, retention.</summary>
internal sealed class DatabaseUpkeep(HaDatabase database, DatabaseSource source)
{
    private const string EventIndex = "IX_events_search";
    private const string AuditIndex = "IX_audit_search";

    /// <summary>What an earlier version searched with.</summary>
    private const string FormerIndex = "IX_events_text";

    /// <summary>Another number than that of the migrations.</summary>
    private const long LockKey = 0x4861_436f_6e73_6f6d;
    private static readonly TimeSpan LockEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan FactsEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RetentionEvery = TimeSpan.FromMinutes(10);

    /// <summary>Works until it is cancelled. A failure of one task leaves the others; a lost database ends it from outside.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await TryAsync("search index", PrepareSearchAsync, cancellation);
        var sinceRetention = RetentionEvery;
        while (!cancellation.IsCancellationRequested)
        {
            if (sinceRetention >= RetentionEvery)
            {
                sinceRetention = TimeSpan.Zero;
                await TryAsync("retention", async c => await new Retention(database).RunAsync(c), cancellation);
            }

            await TryAsync("size", ReadFactsAsync, cancellation);
            await Task.Delay(FactsEvery, database.Time, cancellation);
            sinceRetention += FactsEvery;
        }
    }

    private async Task TryAsync(string what, Func<CancellationToken, Task> task, CancellationToken cancellation)
    {
        try
        {
            await task(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            // Neither of these may keep people from reading; the next turn tries again.
            database.Log($"The database's {what} could not be seen to: {source.Explain(e)}");
        }
    }

    /// <summary>Makes the trigram indexes without blocking writers. It is no migration because the extension needs a right that not every user has.</summary>
    private async Task PrepareSearchAsync(CancellationToken cancellation)
    {
        await using var connection = await source.OpenAsync(cancellation);
        try
        {
            await ExecuteAsync(connection, "CREATE EXTENSION IF NOT EXISTS pg_trgm", cancellation);
        }
        catch (PostgresException e) when (!DatabaseSentences.IsLoss(e))
        {
            // Not allowed, or the package with the extension is missing: searching works without it, newest rows first.
            if (!await ExistsAsync(connection, "SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'", cancellation))
            {
                database.Report(s => s with
                {
                    TextSearch = TextSearch.Bounded,
                    Warning = "Text search has no index: let an administrator run CREATE EXTENSION pg_trgm in this database.",
                });
                return;
            }
        }

        // Two processes on one database: the second waits, but not inside a statement, whose snapshot the first one's build would wait for.
        while (!await ExistsAsync(connection, $"SELECT 1 WHERE pg_try_advisory_lock({LockKey})", cancellation))
        {
            await Task.Delay(LockEvery, cancellation);
        }

        try
        {
            await MakeIndexesAsync(connection, cancellation);
        }
        finally
        {
            // A lost connection has released it already.
            if (connection.FullState.HasFlag(System.Data.ConnectionState.Open))
            {
                await ExecuteAsync(connection, $"SELECT pg_advisory_unlock({LockKey})", CancellationToken.None);
            }
        }

        database.Report(s => s with { TextSearch = TextSearch.Indexed, Warning = "" });
    }

    private async Task MakeIndexesAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await MakeIndexAsync(
            connection, EventIndex, $"events USING gin (({SearchTerms.Buckets}), ({SearchTerms.Joined(SearchTerms.Expression)}) gin_trgm_ops) WITH (gin_pending_list_limit = 256)", cancellation);
        await ExecuteAsync(connection, $"DROP INDEX CONCURRENTLY IF EXISTS \"{FormerIndex}\"", cancellation);
        await MakeIndexAsync(connection, AuditIndex, $"audit USING gin (({SearchTerms.Audit}) gin_trgm_ops)", cancellation);

        // The planner knows how rare a word is in an indexed text only after this.
        await ExecuteAsync(connection, "ANALYZE audit", cancellation);
    }

    private async Task MakeIndexAsync(NpgsqlConnection connection, string name, string definition, CancellationToken cancellation)
    {
        if (!await ExistsAsync(connection, $"SELECT 1 FROM pg_index WHERE indexrelid = to_regclass('\"{name}\"') AND indisvalid", cancellation))
        {
            database.Report(s => s with { TextSearch = TextSearch.Building, Warning = "" });

            // An interrupted build leaves an index that is not valid.
            await ExecuteAsync(connection, $"DROP INDEX IF EXISTS \"{name}\"", cancellation);
            await ExecuteAsync(connection, "SET maintenance_work_mem = '256MB'", cancellation);
            await ExecuteAsync(connection, $"CREATE INDEX CONCURRENTLY \"{name}\" ON {definition}", cancellation);
            await ExecuteAsync(connection, "RESET maintenance_work_mem", cancellation);
        }
    }

    private async Task ReadFactsAsync(CancellationToken cancellation)
    {
        await using var connection = await source.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand(
            "SELECT pg_database_size(current_database()), (SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'events'::regclass)", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var (size, events) = (reader.GetInt64(0), reader.GetInt64(1));
        database.Report(s => s with { SizeBytes = size, Events = events });
    }

    private static async Task<bool> ExistsAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellation) is not null;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
