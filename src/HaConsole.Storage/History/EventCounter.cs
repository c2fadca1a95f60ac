using System.Text.Json;
using Npgsql;

namespace HaConsole.Storage;

/// <summary>
/// Counts events: few of them exactly, more by what the planner, the index for words or a sample of the rows says. The planner alone knows nothing about
/// parts of words.
/// </summary>
/// <param name="connection">Open connection.</param>
/// <param name="filter">Which events.</param>
/// <param name="indexed">There is an index for words.</param>
internal sealed class EventCounter(NpgsqlConnection connection, EventFilter filter, bool indexed)
{
    private const int CountedExactly = 1_000;
    private const int SampledRows = 4_000;

    /// <summary>Rows of a sample that make it good enough: an error of about a third.</summary>
    private const int EnoughOfSample = 20;

    /// <summary>The number of events.</summary>
    public async Task<EventCount> CountAsync(CancellationToken cancellation)
    {
        var ranges = await new EventReader(connection, filter, indexed: false).RangesAsync(cancellation);
        if (ranges is { Count: 0 })
        {
            return new EventCount(0, true);
        }

        var sql = new EventSql(filter, ranges, backwards: true);
        var text = sql.Words.Count > 0;
        var useIndex = indexed && SearchTerms.CanUseIndex(sql.Words);
        double all = 0, share = 0;
        if (text)
        {
            all = Math.Max((long)await ScalarAsync("SELECT reltuples::bigint FROM pg_class WHERE oid = 'events'::regclass", cancellation), 1);
            var (sampled, fitting) = await SampleAsync(sql, Math.Clamp(100 * SampledRows / all, 0.000_001, 100), cancellation);
            share = (double)fitting / Math.Max(sampled, 1);
            if (fitting >= EnoughOfSample && share * all > 3 * CountedExactly)
            {
                return new EventCount((long)(all * share), false);
            }
        }

        if (useIndex)
        {
            sql.AskForRareParts(await new EventQueries(connection).SampleAsync(before: 0, cancellation));
        }

        var few = await WithinAsync(
            useIndex ? "SET LOCAL statement_timeout = 60; SET LOCAL enable_seqscan = off" : "SET LOCAL statement_timeout = 60",
            c => sql.Count(c, "SELECT count(*) FROM (", $" LIMIT {CountedExactly + 1}) few", useIndex),
            value => (long)value,
            cancellation);
        if (few <= CountedExactly)
        {
            return new EventCount(few.Value, true);
        }

        var estimate = text ? await ByIndexAsync(sql, ranges, useIndex, cancellation) ?? (long)(all * share) : await PlannedAsync(sql, cancellation);
        return new EventCount(Math.Max(estimate, few ?? 0), false);
    }

    /// <summary>What the index has of the words, and the share of it that the other members of the filter leave.</summary>
    private async Task<long?> ByIndexAsync(EventSql sql, IReadOnlyDictionary<int, KeyRange>? ranges, bool useIndex, CancellationToken cancellation)
    {
        var words = useIndex
            ? await WithinAsync("SET LOCAL statement_timeout = 300; SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off", sql.IndexCount, Found, cancellation)
            : null;
        if (words is null)
        {
            return null;
        }

        var fitting = await PlannedAsync(new EventSql(filter with { Text = "" }, ranges, backwards: true), cancellation);
        var whole = await PlannedAsync(new EventSql(new EventFilter { Pair = filter.Pair }, null, backwards: true), cancellation);
        return (long)(words * Math.Min((double)fitting / Math.Max(whole, 1), 1));
    }

    /// <summary>Rows that the index has found, in a plan that was executed.</summary>
    private static long Found(object plan)
    {
        using var document = JsonDocument.Parse((string)plan);
        return Of(document.RootElement[0].GetProperty("Plan"));

        // A word that is written in two ways is sought twice.
        static long Of(JsonElement node) => node.GetProperty("Node Type").GetString() == "Bitmap Index Scan"
            ? (long)node.GetProperty("Actual Rows").GetDouble()
            : node.TryGetProperty("Plans", out var plans) ? plans.EnumerateArray().Sum(Of) : 0;
    }

    private async Task<(long Sampled, long Fitting)> SampleAsync(EventSql sql, double percent, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand { Connection = connection };
        sql.Sample(command, percent);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private async Task<long> PlannedAsync(EventSql sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand { Connection = connection };
        sql.Count(command, "EXPLAIN (FORMAT JSON) ", "", indexed: false);
        using var plan = JsonDocument.Parse((string)(await command.ExecuteScalarAsync(cancellation))!);
        return (long)plan.RootElement[0].GetProperty("Plan").GetProperty("Plan Rows").GetDouble();
    }

    private async Task<object> ScalarAsync(string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>What a statement gives when it ends within its time; null otherwise.</summary>
    private async Task<long?> WithinAsync(string settings, Action<NpgsqlCommand> statement, Func<object, long> read, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        try
        {
            await new EventQueries(connection).ExecuteAsync(settings, cancellation);
            await using var command = new NpgsqlCommand { Connection = connection };
            statement(command);
            return read((await command.ExecuteScalarAsync(cancellation))!);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled && !cancellation.IsCancellationRequested)
        {
            return null;
        }
    }
}
