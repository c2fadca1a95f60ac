using Npgsql;

namespace HaConsole.Storage;

/// <summary>
/// Deletes what is too old or too much, oldest first, a little at a time so that nobody waits. Notes go with their event. Saved configurations, users,
/// tokens and holds stay: they are few.
/// </summary>
internal sealed class Retention(HaDatabase database)
{
    private const int Batch = 5_000;
    private const string OpenAlarm = "\"Severity\" >= 2 AND \"AcknowledgedAt\" IS NULL";

    /// <summary>Deletes what the options say; returns the number of events deleted.</summary>
    public async Task<long> RunAsync(CancellationToken cancellation)
    {
        var options = database.Options;
        var now = database.Time.GetUtcNow();
        var tooOld = now.AddDays(-Math.Clamp(options.KeepDays, 1, 36_500));
        var deleted = await DeleteAsync("events", "true", tooOld, cancellation);
        await DeleteAsync("audit", "true", tooOld, cancellation);
        if (await SizeCutAsync(options.KeepBytes, cancellation) is { } tooMuch)
        {
            deleted += await DeleteAsync("events", $"NOT ({OpenAlarm})", tooMuch, cancellation);
            var closed = now.AddDays(-Math.Clamp(options.KeepOpenAlarmsDays, 0, 36_500));
            deleted += await DeleteAsync("events", OpenAlarm, tooMuch < closed ? tooMuch : closed, cancellation);
        }

        if (deleted > 0)
        {
            // The room is used again; without the statistics the next estimate would count what is gone.
            await ExecuteAsync("VACUUM (ANALYZE) events", null, cancellation);
            await ExecuteAsync(
                """DELETE FROM event_hours WHERE "Hour" < (SELECT min("At") FROM events) - interval '1 hour'""", null, cancellation);

            // The newest buckets stay: a transaction that is not at its end yet may have put its first rows there.
            await ExecuteAsync(
                """
                DELETE FROM event_buckets b WHERE b."Bucket" < (SELECT max("Id") >> 14 FROM events) - 4
                    AND NOT EXISTS (SELECT 1 FROM events e WHERE e."Id" >= b."Bucket" << 14 AND e."Id" < (b."Bucket" + 1) << 14)
                """,
                null,
                cancellation);
            database.Log($"{deleted} old events were deleted from the database.");
        }

        return deleted;
    }

    /// <summary>
    /// Time below which events must go for the rest to have room; null when all have. Files do not shrink when rows are deleted, so that bytes are
    /// counted by rows: average row of a sample, and the same share of indexes for each.
    /// </summary>
    private async Task<DateTimeOffset?> SizeCutAsync(long keepBytes, CancellationToken cancellation)
    {
        if (keepBytes <= 0)
        {
            return null;
        }

        return await database.WithConnectionAsync<DateTimeOffset?>(
            async connection =>
            {
                await using var sizes = new NpgsqlCommand("SELECT pg_total_relation_size('events')", connection);
                var total = (long)(await sizes.ExecuteScalarAsync(cancellation))!;
                if (total <= keepBytes)
                {
                    return null;
                }

                await ExecuteOnAsync(connection, "ANALYZE events", null, cancellation);
                await using var rows = new NpgsqlCommand(
                    """
                    SELECT greatest(reltuples, 0)::bigint,
                        coalesce((SELECT avg(pg_column_size(e.*)) FROM (SELECT * FROM events ORDER BY "Id" DESC LIMIT 1000) e), 0)::float8,
                        pg_indexes_size('events')::float8 / greatest(pg_table_size('events'), 1)
                    FROM pg_class WHERE oid = 'events'::regclass
                    """,
                    connection);
                long count;
                double perRow;
                await using (var reader = await rows.ExecuteReaderAsync(cancellation))
                {
                    await reader.ReadAsync(cancellation);
                    count = reader.GetInt64(0);
                    perRow = (reader.GetDouble(1) + 8) * (1 + reader.GetDouble(2));
                }

                var excess = perRow <= 0 ? 0 : count - (long)(keepBytes / perRow);
                if (excess <= 0)
                {
                    return null;
                }

                await using var cut = new NpgsqlCommand("""SELECT "At" FROM events ORDER BY "At" OFFSET @excess LIMIT 1""", connection);
                cut.Parameters.AddWithValue("excess", excess);
                return await cut.ExecuteScalarAsync(cancellation) is DateTime at ? new DateTimeOffset(at, TimeSpan.Zero) : database.Time.GetUtcNow();
            },
            cancellation);
    }

    private async Task<long> DeleteAsync(string table, string condition, DateTimeOffset before, CancellationToken cancellation)
    {
        var sql = $"""DELETE FROM {table} WHERE "Id" = ANY(ARRAY(SELECT "Id" FROM {table} WHERE "At" < @before AND {condition} ORDER BY "At" LIMIT {Batch}))""";
        long deleted = 0;
        int some;
        do
        {
            some = await ExecuteAsync(sql, before, cancellation);
            deleted += some;
        }
        while (some == Batch);
        return deleted;
    }

    private async Task<int> ExecuteAsync(string sql, DateTimeOffset? before, CancellationToken cancellation)
        => await database.WithConnectionAsync(connection => ExecuteOnAsync(connection, sql, before, cancellation), cancellation);

    private static async Task<int> ExecuteOnAsync(NpgsqlConnection connection, string sql, DateTimeOffset? before, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        if (before is { } time)
        {
            command.Parameters.AddWithValue("before", time.ToUniversalTime());
        }

        return await command.ExecuteNonQueryAsync(cancellation);
    }
}
