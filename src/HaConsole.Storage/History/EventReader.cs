using System.Diagnostics;
using Npgsql;

namespace HaConsole.Storage;

/// <summary>Reads pages of events. A search looks at the newest rows first and takes the index for words that they do not have often enough.</summary>
/// <param name="connection">Open connection, in a transaction.</param>
/// <param name="filter">Which events.</param>
/// <param name="indexed">There is an index for words.</param>
internal sealed class EventReader(NpgsqlConnection connection, EventFilter filter, bool indexed)
{
    /// <summary>Index entries of each server that are looked at one by one first.</summary>
    private const int FirstWindow = 400;

    /// <summary>With the index for words, and without it.</summary>
    private const int LargestWindow = 3_000;
    private const int LargestWindowUnindexed = 15_000;

    /// <summary>Rows in their order: the planner must neither read all that the index for words has, nor sort because it expects few rows to have the words.</summary>
    public const string RowByRow = "SET LOCAL enable_bitmapscan = off; SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_indexscan = on";
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(80);
    private readonly EventQueries queries = new(connection);

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
            ? (await queries.RowsAsync(c => sql.Page(c, from, null, limit), cancellation), null)
            : await SearchAsync(sql, ranges, from, backwards, limit, cancellation);
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

    private async Task<(List<EventRow> Rows, EventCursor? EndedAt)> SearchAsync(
        EventSql sql, IReadOnlyDictionary<int, KeyRange>? ranges, EventCursor? from, bool backwards, int limit, CancellationToken cancellation)
    {
        var rows = new List<EventRow>();
        var begin = Stopwatch.GetTimestamp();
        var useIndex = indexed && SearchTerms.CanUseIndex(sql.Words);
        await queries.ExecuteAsync(RowByRow, cancellation);
        for (long window = FirstWindow, looked = 0; ;)
        {
            var end = await queries.PlaceAsync(c => sql.Window(c, from, window), cancellation);
            var found = await queries.RowsAsync(c => sql.Page(c, from, end, limit - rows.Count), cancellation);
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
                var walk = new BucketWalk(queries, sql, filter, ranges, backwards, (double)found.Count / window / 2);
                var (others, endedAt) = await walk.ReadAsync(end, limit - rows.Count, cancellation);
                rows.AddRange(others);
                return (rows, endedAt);
            }

            if (!useIndex && Stopwatch.GetElapsedTime(begin) > Patience)
            {
                return (rows, end);
            }

            window = useIndex ? Math.Max(wanted, FirstWindow) : Math.Min(window * 3, LargestWindowUnindexed);
        }
    }
}
