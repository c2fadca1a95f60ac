using HaConsole.Failover;
using HaConsole.Storage.Tests.Support;
using Npgsql;
using NpgsqlTypes;

namespace HaConsole.Storage.Tests;

/// <summary>
/// Text searches by way of the index, compared with a naive search: rows of many buckets, of which one is crowded, that have not arrived in the order of
/// the timeline.
/// </summary>
public sealed class SearchTests(SearchTests.Rows data) : IClassFixture<SearchTests.Rows>
{
    /// <summary>Words of two characters: the index does not know them.</summary>
    private const string NoIndex = "re ar";

    private static readonly string[] Texts =
    [
        "common", "hundred", "rare", "once", "archaic", "archaic hundred", "10.1.7.42", "0.1.7.4", "RARE common", "zebra", "\"10.1.7.42\"", "probe-failed rare", "dred rar", "re rar", NoIndex,
    ];

    [Fact]
    public async Task Pages_OfSearchesWithFilters_AreTheWholeSetInOrderBothWays()
    {
        var random = new Random(11);
        for (var round = 0; round < 70; round++)
        {
            var filter = RandomFilter(random, Texts[round % Texts.Length]);
            var expected = Naive(filter);
            var limit = random.Next(1, 200);
            List<EventCursor> older = [];
            EventPage page;
            EventCursor? before = null;
            do
            {
                page = await data.Database.Events.QueryAsync(filter, new EventPaging { Before = before, Limit = limit });
                older.AddRange(page.Rows.Select(EventCursor.Of));
                before = page.Older;
                Assert.True(page.Complete || filter.Text == NoIndex, $"round {round}: {filter} ended early");
            }
            while (before is not null);

            Assert.True(expected.SequenceEqual(older), $"round {round}: {filter}: {expected.Count} expected, {older.Count} found");

            List<EventCursor> newer = [];
            EventCursor? after = new EventCursor(0, 0, 0, 0);
            do
            {
                page = await data.Database.Events.QueryAsync(filter, new EventPaging { After = after, Limit = limit });
                newer.InsertRange(0, page.Rows.Select(EventCursor.Of));
                after = page.Newer;
            }
            while (page.Rows.Count > 0 || !page.Complete);

            Assert.True(expected.SequenceEqual(newer), $"round {round} upwards: {filter}: {expected.Count} expected, {newer.Count} found");
        }
    }

    [Fact]
    public async Task Pages_FromAnyPlace_AreTheNextOnes()
    {
        var random = new Random(12);
        for (var round = 0; round < 60; round++)
        {
            var filter = new EventFilter { Text = Texts[round % (Texts.Length - 1)] };
            var place = EventCursor.Of(data.All[random.Next(data.All.Count)]);
            var expected = Naive(filter);

            var older = await data.Database.Events.QueryAsync(filter, new EventPaging { Before = place, Limit = 30 });
            var newer = await data.Database.Events.QueryAsync(filter, new EventPaging { After = place, Limit = 30 });

            Assert.True(older.Complete && newer.Complete, $"round {round}: {filter} ended early");
            Assert.Equal(expected.Where(c => c < place).Take(30), older.Rows.Select(EventCursor.Of));
            Assert.Equal(expected.Where(c => c > place).TakeLast(30), newer.Rows.Select(EventCursor.Of));
        }
    }

    [Theory]
    [InlineData("common", Severity.Info)]
    [InlineData("archaic", Severity.Info)]
    [InlineData("hundred", Severity.Info)]
    [InlineData("common", Severity.Warning)]
    [InlineData("rare", Severity.Info)]
    [InlineData("zebra", Severity.Info)]
    public async Task Count_OfAText_IsExactWhenSmallAndCloseOtherwise(string text, Severity severity)
    {
        await data.Database.ExecuteAsync("ANALYZE events");
        var filter = new EventFilter { Text = text, MinSeverity = severity };
        var expected = Naive(filter).Count;

        var count = await data.Database.Events.CountAsync(filter);

        Assert.True(count.Exact ? count.Value == expected : count.Value > expected * 0.6 && count.Value < expected * 1.6, $"{count}, expected {expected}");
    }

    [Fact]
    public async Task Buckets_KeptByTheTrigger_AreThoseOfTheRows()
    {
        const string Right = """
            SELECT "Pair", "Server", "Id" >> 14, min(ARRAY["Epoch", "Sequence"]), max(ARRAY["Epoch", "Sequence"]) FROM events GROUP BY 1, 2, 3
            """;
        const string Kept = """
            SELECT "Pair", "Server", "Bucket", ARRAY["FirstEpoch", "FirstSequence"], ARRAY["LastEpoch", "LastSequence"] FROM event_buckets
            """;

        Assert.Equal(0, await data.Database.ScalarAsync<long>($"SELECT count(*) FROM (({Right}) EXCEPT ({Kept})) d"));
        Assert.Equal(0, await data.Database.ScalarAsync<long>($"SELECT count(*) FROM (({Kept}) EXCEPT ({Right})) d"));
        Assert.True(await data.Database.ScalarAsync<long>("SELECT count(DISTINCT \"Bucket\" >> 4) FROM event_buckets") > 2, "too few blocks for a test");
    }

    private static EventFilter RandomFilter(Random random, string text)
    {
        bool Sometimes() => random.Next(5) == 0;
        return new EventFilter
        {
            Text = text,
            Servers = Sometimes() ? [random.Next(1, 3)] : [],
            MinSeverity = Sometimes() ? Severity.Warning : Severity.Info,
            Kinds = Sometimes() ? ["probe-failed"] : [],
            From = Sometimes() ? Rows.Start.AddSeconds(random.Next(Rows.Count)) : null,
            To = Sometimes() ? Rows.Start.AddSeconds(random.Next(Rows.Count)) : null,
            FromEpoch = Sometimes() ? random.Next(1, 20) : null,
            ToEpoch = Sometimes() ? random.Next(1, 20) : null,
            OnlyDecisions = Sometimes(),
        };
    }

