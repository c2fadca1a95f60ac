using System.Diagnostics;
using System.Text.Json;
using HaConsole.Failover;
using Npgsql;

namespace HaConsole.Storage;

/// <summary>Reads pages of events. A search looks at the newest rows first and takes the index for words that they do not have often enough.</summary>
/// <param name="connection">Open connection, in a transaction.</param>
/// <param name="filter">Which events.</param>
/// <param name="indexed">There is an index for words.</param>
internal sealed class EventReader(NpgsqlConnection connection, EventFilter filter, bool indexed)
{
    /// <summary>Index entries of each server that are looked at before the index for words is asked.</summary>
    private const int FirstWindow = 3_000;
    private const int LargestWindow = 15_000;

    /// <summary>Index entries of each server that a search by way of the index is narrowed to at most.</summary>
    private const int LargestRange = 300_000;

    /// <summary>Within a window the planner must not read all that the index for words has.</summary>
    private const string RowByRow = "SET LOCAL enable_bitmapscan = off";
    private const string ByIndex = "SET LOCAL enable_bitmapscan = on; SET LOCAL statement_timeout = 3000";
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(80);

    /// <summary>The rows next to a place, in the direction of reading; the place where an unfinished search ended.</summary>
    public async Task<(List<EventRow> Rows, EventCursor? EndedAt)> ReadAsync(EventCursor? from, bool backwards, int limit, CancellationToken cancellation)
    {
        var ranges = await RangesAsync(cancellation);
        if (ranges is { Count: 0 })
        {
            return ([], null);
        }

        var sql = new EventSql(filter, ranges, backwards);
        return sql.Words.Count == 0
            ? (await RowsAsync(c => sql.Page(c, from, null, limit), cancellation), null)
            : await SearchAsync(sql, from, limit, cancellation);
    }

    /// <summary>Keys of the filter's hours for each server; null when there is no time in the filter.</summary>
    public async Task<IReadOnlyDictionary<int, KeyRange>?> RangesAsync(CancellationToken cancellation)
    {
        if (filter.From is null && filter.To is null)
        {
            return null;
        }

        await using var command = new NpgsqlCommand(
            """
            SELECT "Server", min(ARRAY["FirstEpoch", "FirstSequence"]), max(ARRAY["LastEpoch", "LastSequence"]) FROM event_hours
            WHERE "Pair" = @pair AND "Hour" > @from AND "Hour" <= @to GROUP BY "Server"
            """,
            connection);
        command.Parameters.AddWithValue("pair", StoredText.Name(filter.Pair));
        var earliest = filter.From ?? DateTimeOffset.UnixEpoch;
        command.Parameters.AddWithValue("from", earliest.Ticks > TimeSpan.TicksPerHour ? earliest.ToUniversalTime().AddHours(-1) : DateTimeOffset.UnixEpoch);
        command.Parameters.AddWithValue("to", (filter.To ?? DateTimeOffset.MaxValue).ToUniversalTime());
        var ranges = new Dictionary<int, KeyRange>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var (first, last) = (reader.GetFieldValue<long[]>(1), reader.GetFieldValue<long[]>(2));
            ranges[reader.GetInt16(0)] = new KeyRange(first[0], first[1], last[0], last[1]);
        }

        return ranges;
    }

    private async Task<(List<EventRow> Rows, EventCursor? EndedAt)> SearchAsync(EventSql sql, EventCursor? from, int limit, CancellationToken cancellation)
    {
        var rows = new List<EventRow>();
        var begin = Stopwatch.GetTimestamp();
        var useIndex = indexed && SearchTerms.CanUseIndex(sql.Words);
        await ExecuteAsync(RowByRow, cancellation);
        for (long window = FirstWindow, looked = 0; ;)
        {
            var end = await PlaceAsync(c => sql.Window(c, from, window), cancellation);
            var found = await RowsAsync(c => sql.Page(c, from, end, limit - rows.Count), cancellation);
            rows.AddRange(found);
            if (rows.Count >= limit || end is null)
            {
                return (rows, null);
            }

            // As many rows as have the words often enough if they are spread evenly.
            var wanted = found.Count == 0 ? long.MaxValue : window * (limit - rows.Count) / found.Count * 5 / 4;
            (from, looked) = (end, looked + window);
            if (useIndex && (wanted > LargestWindow || looked > LargestWindow))
            {
                return await SearchByIndexAsync(sql, rows, end.Value, wanted, limit, cancellation);
            }

            if (!useIndex && Stopwatch.GetElapsedTime(begin) > Patience)
            {
                return (rows, end);
            }

            window = useIndex ? Math.Max(wanted, FirstWindow) : Math.Min(window * 2, LargestWindow);
        }
    }

    private async Task<(List<EventRow> Rows, EventCursor? EndedAt)> SearchByIndexAsync(
        EventSql sql, List<EventRow> rows, EventCursor from, long wanted, int limit, CancellationToken cancellation)
    {
        try
        {
            await ExecuteAsync(ByIndex, cancellation);
            if (wanted <= LargestRange && await PlaceAsync(c => sql.Window(c, from, wanted), cancellation) is { } end)
            {
                rows.AddRange(await RowsAsync(c => sql.Search(c, from, end, limit - rows.Count), cancellation));
                from = end;
            }

            if (rows.Count < limit)
            {
                rows.AddRange(await RowsAsync(c => sql.Search(c, from, null, limit - rows.Count), cancellation));
            }

            return (rows, null);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled && !cancellation.IsCancellationRequested)
        {
            // Many old rows have the words and few new ones: what was found is shown, and the search goes on from there.
            return (rows, from);
        }
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private async Task<EventCursor?> PlaceAsync(Action<NpgsqlCommand> statement, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand { Connection = connection };
        statement(command);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new EventCursor(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt16(2), reader.GetInt32(3))
            : null;
    }

    private async Task<List<EventRow>> RowsAsync(Action<NpgsqlCommand> statement, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand { Connection = connection };
        statement(command);
        return await ReadRowsAsync(command, cancellation);
    }

    private static async Task<List<EventRow>> ReadRowsAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        var rows = new List<EventRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
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

        return rows;
    }
}
