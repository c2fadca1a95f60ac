using System.Globalization;
using Npgsql;

namespace HaConsole.Benchmarks;

/// <summary>Fills the table of events, fast: without its indexes, which are made afterwards from their own definitions.</summary>
internal static class StorageSeed
{
    /// <summary>
    /// One event every three seconds, two servers in turns, an epoch of 2,000 events. One in 97 is a warning, one in 10,007 an alarm; words of several
    /// frequencies; "archaic" stands in every tenth event of the oldest tenth only.
    /// </summary>
    private const string Events = """
        INSERT INTO events ("Pair", "Server", "Sequence", "Generation", "Epoch", "At", "Kind", "Row", "Severity", "Sentence", "Evidence")
        SELECT 'default', 1 + i % 2, 1 + i / 2, 0, 1 + i / 2000, timestamptz '2026-11-20 00:00Z' - make_interval(secs => 3.0 * (@count - i)),
            CASE WHEN i % 100003 = 0 THEN 'split-brain' ELSE (ARRAY['probe-failed', 'probe-recovered', 'service-started', 'role-changed', 'peer-seen', 'check-failed', 'sync-done'])[1 + i % 7] END,
            CASE WHEN i % 50 = 0 THEN 100 + i % 900 ELSE 0 END,
            CASE WHEN i % 10007 = 0 THEN 2 WHEN i % 97 = 0 THEN 1 ELSE 0 END,
            'The service orders-' || i % 40 || ' answered probe ' || i || ' after ' || (i % 7919) * 13 % 1000 || ' ms on server #' || 1 + i % 2
                || CASE WHEN i % 101 = 0 THEN ' hundredth' ELSE '' END
                || CASE WHEN i % 1009 = 0 THEN ' thousandth' ELSE '' END
                || CASE WHEN i % 1000003 = 0 THEN ' millionth' ELSE '' END
                || CASE WHEN i < @count / 10 AND i % 10 = 0 THEN ' archaic' ELSE '' END,
            jsonb_build_object('peer', CASE WHEN i % 3 = 0 THEN 'Unreachable' ELSE 'Alive' END, 'missed', (i % 5)::text, 'address', '10.1.' || i % 250 || '.' || i % 251)
        FROM generate_series(1, @count::bigint) i
        """;

    private const string Hours = """
        INSERT INTO event_hours ("Pair", "Server", "Hour", "FirstEpoch", "FirstSequence", "LastEpoch", "LastSequence")
        SELECT "Pair", "Server", date_trunc('hour', "At"), (min(ARRAY["Epoch", "Sequence"]))[1], (min(ARRAY["Epoch", "Sequence"]))[2],
            (max(ARRAY["Epoch", "Sequence"]))[1], (max(ARRAY["Epoch", "Sequence"]))[2]
        FROM events GROUP BY 1, 2, 3
        """;

    private const string Buckets = """
        INSERT INTO event_buckets ("Pair", "Server", "Bucket", "FirstEpoch", "FirstSequence", "LastEpoch", "LastSequence")
        SELECT "Pair", "Server", "Id" >> 14, (min(ARRAY["Epoch", "Sequence"]))[1], (min(ARRAY["Epoch", "Sequence"]))[2],
            (max(ARRAY["Epoch", "Sequence"]))[1], (max(ARRAY["Epoch", "Sequence"]))[2]
        FROM events GROUP BY 1, 2, 3
        """;

    public static async Task FillAsync(string connectionString, int count, TextWriter progress)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        var indexes = new List<(string Name, string Definition)>();
        await using (var command = new NpgsqlCommand("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'events' AND indexname NOT LIKE 'PK%'", connection))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                indexes.Add((reader.GetString(0), reader.GetString(1)));
            }
        }

        // A crash while seeding may cost the data; the settings of the measured queries are the product's own.
        foreach (var setting in (string[])["fsync = off", "max_wal_size = '8GB'", "checkpoint_timeout = '1h'"])
        {
            await ExecuteAsync(connection, $"ALTER SYSTEM SET {setting}");
        }

        await ExecuteAsync(connection, "SELECT pg_reload_conf()");
        await ExecuteAsync(connection, "SET maintenance_work_mem = '1GB'; SET work_mem = '256MB'");
        foreach (var (name, _) in indexes)
        {
            await ExecuteAsync(connection, $"DROP INDEX \"{name}\"");
        }

        progress.WriteLine(string.Create(CultureInfo.InvariantCulture, $"inserting {count:N0} events"));
        await ExecuteAsync(connection, "ALTER TABLE events DISABLE TRIGGER USER");
        await ExecuteAsync(connection, Events, count);
        await ExecuteAsync(connection, "ALTER TABLE events ENABLE TRIGGER USER");
        await ExecuteAsync(connection, Hours);
        await ExecuteAsync(connection, Buckets);
        foreach (var (name, definition) in indexes)
        {
            progress.WriteLine($"index {name}");
            await ExecuteAsync(connection, definition);
        }

        await ExecuteAsync(connection, "ALTER SYSTEM RESET ALL");
        await ExecuteAsync(connection, "SELECT pg_reload_conf()");
        await ExecuteAsync(connection, "VACUUM (ANALYZE) events");
        await ExecuteAsync(connection, "CHECKPOINT");
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, int? count = null)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        if (count is { } value)
        {
            command.Parameters.AddWithValue("count", value);
        }

        await command.ExecuteNonQueryAsync();
    }
}
