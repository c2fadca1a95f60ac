using System.Globalization;
using System.Text;
using HaConsole.Engine.Journal;
using HaConsole.Failover;
using Npgsql;

namespace HaConsole.Storage;

/// <summary>Keys between which a server's events lie.</summary>
internal readonly record struct KeyRange(long FirstEpoch, long FirstSequence, long LastEpoch, long LastSequence);

/// <summary>
/// Statements over events. A page is merged from one ordered index range for each server (and kind): the order of a single index cannot serve both
/// servers and a filter. Conditions of partial indexes are written as constants, as the planner must see them.
/// </summary>
internal sealed class EventSql
{
    private const int MostKindBranches = 20;
    private const string Columns =
        "\"Id\", \"Pair\", \"Server\", \"Sequence\", \"Generation\", \"Epoch\", \"At\", \"Kind\", \"Row\", \"Severity\", \"Sentence\", \"Evidence\", \"AcknowledgedAt\", \"AcknowledgedBy\"";

    private readonly EventFilter filter;
    private readonly IReadOnlyList<string> words;
    private readonly IReadOnlyDictionary<int, KeyRange>? ranges;
    private readonly bool backwards;

    /// <summary>What the index is asked for.</summary>
    private IReadOnlyList<string> parts;

    /// <summary>Prepares statements.</summary>
    /// <param name="filter">Which events.</param>
    /// <param name="ranges">Keys of the filter's hours for each server; null when there is no time in the filter.</param>
    /// <param name="backwards">Towards older events.</param>
    public EventSql(EventFilter filter, IReadOnlyDictionary<int, KeyRange>? ranges, bool backwards)
    {
        (this.filter, this.ranges, this.backwards) = (filter, ranges, backwards);
        words = SearchTerms.Words(filter.Text);
        parts = words;
    }

    /// <summary>Words of the text search.</summary>
    public IReadOnlyList<string> Words => words;

    /// <summary>Asks the index only for those parts of the words that are not in many rows of a sample, if there are any.</summary>
    public void AskForRareParts(IReadOnlyList<string> sample)
    {
        var rare = words.Where(w => SearchTerms.InJson(w) is null).Select(w => SearchTerms.RarePart(w, sample)).OfType<string>().ToList();
        parts = SearchTerms.CanUseIndex(rare) ? rare : words;
    }

    private string Direction => backwards ? "DESC" : "ASC";

    private string Order => $"ORDER BY \"Epoch\" {Direction}, \"Sequence\" {Direction}, \"Server\" {Direction}, \"Generation\" {Direction}";

    /// <summary>The next rows after a place, at most up to another one (included).</summary>
    public void Page(NpgsqlCommand command, EventCursor? from, EventCursor? upTo, int limit)
    {
        var branches = Branches().Select(b => $"(SELECT {Columns} FROM events WHERE {Where(b, from, upTo, text: true)} ORDER BY {BranchOrder} LIMIT {limit})");
        Finish(command, $"SELECT * FROM ({string.Join(" UNION ALL ", branches)}) u {Order} LIMIT {limit}");
    }

    /// <summary>
    /// The next rows of buckets (or, below 0, of blocks of buckets) after a place, by way of the index for words. Ends when <paramref name="most"/>
    /// rows have the words; the last column is how many have.
    /// </summary>
    public void Probe(NpgsqlCommand command, IReadOnlyList<long> buckets, EventCursor? from, int limit, int most)
    {
        // Hidden in a function, so that the planner has only one index to choose. Materialised: it would otherwise take the ordered index in the hope
        // of an early end that does not come.
        var hidden = $"coalesce({Text()} AND ({AnyServer(from)}), false)";
        Finish(
            command,
            $"WITH hits AS MATERIALIZED (SELECT {Columns} FROM events WHERE {SearchTerms.Buckets} && ARRAY[{string.Join(", ", buckets)}]::bigint[] AND {IndexedText()} AND {hidden} LIMIT {most}) "
                + $"SELECT *, (SELECT count(*) FROM hits) FROM hits {Order} LIMIT {limit}");
    }

    /// <summary>The next rows of a bucket after a place, row by row: for words that are frequent in it.</summary>
    /// <param name="command">Is filled.</param>
    /// <param name="bucket">Bucket.</param>
    /// <param name="keys">Keys that each server has in it.</param>
    /// <param name="from">Place.</param>
    /// <param name="limit">Most rows.</param>
    public void PageOfBucket(NpgsqlCommand command, long bucket, IReadOnlyDictionary<int, KeyRange> keys, EventCursor? from, int limit)
    {
        // The index range is the bucket's alone: of two ranges on the same columns the index would begin at either.
        var branches = Branches().Select(b => b.Server).Distinct().Where(keys.ContainsKey).Select(s =>
            $"(SELECT {Columns} FROM events WHERE \"Pair\" = @pair AND \"Server\" = {s}{Between(keys[s])} AND \"Id\" >> {SearchTerms.BucketBits} = {bucket} "
                + $"AND coalesce({Where(new Branch(s, null), from, null, text: true)}, false) ORDER BY {BranchOrder} LIMIT {limit})");
        Finish(command, $"SELECT * FROM ({string.Join(" UNION ALL ", branches)}) u {Order} LIMIT {limit}");
    }

