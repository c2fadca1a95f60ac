using System.Diagnostics;
using Npgsql;

namespace HaConsole.Storage;

/// <summary>
/// A text search by way of the index for words. The index has the rows' buckets too (rows that arrived one after the other), and a table the keys of each
/// bucket, so that buckets are looked at in the order of the page until no other one can have a row that belongs on it. Where the words are rare, blocks
/// of buckets are looked at together.
/// </summary>
internal sealed class BucketWalk(EventQueries queries, EventSql sql, EventFilter filter, IReadOnlyDictionary<int, KeyRange>? ranges, bool backwards, double share)
{
    /// <summary>Rows with the words that are read from one bucket at most; where more have them, reading row by row finds them sooner.</summary>
    private const int MostHits = 400;
    private const int MostBlocks = 2;
    private const int RowsOfBlock = 1 << (SearchTerms.BucketBits + SearchTerms.BlockBits);
    private const string ByIndex = "SET LOCAL enable_bitmapscan = on; SET LOCAL enable_sort = on; SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off; SET LOCAL statement_timeout = 3000";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly HashSet<long> done = [];

    /// <summary>Blocks whose buckets are looked at one by one.</summary>
    private readonly HashSet<long> dense = [];

    /// <summary>Share of rows that have the words, where it was looked last.</summary>
    private double share = share;

    /// <summary>Blocks that are looked at together.</summary>
    private int width = 1;
    private List<EventRow> rows = [];

    /// <summary>The next rows after a place; the place where an unfinished search ended.</summary>
    public async Task<(List<EventRow> Rows, EventCursor? EndedAt)> ReadAsync(EventCursor? from, int limit, CancellationToken cancellation)
    {
        var begin = Stopwatch.GetTimestamp();
        var buckets = await BucketsAsync(from, cancellation);
        (long Epoch, long Sequence)? first = buckets.Count > 0 ? buckets[0].Near : null;
        if (buckets.Count > 0)
        {
            sql.AskForRareParts(await queries.SampleAsync(buckets[buckets.Count / 2].Number << SearchTerms.BucketBits, cancellation));
        }

        await queries.ExecuteAsync(ByIndex, cancellation);
        foreach (var (at, bucket) in buckets.Index().Where(b => !done.Contains(b.Item.Number)))
        {
            if (rows.Count >= limit && Compare((rows[limit - 1].Epoch, rows[limit - 1].Sequence), bucket.Near) < 0)
            {
                break;
            }

            var late = bucket.Near != first && Stopwatch.GetElapsedTime(begin) > Patience;
            try
            {
                if (!late)
                {
                    await LookAsync(buckets, at, from, limit, cancellation);
                    continue;
                }
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled && !cancellation.IsCancellationRequested)
            {
                // A bucket whose rows lie far apart in the order: what was found is shown, and the search goes on from there.
            }

            // Rows beyond the bucket that was not looked at any more would hide its own ones.
            rows.RemoveAll(r => Compare((r.Epoch, r.Sequence), bucket.Near) >= 0);
            return (rows, Before(bucket.Near));
        }

        return (rows, null);
    }

    private async Task LookAsync(List<Bucket> buckets, int at, EventCursor? from, int limit, CancellationToken cancellation)
    {
        var most = Math.Max(MostHits, 4 * limit);
        while (!dense.Contains(BlockOf(buckets[at])) && share * RowsOfBlock < most)
        {
            var blocks = buckets.Skip(at).Where(b => !done.Contains(b.Number)).Select(BlockOf).Distinct().Where(b => !dense.Contains(b)).Take(width).ToList();
            var (found, hits) = await queries.ProbeAsync(c => sql.Probe(c, [.. blocks.Select(b => -1 - b)], from, limit, most), cancellation);
            if (hits < most)
            {
                // More together as long as there is little in them: a page of a rare word is a few round trips.
                share = (double)hits / blocks.Count / RowsOfBlock;
                width = (int)Math.Clamp(most / 2 / Math.Max(share * RowsOfBlock, 1), 1, Math.Min(width * 2, MostBlocks));
                Add(found, limit);
                done.UnionWith(blocks.SelectMany(block => Enumerable.Range(0, 1 << SearchTerms.BlockBits).Select(i => (block << SearchTerms.BlockBits) + i)));
                return;
            }

            if (blocks.Count == 1)
            {
                break;
            }

            width = 1;
        }

        var bucket = buckets[at];
        dense.Add(BlockOf(bucket));
        done.Add(bucket.Number);
        var (some, number) = await queries.ProbeAsync(c => sql.Probe(c, [bucket.Number], from, limit, most), cancellation);
        share = (double)number / (1 << SearchTerms.BucketBits);
        if (number >= most)
        {
            await queries.ExecuteAsync(EventReader.RowByRow, cancellation);
            some = await queries.RowsAsync(c => sql.PageOfBucket(c, bucket.Number, bucket.Keys, from, limit), cancellation);
            await queries.ExecuteAsync(ByIndex, cancellation);
        }

        Add(some, limit);
    }