    private List<EventCursor> Naive(EventFilter filter)
        => [.. data.All.Where(e => filter.Servers.Count == 0 || filter.Servers.Contains(e.Server))
            .Where(e => e.Severity >= filter.MinSeverity && (filter.Kinds.Count == 0 || filter.Kinds.Contains(e.Kind)))
            .Where(e => (filter.From is null || e.At >= filter.From) && (filter.To is null || e.At <= filter.To))
            .Where(e => (filter.FromEpoch is null || e.Epoch >= filter.FromEpoch) && (filter.ToEpoch is null || e.Epoch <= filter.ToEpoch))
            .Where(e => !filter.OnlyDecisions || e.Row > 0)
            .Where(e => filter.Text.Split(' ').All(w => $"{e.Kind} {e.Sentence} {{\"address\": \"{e.Evidence["address"]}\"}}".Contains(w, StringComparison.OrdinalIgnoreCase)))
            .Select(EventCursor.Of).OrderDescending()];

    /// <summary>
    /// Two servers whose numbers have nothing to do with each other; the second one's events arrive in late heaps, and it numbers from the start again
    /// near the end. The oldest rows lie close together, the others far apart.
    /// </summary>
    public sealed class Rows : IAsyncLifetime
    {
        public const int Count = 48_000;
        private const int Crowded = 6_000;
        private const int Heap = 3_000;
        public static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

        public TestDatabase Database { get; } = new();

        public List<EventRow> All { get; } = [];

        public async Task InitializeAsync()
        {
            var ready = ((IAsyncLifetime)Database).InitializeAsync();
            Make();
            await ready;
            await TestDatabase.UntilAsync(() => Database.Database.Status.TextSearch == TextSearch.Indexed, "the index for words");
            await using var connection = new NpgsqlConnection(Database.ConnectionString);
            await connection.OpenAsync();
            foreach (var heap in All.Chunk(Heap))
            {
                await InsertAsync(connection, heap);
            }

            await Database.ExecuteAsync(
                """
                INSERT INTO event_hours ("Pair", "Server", "Hour", "FirstEpoch", "FirstSequence", "LastEpoch", "LastSequence")
                SELECT "Pair", "Server", date_trunc('hour', "At"), (min(ARRAY["Epoch", "Sequence"]))[1], (min(ARRAY["Epoch", "Sequence"]))[2],
                    (max(ARRAY["Epoch", "Sequence"]))[1], (max(ARRAY["Epoch", "Sequence"]))[2]
                FROM events GROUP BY 1, 2, 3
                """);
        }

        public async Task DisposeAsync() => await Database.DisposeAsync();

        private void Make()
        {
            var random = new Random(10);
            List<EventRow> late = [];
            var (epoch, first, second, generation) = (1L, 0L, 500_000L, 0);
            for (var i = 1; i <= Count; i++)
            {
                epoch += random.Next(2_500) == 0 ? 1 : 0;
                if (i == Count * 9 / 10)
                {
                    (epoch, second, generation) = (epoch + 1, 0, 1);
                }

                var server = 1 + (random.Next(3) / 2);
                var row = new EventRow
                {
                    Pair = "default",
                    Server = server,
                    Sequence = server == 1 ? ++first : ++second,
                    Generation = server == 1 ? 0 : generation,
                    Epoch = epoch,
                    At = Start.AddSeconds(i),
                    Kind = i % 4 == 0 ? "probe-failed" : "role-changed",
                    Row = i % 50 == 0 ? 400 : 0,
                    Severity = i % 31 == 0 ? Severity.Warning : Severity.Info,
                    Sentence = $"Event {i}{(i % 3 == 0 ? " common" : "")}{(i % 101 == 0 ? " hundred" : "")}{(i % 1009 == 0 ? " rare" : "")}{(i == 777 ? " once" : "")}{(i < Crowded ? " archaic" : "")}",
                    Evidence = new Dictionary<string, string> { ["address"] = $"10.1.{i % 20}.{i % 51}" },
                };
                (server == 1 ? All : late).Add(row);
                if (late.Count >= Heap || i == Count)
                {
                    All.AddRange(late);
                    late.Clear();
                }
            }
        }

        private async Task InsertAsync(NpgsqlConnection connection, EventRow[] rows)
        {
            await using var copy = await connection.BeginBinaryImportAsync(
                """COPY events ("Id", "Pair", "Server", "Sequence", "Generation", "Epoch", "At", "Kind", "Row", "Severity", "Sentence", "Evidence") FROM STDIN (FORMAT binary)""");
            var begin = (long)All.IndexOf(rows[0]);
            foreach (var (i, row) in rows.Index())
            {
                var place = begin + i + 1;
                await copy.StartRowAsync();
                await copy.WriteAsync(place <= Crowded ? place : Crowded + ((place - Crowded) * 24));
                await copy.WriteAsync(row.Pair);
                await copy.WriteAsync((short)row.Server);
                await copy.WriteAsync(row.Sequence);
                await copy.WriteAsync(row.Generation);
                await copy.WriteAsync(row.Epoch);
                await copy.WriteAsync(row.At, NpgsqlDbType.TimestampTz);
                await copy.WriteAsync(row.Kind);
                await copy.WriteAsync(row.Row);
                await copy.WriteAsync((short)row.Severity);
                await copy.WriteAsync(row.Sentence);
                await copy.WriteAsync($"{{\"address\": \"{row.Evidence["address"]}\"}}", NpgsqlDbType.Jsonb);
            }

            await copy.CompleteAsync();
        }
    }
}