    /// <summary>How many rows the index for words has, at most a few more than there are: the plan of a query that ends at once.</summary>
    public void IndexCount(NpgsqlCommand command)
        => Finish(command, $"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) SELECT 1 FROM events WHERE {IndexedText()} LIMIT 1");

    /// <summary>Number of rows of a sample, and of those in it that fit.</summary>
    /// <param name="command">Is filled.</param>
    /// <param name="percent">Pages of the table that are read, in percent.</param>
    public void Sample(NpgsqlCommand command, double percent)
        => Finish(
            command,
            string.Create(
                CultureInfo.InvariantCulture,
                $"SELECT count(*), count(*) FILTER (WHERE ({AnyServer(null)}){(words.Count == 0 ? "" : $" AND {Text()}")}) FROM events TABLESAMPLE SYSTEM ({percent:0.######}) REPEATABLE (7)"));

    /// <summary>The place that lies a number of index entries further; no row when no branch has that many.</summary>
    public void Window(NpgsqlCommand command, EventCursor? from, long entries)
    {
        var branches = Branches().Select(b =>
            $"(SELECT \"Epoch\", \"Sequence\", \"Server\", \"Generation\" FROM events WHERE {Where(b, from, null, text: false)} ORDER BY {BranchOrder} OFFSET {entries - 1} LIMIT 1)");
        Finish(command, $"SELECT * FROM ({string.Join(" UNION ALL ", branches)}) u {Order} LIMIT 1");
    }

    /// <summary>All rows, for counting.</summary>
    public void Count(NpgsqlCommand command, string before, string after, bool indexed)
    {
        var text = words.Count == 0 ? "" : $" AND {Text()}{(indexed ? $" AND {IndexedText()}" : "")}";
        Finish(command, $"{before}SELECT 1 FROM events WHERE ({AnyServer(null)}){text}{after}");
    }

    private string BranchOrder => $"\"Epoch\" {Direction}, \"Sequence\" {Direction}, \"Generation\" {Direction}";

    private IEnumerable<Branch> Branches()
    {
        IEnumerable<int> servers = filter.Servers.Count > 0 ? filter.Servers.Distinct() : [0, 1, 2];
        servers = ranges is null ? servers : servers.Where(ranges.ContainsKey);
        var listed = servers.DefaultIfEmpty(-1).ToList();
        return filter.Kinds.Count is 0 or > MostKindBranches
            ? listed.Select(s => new Branch(s, null))
            : listed.SelectMany(s => filter.Kinds.Distinct().Select((_, i) => new Branch(s, i)));
    }

    private string AnyServer(EventCursor? from)
        => string.Join(" OR ", Branches().Select(b => b.Server).Distinct().Select(s => $"({Where(new Branch(s, null), from, null, text: false)})"));