    private static long BlockOf(Bucket bucket) => bucket.Number >> SearchTerms.BlockBits;

    private void Add(List<EventRow> found, int limit)
    {
        if (found.Count > 0)
        {
            var all = rows.Concat(found);
            rows = [.. (backwards ? all.OrderByDescending(EventCursor.Of) : all.OrderBy(EventCursor.Of)).Take(limit)];
        }
    }

    /// <summary>The buckets that may have rows of the filter beyond the place, in the order of the page.</summary>
    private async Task<List<Bucket>> BucketsAsync(EventCursor? from, CancellationToken cancellation)
    {
        var near = new Dictionary<long, Bucket>();
        foreach (var (server, number, keys) in await queries.BucketsAsync(filter.Pair, cancellation))
        {
            var first = Later((keys.FirstEpoch, keys.FirstSequence), (filter.FromEpoch ?? long.MinValue, 0));
            var last = Earlier((keys.LastEpoch, keys.LastSequence), (filter.ToEpoch ?? long.MaxValue, long.MaxValue));
            if (ranges is not null)
            {
                if (!ranges.TryGetValue(server, out var range))
                {
                    continue;
                }

                (first, last) = (Later(first, (range.FirstEpoch, range.FirstSequence)), Earlier(last, (range.LastEpoch, range.LastSequence)));
            }

            if (from is { } place)
            {
                // The place itself included: another server's event can have the same epoch and sequence.
                (first, last) = backwards ? (first, Earlier(last, (place.Epoch, place.Sequence))) : (Later(first, (place.Epoch, place.Sequence)), last);
            }

            if (first.CompareTo(last) > 0 || (filter.Servers.Count > 0 && !filter.Servers.Contains(server)))
            {
                continue;
            }

            var own = backwards ? last : first;
            var known = near.TryGetValue(number, out var other) ? other : new Bucket(number, own, []);
            known.Keys[server] = keys;
            near[number] = known with { Near = Compare(own, known.Near) < 0 ? own : known.Near };
        }

        return [.. near.Values.Order(Comparer<Bucket>.Create((a, b) => Compare(a.Near, b.Near)))];
    }

    /// <summary>In the order of the page: below 0 when the first one comes first.</summary>
    private int Compare((long Epoch, long Sequence) left, (long Epoch, long Sequence) right) => backwards ? right.CompareTo(left) : left.CompareTo(right);

    /// <summary>A place just before all events with a key, in the order of the page.</summary>
    private EventCursor Before((long Epoch, long Sequence) key)
        => backwards ? new EventCursor(key.Epoch, key.Sequence, short.MaxValue, 0) : new EventCursor(key.Epoch, Math.Max(key.Sequence - 1, 0), short.MaxValue, 0);

    private static (long Epoch, long Sequence) Earlier((long, long) left, (long, long) right) => left.CompareTo(right) < 0 ? left : right;

    private static (long Epoch, long Sequence) Later((long, long) left, (long, long) right) => left.CompareTo(right) > 0 ? left : right;

    /// <summary>A bucket, the key that comes first of it in the order of the page, and the keys that each server has in it.</summary>
    private readonly record struct Bucket(long Number, (long Epoch, long Sequence) Near, Dictionary<int, KeyRange> Keys);
}
