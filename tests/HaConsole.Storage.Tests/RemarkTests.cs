using HaConsole.Engine.Journal;
using HaConsole.Failover;
using HaConsole.Storage.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace HaConsole.Storage.Tests;

/// <summary>Acknowledgements and notes as entries of the journals: whatever order they arrive in, every database ends the same.</summary>
public sealed class RemarkTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly string pair = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task Remarks_AreWithTheirEvent()
    {
        await AcceptAsync(pair, [Of(1, 1, severity: Severity.Alarm), Of(1, 2, severity: Severity.Warning)]);
        var open = new EventFilter { Pair = pair, OnlyUnacknowledged = true };
        Assert.Equal(2, (await database.Events.QueryAsync(open)).Rows.Count);

        await AcceptAsync(pair, [Said(1, 3, 1, 1, "ann", "seen\0", acknowledges: true), Said(1, 4, 1, 1, "bob", acknowledges: true), Said(1, 5, 1, 1, "bob", "me too")]);

        Assert.Equal(2, Assert.Single((await database.Events.QueryAsync(open)).Rows).Sequence);
        var row = (await database.Events.FindAsync(pair, 1, 1))!;
        Assert.Equal(("ann", 3L, 1), (row.AcknowledgedBy!, row.AcknowledgedSequence!.Value, row.AcknowledgedServer!.Value));
        Assert.Equal(["seen\u2400", "me too"], row.Notes.Select(n => n.Text));
        Assert.Equal(["ann", "bob"], (await database.Events.QueryAsync(new EventFilter { Pair = pair, WithoutRemarks = true })).Rows[1].Notes.Select(n => n.User));
    }

    [Fact]
    public async Task Remarks_InAnyOrderOfArrivalAndTwice_EndTheSame()
    {
        // Both servers acknowledge both events during a cut; the first in the order of epoch, sequence and server counts.
        HaEvent[] one = [Of(1, 1), Said(1, 2, 2, 1, "ann", "from one", acknowledges: true), Said(1, 7, 1, 1, "ann", "late", acknowledges: true, epoch: 2), Said(1, 8, 2, 1, "ann", "again", epoch: 2)];
        HaEvent[] two = [Of(2, 1), Said(2, 2, 2, 1, "bob", "from two", acknowledges: true), Said(2, 9, 1, 1, "bob", acknowledges: true)];
        var random = new Random(11);
        for (var round = 0; round < 25; round++)
        {
            var to = $"{pair}-{round}";
            var (ofOne, ofTwo) = (new Queue<HaEvent>(one), new Queue<HaEvent>(two));
            while (ofOne.Count + ofTwo.Count > 0)
            {
                var from = ofTwo.Count == 0 || (ofOne.Count > 0 && random.Next(2) == 0) ? ofOne : ofTwo;
                List<HaEvent> batch = [.. Enumerable.Range(0, random.Next(1, from.Count + 1)).Select(_ => from.Dequeue())];
                await AcceptAsync(to, batch);
                if (random.Next(3) == 0)
                {
                    await AcceptAsync(to, batch);
                }
            }

            var (first, second) = ((await database.Events.FindAsync(to, 1, 1))!, (await database.Events.FindAsync(to, 2, 1))!);
            Assert.Equal(("bob", "ann"), (first.AcknowledgedBy, second.AcknowledgedBy));
            Assert.Equal("ann: late", string.Join(", ", first.Notes.Select(n => $"{n.User}: {n.Text}")));
            Assert.Equal("ann: from one, bob: from two, ann: again", string.Join(", ", second.Notes.Select(n => $"{n.User}: {n.Text}")));
        }
    }

    [Fact]
    public async Task Event_AndItsRemark_StoredAtTheSameTime_FindEachOther()
    {
        const int count = 40;
        await using var journal = NewJournal();
        await using var forwarder = database.Forwarder(journal, pair);
        for (var i = 1; i <= count; i++)
        {
            await Task.WhenAll(
                Task.Run(() => forwarder.AcceptAsync([Of(1, i) with { Pair = pair }])),
                Task.Run(() => forwarder.AcceptAsync([Said(2, i, 1, i, "ann", "seen", acknowledges: true) with { Pair = pair }])));
        }

        var rows = (await database.Events.QueryAsync(new EventFilter { Pair = pair, WithoutRemarks = true })).Rows;

        Assert.Equal(count, rows.Count);
        Assert.All(rows, row => Assert.Equal(("ann", 1), (row.AcknowledgedBy, row.Notes.Count)));
    }

    [Fact]
    public async Task Remark_OnANumberThatWasGivenAgain_BelongsToTheEventThatWasMeant()
    {
        var later = Of(1, 1) with { At = Of(1, 1).At.AddDays(1), Sentence = "after the loss of the disk" };
        await AcceptAsync(pair, [Of(1, 1)]);
        await AcceptAsync(pair, [later]);

        await AcceptAsync(pair, [Said(2, 1, 1, 1, "ann", acknowledges: true), Said(2, 2, 1, 1, "bob", "the new one", at: later.At)]);

        var rows = (await database.Events.QueryAsync(new EventFilter { Pair = pair, Servers = [1] })).Rows.OrderBy(r => r.Generation).ToList();
        Assert.Equal(("ann", null), (rows[0].AcknowledgedBy, rows[1].AcknowledgedBy));
        Assert.Equal(["0", "the new one"], [$"{rows[0].Notes.Count}", rows[1].Notes.Single().Text]);
    }

    [Fact]
    public async Task Remark_WithoutTheTime_NamesItsEventByTheGeneration()
    {
        await AcceptAsync(pair, [Of(1, 1)]);
        await AcceptAsync(pair, [Of(1, 1) with { At = Of(1, 1).At.AddDays(1) }]);

        await AcceptAsync(pair, [(new EventRemark { Server = 1, Sequence = 1, Generation = 1, User = "ann", Acknowledges = true }).Write(1) with { Server = 2, Sequence = 1, At = Of(2, 1).At }]);

        Assert.Equal([null, "ann"], (await database.Events.QueryAsync(new EventFilter { Pair = pair, Servers = [1] })).Rows.OrderBy(r => r.Generation).Select(r => r.AcknowledgedBy));
    }

    [Theory]
    [InlineData("server", "3")]
    [InlineData("server", "")]
    [InlineData("sequence", "99999999999999999999999")]
    [InlineData("sequence", "-1")]
    [InlineData("sequence", "1; DROP TABLE events")]
    [InlineData("sequence", "7")]
    public async Task Remark_ThatNamesNoEvent_IsKeptAsAnEntryAndHarmsNothing(string name, string value)
    {
        var said = Said(2, 1, 1, 1, "ann", "lost", acknowledges: true);
        await AcceptAsync(pair, [Of(1, 1)]);

        await AcceptAsync(pair, [said with { Evidence = new Dictionary<string, string>(said.Evidence) { [name] = value } }]);

        Assert.Null((await database.Events.FindAsync(pair, 1, 1))!.AcknowledgedBy);
        Assert.NotNull(await database.Events.FindAsync(pair, 2, 1));
    }

    [Fact]
    public async Task Entries_AreLeftOutWhereTheyAreNotAskedFor()
    {
        await AcceptAsync(pair, [Of(1, 1), Said(1, 2, 1, 1, "ann", "needle"), Of(1, 3)]);

        Assert.Equal([3L, 1L], await ListAsync(new EventFilter { Pair = pair, WithoutRemarks = true }));
        Assert.Equal([3L, 2L, 1L], await ListAsync(new EventFilter { Pair = pair }));
        Assert.Equal([2L], await ListAsync(new EventFilter { Pair = pair, WithoutRemarks = true, Kinds = [EventRemark.NoteKind] }));
        Assert.Equal([], await ListAsync(new EventFilter { Pair = pair, WithoutRemarks = true, Text = "needle" }));
        Assert.Equal(2, (await database.Events.CountAsync(new EventFilter { Pair = pair, WithoutRemarks = true })).Value);
    }

    [Fact]
    public async Task Retention_TakesNotesWithTheirEventAndTheEventThatComesBackHasThemAgain()
    {
        await using var own = await TestDatabase.StartAsync(o => o with { KeepDays = 10 });
        var old = Of(1, 1) with { At = DateTimeOffset.UtcNow.AddDays(-20) };
        var said = Said(2, 1, 1, 1, "ann", "kept longer", acknowledges: true, at: old.At) with { At = DateTimeOffset.UtcNow.AddDays(-5) };
        await AcceptAsync("default", [old, Of(1, 2) with { At = DateTimeOffset.UtcNow }, said], own);
        await new Retention(own.Database).RunAsync(CancellationToken.None);
        Assert.Equal(0, await own.Database.RunAsync((c, t) => c.EventNotes.CountAsync(t)));
        Assert.Equal(2, (await own.Events.QueryAsync(new EventFilter())).Rows.Count);

        // A journal that is compared anew brings its old events again.
        await AcceptAsync("default", [old], own);

        var row = (await own.Events.FindAsync("default", 1, 1))!;
        Assert.Equal(("ann", "kept longer"), (row.AcknowledgedBy, Assert.Single(row.Notes).Text));
    }

    [Fact]
    public async Task Acknowledgement_OutlivesItsOwnEntry()
    {
        await AcceptAsync(pair, [Of(1, 1), Said(1, 2, 1, 1, "ann", "first", acknowledges: true), Said(2, 9, 1, 1, "bob", acknowledges: true)]);
        await database.ExecuteAsync($"""DELETE FROM events WHERE "Pair" = '{pair}' AND "Kind" = 'acknowledged'""");
        await AcceptAsync(pair, [Said(2, 9, 1, 1, "bob", acknowledges: true)]);
        await AcceptAsync(pair, [Said(1, 2, 1, 1, "ann", "first", acknowledges: true)]);

        var row = (await database.Events.FindAsync(pair, 1, 1))!;
        Assert.Equal(("ann", "first"), (row.AcknowledgedBy, Assert.Single(row.Notes).Text));
    }

    [Fact]
    public async Task Acknowledgement_OfAVersionThatKeptItInTheDatabaseAlone_Stays()
    {
        await AcceptAsync(pair, [Of(1, 1)]);
        await database.ExecuteAsync($"""UPDATE events SET "AcknowledgedAt" = now(), "AcknowledgedBy" = 'eve' WHERE "Pair" = '{pair}'""");

        await AcceptAsync(pair, [Said(1, 2, 1, 1, "ann", acknowledges: true)]);

        Assert.Equal("eve", (await database.Events.FindAsync(pair, 1, 1))!.AcknowledgedBy);
    }

    private static HaEvent Of(int server, long sequence, Severity severity = Severity.Alarm) => TestDatabase.Event(sequence, server, severity: severity);

    private static HaEvent Said(int server, long sequence, int ofServer, long ofSequence, string user, string text = "", bool acknowledges = false, long epoch = 1, DateTimeOffset? at = null)
        => new EventRemark { Server = ofServer, Sequence = ofSequence, At = at ?? Of(ofServer, ofSequence).At, User = user, Text = text, Acknowledges = acknowledges }.Write(epoch) with
        {
            Server = server,
            Sequence = sequence,
            At = Of(server, sequence).At.AddMilliseconds(server),
        };

    private async Task<List<long>> ListAsync(EventFilter filter) => [.. (await database.Events.QueryAsync(filter)).Rows.Select(r => r.Sequence)];

    private async Task AcceptAsync(string to, IReadOnlyList<HaEvent> events, TestDatabase? where = null)
    {
        await using var journal = NewJournal();
        await using var forwarder = (where ?? database).Forwarder(journal, to);
        await forwarder.AcceptAsync([.. events.Select(e => e with { Pair = to })]);
    }

    private static FileJournal NewJournal() => new(Directory.CreateTempSubdirectory("journal-").FullName, 1, TimeProvider.System);
}
