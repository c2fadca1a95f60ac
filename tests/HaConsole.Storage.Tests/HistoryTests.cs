using HaConsole.Engine.Journal;
using HaConsole.Failover;
using HaConsole.Storage.Tests.Support;

namespace HaConsole.Storage.Tests;

/// <summary>Pages, filters and retention on real rows.</summary>
public sealed class HistoryTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly string[] Kinds = ["role-changed", "peer-lost", "probe-failed"];
    private static readonly string[] Sentences = ["The peer is dead.", "Probe 100% failed_often", "Back\\slash and \"quotes\"", "ЖУК Ärger 日本"];

    private readonly string pair = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task Pages_OfRandomFilters_AreTheWholeSetInOrderBothWays()
    {
        var random = new Random(7);
        var all = await FillAsync(random, 4_000);
        await TestDatabase.UntilAsync(() => database.Database.Status.TextSearch == TextSearch.Indexed, "the index for words");
        for (var round = 0; round < 60; round++)
        {
            var filter = RandomFilter(random);
            var expected = all.Where(e => Matches(filter, e)).OrderByDescending(e => (e.Epoch, e.Sequence, e.Server)).Select(e => (e.Server, e.Sequence)).ToList();
            var limit = random.Next(1, 400);

            var older = new List<EventRow>();
            EventPage page;
            EventCursor? before = null;
            do
            {
                page = await database.Events.QueryAsync(filter, new EventPaging { Before = before, Limit = limit });
                older.AddRange(page.Rows);
                before = page.Older;
            }
            while (before is not null);

            Assert.True(expected.SequenceEqual(older.Select(e => (e.Server, e.Sequence))), $"round {round}: {filter}: {expected.Count} expected, {older.Count} found");

            var newer = new List<EventRow>();
            EventCursor? after = new EventCursor(0, 0, 0, 0);
            do
            {
                page = await database.Events.QueryAsync(filter, new EventPaging { After = after, Limit = limit });
                newer.InsertRange(0, page.Rows);
                after = page.Newer;
            }
            while (page.Rows.Count > 0 || !page.Complete);

            Assert.True(expected.SequenceEqual(newer.Select(e => (e.Server, e.Sequence))), $"round {round} upwards: {filter}");
            var count = await database.Events.CountAsync(filter);
            Assert.True(!count.Exact || count.Value == expected.Count, $"round {round}: counted {count}, expected {expected.Count}");
        }
    }

    [Theory]
    [InlineData("peer DEAD", 1)]
    [InlineData("eer is", 1)]
    [InlineData("100%", 1)]
    [InlineData("d_o", 1)]
    [InlineData("r_i", 0)]
    [InlineData("%", 1)]
    [InlineData("back\\sl", 1)]
    [InlineData("\"quotes\"", 1)]
    [InlineData("жук ärger", 1)]
    [InlineData("日本", 1)]
    [InlineData("unreach", 4)]
    [InlineData("nothing-like-it", 0)]
    [InlineData("\0", 0)]
    public async Task Text_IsSoughtLiterallyInAnyCase(string text, int found)
    {
        var events = Sentences.Select((s, i) => TestDatabase.Event(i + 1, sentence: s) with
        {
            Pair = pair,
            Evidence = new Dictionary<string, string> { ["peer"] = "Unreachable" },
        }).ToList();
        await AcceptAsync(events);

        var page = await database.Events.QueryAsync(new EventFilter { Pair = pair, Text = text });

        Assert.Equal(found, page.Rows.Count);
        Assert.True(page.Complete);
    }

    [Fact]
    public async Task Search_WithoutTheExtension_SaysHowFarItIs()
    {
        await using var own = await TestDatabase.StartAsync();
        await TestDatabase.UntilAsync(() => own.Database.Status.TextSearch == TextSearch.Indexed, "the index");
        await FillManyAsync(own, 300_000);
        var filter = new EventFilter { Text = "needle" };
        var page = await own.Events.QueryAsync(filter);
        Assert.Equal(2, page.Rows.Count);
        Assert.True(page.Complete);
        Assert.Null(page.Older);

        await own.ExecuteAsync("DROP EXTENSION pg_trgm CASCADE");
        own.Database.Report(s => s with { TextSearch = TextSearch.Bounded });
        var found = new List<EventRow>();
        var parts = 0;
        EventCursor? before = null;
        do
        {
            page = await own.Events.QueryAsync(filter, new EventPaging { Before = before });
            found.AddRange(page.Rows);
            before = page.Older;
            parts++;
        }
        while (before is not null);

        Assert.Equal([150_000L, 10L], found.Select(e => e.Sequence));
        Assert.True(parts > 1, "one part was enough");
    }

    [Fact]
    public async Task Retention_ByAge_KeepsTheRestAndDoesNotBringTheOldBack()
    {
        await using var own = await TestDatabase.StartAsync(o => o with { KeepDays = 10 });
        var now = DateTimeOffset.UtcNow;
        await AcceptAsync([.. Enumerable.Range(1, 40).Select(i => TestDatabase.Event(i) with { At = now.AddDays(i - 40), Severity = Severity.Alarm })], own);

        await new Retention(own.Database).RunAsync(CancellationToken.None);

        Assert.Equal(31, (await own.Events.QueryAsync(new EventFilter())).Rows[^1].Sequence);
        await using var forwarder = own.Forwarder(new FileJournal(Directory.CreateTempSubdirectory("journal-").FullName, 1, TimeProvider.System));
        Assert.Equal(40, await forwarder.LastOfAsync(1));
    }

    [Fact]
    public async Task Retention_BySize_DeletesTheOldestButNoOpenAlarms()
    {
        await using var own = await TestDatabase.StartAsync(o => o with { KeepBytes = 8_000_000, KeepDays = 36_500, KeepOpenAlarmsDays = 36_500 });
        await TestDatabase.UntilAsync(() => own.Database.Status.SizeBytes > 0, "the retention of the start is over");
        await FillManyAsync(own, 60_000);
        Assert.True(await own.ScalarAsync<long>("SELECT pg_total_relation_size('events')") > 8_000_000);

        var deleted = await new Retention(own.Database).RunAsync(CancellationToken.None);
        Assert.True(deleted > 10_000, $"{deleted} deleted: {own.Lines}");

        var alarms = await own.ScalarAsync<long>("SELECT count(*) FROM events WHERE \"Severity\" = 2");
        Assert.Equal(60, alarms);
        Assert.Equal(60_000, (await own.Events.QueryAsync(new EventFilter())).Rows[0].Sequence);
        var left = await own.ScalarAsync<long>("SELECT count(*) FROM events");
        Assert.InRange(left, 5_000, 50_000);
        Assert.True(await new Retention(own.Database).RunAsync(CancellationToken.None) < left / 5, "a second run deletes on and on");
    }

    private static async Task FillManyAsync(TestDatabase database, int count)
    {
        await database.ExecuteAsync(
            $$"""
            INSERT INTO events ("Pair", "Server", "Sequence", "Generation", "Epoch", "At", "Kind", "Row", "Severity", "Sentence", "Evidence")
            SELECT 'default', 1, i, 0, 1 + i / 1000, now() - make_interval(secs => {{count}} - i), 'probe-failed', 0, CASE WHEN i % 1000 = 0 THEN 2 ELSE 0 END,
                CASE WHEN i IN (10, 150000) THEN 'A needle' ELSE 'Hay number ' || i END, '{"peer": "Alive"}'
            FROM generate_series(1, {{count}}) i;
            ANALYZE events;
            """);
    }

    private static EventFilter RandomFilterOf(Random random, string pair)
    {
        bool Sometimes() => random.Next(4) == 0;
        var start = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
        return new EventFilter
        {
            Pair = pair,
            Servers = Sometimes() ? [random.Next(1, 3)] : [],
            MinSeverity = Sometimes() ? (Severity)random.Next(3) : Severity.Info,
            Kinds = Sometimes() ? [.. Kinds.Take(random.Next(1, 3))] : [],
            Text = random.Next(3) switch { 0 => "peer", 1 when Sometimes() => "needle", _ => "" },
            From = Sometimes() ? start.AddHours(random.Next(-5, 50)) : null,
            To = Sometimes() ? start.AddHours(random.Next(-5, 50)) : null,
            FromEpoch = Sometimes() ? random.Next(1, 20) : null,
            ToEpoch = Sometimes() ? random.Next(1, 20) : null,
            OnlyDecisions = Sometimes(),
            OnlyUnacknowledged = random.Next(8) == 0,
        };
    }

    private static bool Matches(EventFilter filter, HaEvent e)
        => (filter.Servers.Count == 0 || filter.Servers.Contains(e.Server))
        && e.Severity >= filter.MinSeverity
        && (filter.Kinds.Count == 0 || filter.Kinds.Contains(e.Kind))
        && (filter.Text.Length == 0 || $"{e.Kind} {e.Sentence}".Contains(filter.Text, StringComparison.OrdinalIgnoreCase))
        && (filter.From is null || e.At >= filter.From) && (filter.To is null || e.At <= filter.To)
        && (filter.FromEpoch is null || e.Epoch >= filter.FromEpoch) && (filter.ToEpoch is null || e.Epoch <= filter.ToEpoch)
        && (!filter.OnlyDecisions || e.Row > 0)
        && (!filter.OnlyUnacknowledged || e.Severity >= Severity.Warning);

    private EventFilter RandomFilter(Random random) => RandomFilterOf(random, pair);

    /// <summary>Events of two servers whose epochs overlap and whose clocks jump.</summary>
    private async Task<List<HaEvent>> FillAsync(Random random, int count)
    {
        var all = new List<HaEvent>();
        foreach (var server in (int[])[1, 2])
        {
            long epoch = 1;
            var at = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
            for (var i = 1; i <= count / server; i++)
            {
                epoch += random.Next(200) == 0 ? 1 : 0;
                at = at.AddSeconds(random.Next(500) == 0 ? random.Next(-40_000, 40_000) : random.Next(60));
                var sentence = random.Next(1_000) == 0 ? "A needle." : Sentences[random.Next(Sentences.Length)];
                all.Add(TestDatabase.Event(i, server, epoch, Kinds[random.Next(Kinds.Length)], sentence, (Severity)Math.Max(0, random.Next(30) - 27), random.Next(20) == 0 ? 400 : 0)
                    with
                { Pair = pair, At = at });
            }
        }

        await AcceptAsync(all);
        return all;
    }

    private async Task AcceptAsync(IReadOnlyList<HaEvent> events, TestDatabase? to = null)
    {
        await using var journal = new FileJournal(Directory.CreateTempSubdirectory("journal-").FullName, 1, TimeProvider.System);
        await using var forwarder = (to ?? database).Forwarder(journal, to is null ? pair : "default");
        await forwarder.AcceptAsync(events);
    }
}
