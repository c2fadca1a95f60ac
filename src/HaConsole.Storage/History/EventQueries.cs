using System.Text.Json;
using HaConsole.Failover;
using Npgsql;

namespace HaConsole.Storage;

/// <summary>Executes statements over events and reads what they give.</summary>
/// <param name="connection">Open connection, in a transaction.</param>
internal sealed class EventQueries(NpgsqlConnection connection)
{
    private const int HitsColumn = 14;
    private const int SampleHalf = 40;

    /// <summary>Executes a statement without parameters.</summary>
    public async Task ExecuteAsync(string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The place that a statement gives; null for no row.</summary>
    public async Task<EventCursor?> PlaceAsync(Action<NpgsqlCommand> statement, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand { Connection = connection };
        statement(command);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new EventCursor(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt16(2), reader.GetInt32(3))
            : null;
    }

    /// <summary>The rows that a statement gives.</summary>
    public async Task<List<EventRow>> RowsAsync(Action<NpgsqlCommand> statement, CancellationToken cancellation)
        => (await ReadAsync(statement, counted: false, cancellation)).Rows;

    /// <summary>The rows that a statement gives, and the number in its last column (0 without rows).</summary>
    public async Task<(List<EventRow> Rows, long Hits)> ProbeAsync(Action<NpgsqlCommand> statement, CancellationToken cancellation)
        => await ReadAsync(statement, counted: true, cancellation);

    /// <summary>The keys of all buckets of a pair, for each server.</summary>
    public async Task<List<(int Server, long Bucket, KeyRange Keys)>> BucketsAsync(string pair, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            """SELECT "Server", "Bucket", "FirstEpoch", "FirstSequence", "LastEpoch", "LastSequence" FROM event_buckets WHERE "Pair" = @pair""", connection);
        command.Parameters.AddWithValue("pair", StoredText.Name(pair));
        var buckets = new List<(int, long, KeyRange)>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            buckets.Add((reader.GetInt16(0), reader.GetInt64(1), new KeyRange(reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5))));
        }

        return buckets;
    }

    /// <summary>The searched text of some of the newest rows, and of some before a key.</summary>
    public async Task<List<string>> SampleAsync(long before, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"""
            (SELECT {SearchTerms.Expression} FROM events ORDER BY "Id" DESC LIMIT {SampleHalf})
            UNION ALL (SELECT {SearchTerms.Expression} FROM events WHERE "Id" < {before} ORDER BY "Id" DESC LIMIT {SampleHalf})
            """,
            connection);
        var texts = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            texts.Add(reader.GetString(0));
        }

        return texts;
    }

    private async Task<(List<EventRow> Rows, long Hits)> ReadAsync(Action<NpgsqlCommand> statement, bool counted, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand { Connection = connection };
        statement(command);
        var hits = 0L;
        var rows = new List<EventRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            hits = counted ? reader.GetInt64(HitsColumn) : 0;
            rows.Add(new EventRow
            {
                Id = reader.GetInt64(0),
                Pair = reader.GetString(1),
                Server = reader.GetInt16(2),
                Sequence = reader.GetInt64(3),
                Generation = reader.GetInt32(4),
                Epoch = reader.GetInt64(5),
                At = reader.GetFieldValue<DateTimeOffset>(6),
                Kind = reader.GetString(7),
                Row = reader.GetInt32(8),
                Severity = (Severity)reader.GetInt16(9),
                Sentence = reader.GetString(10),
                Evidence = JsonSerializer.Deserialize<Dictionary<string, string>>(reader.GetString(11), JsonSerializerOptions.Default)!,
                AcknowledgedAt = await reader.IsDBNullAsync(12, cancellation) ? null : reader.GetFieldValue<DateTimeOffset>(12),
                AcknowledgedBy = await reader.IsDBNullAsync(13, cancellation) ? null : reader.GetString(13),
            });
        }

        return (rows, hits);
    }
}
