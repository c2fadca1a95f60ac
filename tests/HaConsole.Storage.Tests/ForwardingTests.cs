using HaConsole.Engine.Journal;
using HaConsole.Failover;
using HaConsole.Storage.Embedded;
using HaConsole.Storage.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace HaConsole.Storage.Tests;

public sealed class ForwardingTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    /// <summary>Each test has a pair of its own in the one database.</summary>
    private readonly string pair = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task OwnEvents_RecordedBeforeAndAfterTheStart_Arrive()
    {
        await using var journal = NewJournal();
        journal.Record(Event("before"));
        await using var forwarder = database.Forwarder(journal, pair);
        forwarder.Start();
        await TestDatabase.UntilAsync(async () => await forwarder.LastOfAsync(1) == 1, "the first");

        journal.Record(Event("after"));
        await TestDatabase.UntilAsync(async () => await forwarder.LastOfAsync(1) == 2, "the second");

        Assert.Equal(["after", "before"], (await PageAsync()).Select(e => e.Sentence));
        Assert.Empty(await database.Events.GapsAsync(pair));
    }

    [Fact]
    public async Task DatabaseKilled_WhileEventsAreWritten_AllArriveOnce()
    {
        await using var own = await TestDatabase.StartAsync();
        await using var journal = NewJournal();
        await using var forwarder = own.Forwarder(journal, pair);
        forwarder.Start();
        for (var i = 1; i <= 3_000; i++)
        {
            journal.Record(Event($"number {i}"));
            if (i % 1_000 == 500)
            {
                await own.IsAsync(DatabaseState.Ready);
                Postmaster.Signal(own.Database.Pid, Postmaster.Kill);
            }
        }

        await own.IsAsync(DatabaseState.Ready);
        await TestDatabase.UntilAsync(
            async () =>
            {
                try
                {
                    return await forwarder.LastOfAsync(1) == 3_000;
                }
                catch (DatabaseUnavailableException)
                {
                    return false;
                }
            },
            "all have arrived");
        Assert.Equal(3_000, await own.Database.RunAsync((c, t) => c.Events.CountAsync(t)));
        Assert.Equal(3_000, await own.Database.RunAsync((c, t) => c.Events.Select(e => e.Sentence).Distinct().CountAsync(t)));
        await TestDatabase.UntilAsync(() => own.Database.Status.WaitingEvents == 0, "nothing waits");
    }

    [Fact]
    public async Task PeerEvents_HandedOverTwiceAndOverlapping_AreStoredOnce()
    {
        await using var journal = NewJournal();
        await using var forwarder = database.Forwarder(journal, pair);
        var events = Enumerable.Range(1, 50).Select(i => TestDatabase.Event(i, server: 2) with { Pair = pair }).ToList();

        await forwarder.AcceptAsync(events.Take(30).ToList());
        await forwarder.AcceptAsync(events.Take(30).ToList());
        await Task.WhenAll(forwarder.AcceptAsync(events.Skip(20).ToList()), forwarder.AcceptAsync(events.Skip(10).ToList()));

        Assert.Equal(50, await forwarder.LastOfAsync(2));
        Assert.Equal(50, (await PageAsync()).Count);
        Assert.Empty(await database.Events.GapsAsync(pair));
    }

    [Fact]
    public async Task Gap_InTheJournal_IsRecordedAndPassed()
    {
        await using var journal = NewJournal();
        await using var forwarder = database.Forwarder(journal, pair);

        await forwarder.AcceptAsync([Of(1), Of(2), Of(10), Of(11), Of(14)]);

        Assert.Equal(14, await forwarder.LastOfAsync(2));
        Assert.Equal([(3L, 9L), (12L, 13L)], (await database.Events.GapsAsync(pair)).Select(g => (g.From, g.To)).Order());
    }

    [Fact]
    public async Task Numbering_BegunAgain_KeepsOldAndNewEvents()
    {
        await using (var old = NewJournal())
        await using (var forwarder = database.Forwarder(old, pair))
        {
            Enumerable.Range(1, 5).ToList().ForEach(i => old.Record(Event($"old {i}")));
            forwarder.Start();
            await TestDatabase.UntilAsync(async () => await forwarder.LastOfAsync(1) == 5, "the old ones");
        }

        // The data directory was lost: the same server numbers from 1 again.
        await using var journal = NewJournal();
        Enumerable.Range(1, 3).ToList().ForEach(i => journal.Record(Event($"new {i}")));
        await using var again = database.Forwarder(journal, pair);
        again.Start();
        await TestDatabase.UntilAsync(async () => (await PageAsync()).Count == 8, "the new ones");

        await TestDatabase.UntilAsync(async () => await again.LastOfAsync(1) == 3, "the position follows");
        Assert.Equal(3, (await PageAsync()).Count(e => e.Generation == 1));
        Assert.Empty(await database.Events.GapsAsync(pair));
    }

    [Fact]
    public async Task HostileText_IsStoredWithNothingLost()
    {
        await using var journal = NewJournal();
        await using var forwarder = database.Forwarder(journal, pair);
        var sentence = "'; DROP TABLE events; -- \" \\ \0 \u0001 \u202E \uD800 日本 Ωμέγα 😀 %_ " + new string('x', 100_000);
        var evidence = new Dictionary<string, string> { ["a\0"] = "\0", ["a\u2400"] = "second", ["'\"\\"] = "\u001f", [""] = "" };

        await forwarder.AcceptAsync([Of(1) with { Sentence = sentence, Evidence = evidence, Kind = new string('k', 5_000) + "\0" }]);

        var row = Assert.Single(await PageAsync());
        Assert.Equal(sentence.Replace('\0', '\u2400').Replace('\uD800', '\uFFFD'), row.Sentence);
        Assert.Equal(["", "\"", "a"], row.Evidence.Keys.Select(k => k.Length == 0 ? "" : k.Trim('\'', '\\', '\u2400')).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(4, row.Evidence.Count);
        Assert.Contains("second", row.Evidence.Values);
        Assert.StartsWith("kkk", row.Kind, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Audit_HandedOverTwice_IsStoredOnceAndFound()
    {
        await using var journal = NewJournal();
        await using var forwarder = database.Forwarder(journal, pair);
        var rows = Enumerable.Range(1, 25).Select(i => new AuditRow
        {
            Pair = pair,
            Sequence = i,
            Server = 1,
            At = DateTimeOffset.UnixEpoch.AddDays(i),
            User = i % 2 == 0 ? "ann" : "o'brien\0",
            Action = "switch",
            Result = "done",
            Sentence = $"Number {i} of 100 %",
            Hash = $"h{i}",
        }).ToList();
        await forwarder.AcceptAuditAsync(rows);
        await forwarder.AcceptAuditAsync(rows);
        var history = new AuditHistory(database.Database);

        var first = await history.QueryAsync(new AuditFilter { Pair = pair }, null, 20);
        var second = await history.QueryAsync(new AuditFilter { Pair = pair }, first.Older, 20);

        Assert.Equal(25, await forwarder.LastAuditOfAsync(1));
        Assert.Equal(Enumerable.Range(1, 25).Reverse().Select(i => (long)i), first.Rows.Concat(second.Rows).Select(r => r.Sequence));
        Assert.Null(second.Older);
        Assert.Equal(13, (await history.QueryAsync(new AuditFilter { Pair = pair, User = "o'brien\0" })).Rows.Count);
        Assert.Single((await history.QueryAsync(new AuditFilter { Pair = pair, Text = "NUMBER 25" })).Rows);
        Assert.Empty((await history.QueryAsync(new AuditFilter { Pair = pair, Text = "n_mber" })).Rows);
        Assert.Equal(6, (await history.QueryAsync(new AuditFilter { Pair = pair, From = DateTimeOffset.UnixEpoch.AddDays(20) })).Rows.Count);
    }

    [Fact]
    public async Task Projections_Replaced_KeepWhatWasRemoved()
    {
        var projections = new Projections(database.Database);
        var at = DateTimeOffset.UnixEpoch;
        await projections.ReplaceUsersAsync(pair, [new UserRow { Id = "1", Name = "ann", Role = "admin", CreatedAt = at }, new UserRow { Id = "2", Name = "bob", CreatedAt = at }]);
        await projections.ReplaceUsersAsync(pair, [new UserRow { Id = "1", Name = "ann\0", Role = "viewer", CreatedAt = at, Disabled = true }]);
        await projections.ReplaceTokensAsync(pair, [new TokenRow { Id = "t", Name = "ci", CreatedAt = at }]);
        await projections.ReplaceTokensAsync(pair, []);
        await projections.ReplaceHoldsAsync(pair, [new HoldRow { Kind = "hold", Since = at, Owner = "ann" }]);
        await projections.ReplaceHoldsAsync(pair, [new HoldRow { Kind = "hold", Since = at, Owner = "ann", Reason = "work" }]);
        await projections.ReplaceHoldsAsync(pair, []);

        var users = await projections.UsersAsync(pair);

        Assert.Equal([("ann\u2400", "viewer", true, false), ("bob", "", false, true)], users.Select(u => (u.Name, u.Role, u.Disabled, u.RemovedAt is not null)));
        Assert.NotNull(Assert.Single(await projections.TokensAsync(pair)).RemovedAt);
        var hold = Assert.Single(await projections.HoldsAsync(pair));
        Assert.Equal("work", hold.Reason);
        Assert.NotNull(hold.EndedAt);
    }

    [Fact]
    public async Task Revisions_AcceptedTwice_AreListedOnce()
    {
        var history = new RevisionHistory(database.Database);
        var revision = new RevisionRow { Pair = pair, Revision = "r1", Hash = "h", Content = "{\"a\":\"x\\u0000y\"}", SavedBy = "ann" };
        await history.AcceptAsync(revision);
        await history.AcceptAsync(revision);
        await history.AcceptAsync(revision with { Revision = "r2", Content = "no json" });

        Assert.Equal(["r2", "r1"], (await history.QueryAsync(pair)).Select(r => r.Revision));
        Assert.Equal("{\"a\": \"x\u2400y\"}", (await history.FindAsync(pair, "r1"))!.Content);
        Assert.Null(await history.FindAsync(pair, "r3"));
    }

    private static HaEvent Event(string sentence) => new() { Kind = "test", Sentence = sentence, Epoch = 1 };

    private HaEvent Of(long sequence) => TestDatabase.Event(sequence, server: 2) with { Pair = pair };

    private FileJournal NewJournal() => new(Directory.CreateTempSubdirectory("journal-").FullName, 1, TimeProvider.System, new FileJournalOptions { Pair = pair });

    private async Task<IReadOnlyList<EventRow>> PageAsync() => (await database.Events.QueryAsync(new EventFilter { Pair = pair })).Rows;
}