    private string Where(Branch branch, EventCursor? from, EventCursor? upTo, bool text)
    {
        var where = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"\"Pair\" = @pair AND \"Server\" = {branch.Server}"));
        if (branch.Kind is { } kind)
        {
            where.Append(CultureInfo.InvariantCulture, $" AND \"Kind\" = @kind{kind}");
        }
        else if (filter.Kinds.Count > 0)
        {
            where.Append(" AND \"Kind\" = ANY(@kinds)");
        }

        var hours = ranges is not null && ranges.TryGetValue(branch.Server, out var range) ? range : (KeyRange?)null;
        if (from is { } start)
        {
            // Of two ranges on the same side the index would begin at either: only the narrower one is written.
            var key = (start.Epoch, start.Sequence);
            if (hours is { } own && (backwards ? (own.LastEpoch, own.LastSequence).CompareTo(key) < 0 : (own.FirstEpoch, own.FirstSequence).CompareTo(key) > 0))
            {
                from = null;
            }
            else
            {
                where.Append(" AND ").Append(Beyond(start, branch.Server, included: false, backwards));
            }
        }

        if (upTo is { } end)
        {
            where.Append(" AND ").Append(Beyond(end, branch.Server, included: true, !backwards));
        }

        if (hours is { } bounds)
        {
            where.Append(Between(bounds, lower: from is null || backwards, upper: from is null || !backwards));
        }

        AppendFilter(where);
        if (text && words.Count > 0)
        {
            where.Append(" AND ").Append(Text());
        }

        return where.ToString();
    }

    private static string Between(KeyRange range, bool lower = true, bool upper = true)
        => (lower ? string.Create(CultureInfo.InvariantCulture, $" AND (\"Epoch\", \"Sequence\") >= ({range.FirstEpoch}, {range.FirstSequence})") : "")
            + (upper ? string.Create(CultureInfo.InvariantCulture, $" AND (\"Epoch\", \"Sequence\") <= ({range.LastEpoch}, {range.LastSequence})") : "");

    private void AppendFilter(StringBuilder where)
    {
        if (filter.MinSeverity > Severity.Info || filter.OnlyUnacknowledged)
        {
            where.Append(CultureInfo.InvariantCulture, $" AND \"Severity\" >= {Math.Max((int)filter.MinSeverity, filter.OnlyUnacknowledged ? 1 : 0)}");
        }

        where.Append(filter.OnlyUnacknowledged ? " AND \"AcknowledgedAt\" IS NULL AND \"Severity\" >= 1" : "");
        where.Append(filter.HidesRemarks ? $" AND \"Kind\" NOT IN ('{EventRemark.AcknowledgedKind}', '{EventRemark.NoteKind}')" : "");
        where.Append(filter.OnlyDecisions ? " AND \"Row\" > 0" : "");
        where.Append(filter.FromEpoch is null ? "" : " AND \"Epoch\" >= @fromEpoch");
        where.Append(filter.ToEpoch is null ? "" : " AND \"Epoch\" <= @toEpoch");
        where.Append(filter.From is null ? "" : " AND \"At\" >= @from");
        where.Append(filter.To is null ? "" : " AND \"At\" <= @to");
    }

    /// <summary>The rows of a server on one side of a place in the order of both servers.</summary>
    private static string Beyond(EventCursor place, int server, bool included, bool older)
    {
        var sign = older ? "<" : ">";
        if (server == place.Server)
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"(\"Epoch\", \"Sequence\", \"Generation\") {sign}{(included ? "=" : "")} ({place.Epoch}, {place.Sequence}, {place.Generation})");
        }

        var same = older ? server < place.Server : server > place.Server;
        return string.Create(CultureInfo.InvariantCulture, $"(\"Epoch\", \"Sequence\") {sign}{(same ? "=" : "")} ({place.Epoch}, {place.Sequence})");
    }

    private string Text()
        => string.Join(" AND ", words.Select((word, i) => SearchTerms.InJson(word) is null
            ? $"{SearchTerms.Expression} LIKE lower(@word{i})"
            : $"({SearchTerms.Expression} LIKE lower(@word{i}) OR {SearchTerms.Expression} LIKE lower(@json{i}))"));

    /// <summary>What the index can find of the words: those of three characters and more, or their rare parts.</summary>
    private string IndexedText()
    {
        var text = SearchTerms.Joined(SearchTerms.Expression);
        string Like(string name, int i) => $"{text} LIKE {SearchTerms.Joined($"lower(@{name}{i})")}";
        return string.Join(" AND ", parts.Index().Where(w => SearchTerms.CanUseIndex([w.Item])).Select(w => SearchTerms.InJson(w.Item) is null
            ? Like("part", w.Index)
            : $"({Like("part", w.Index)} OR {Like("jpart", w.Index)})"));
    }

    private void Finish(NpgsqlCommand command, string sql)
    {
        command.CommandText = sql;
        void Add(string name, object value)
        {
            if (sql.Contains("@" + name, StringComparison.Ordinal))
            {
                command.Parameters.AddWithValue(name, value);
            }
        }

        Add("pair", StoredText.Name(filter.Pair));
        Add("kinds", filter.Kinds.Select(StoredText.Name).Distinct().ToArray());
        foreach (var (i, kind) in filter.Kinds.Distinct().Take(MostKindBranches).Index())
        {
            Add($"kind{i}", StoredText.Name(kind));
        }

        foreach (var (i, part) in parts.Index())
        {
            Add($"part{i}", SearchTerms.Pattern(part));
            Add($"jpart{i}", SearchTerms.Pattern(SearchTerms.InJson(part) ?? part));
        }

        foreach (var (i, word) in words.Index())
        {
            Add($"word{i}", SearchTerms.Pattern(word));
            Add($"json{i}", SearchTerms.Pattern(SearchTerms.InJson(word) ?? word));
        }

        Add("fromEpoch", filter.FromEpoch ?? 0);
        Add("toEpoch", filter.ToEpoch ?? 0);
        Add("from", (filter.From ?? default).ToUniversalTime());
        Add("to", (filter.To ?? default).ToUniversalTime());
    }

    /// <summary>One ordered index range.</summary>
    private readonly record struct Branch(int Server, int? Kind);
}
