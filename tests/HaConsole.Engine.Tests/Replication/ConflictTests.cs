using System.Collections.Concurrent;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Replication;
using HaConsole.Engine.Tests.Loop;
using HaConsole.Engine.Tests.State;
using HaConsole.Failover;
using Microsoft.Extensions.Logging.Abstractions;

namespace HaConsole.Engine.Tests.Replication;

/// <summary>Both sides of a cut were edited: what loses is kept.</summary>
public sealed class ConflictTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly ScratchFolder folder = new();
    private readonly ConcurrentQueue<string> events = new();
    private readonly ConfigurationStore store;
    private readonly ConflictStore conflicts;
    private readonly ConfigurationKeeper keeper;
    private readonly ConfigurationDocument common;

    public ConflictTests()
    {
        store = new ConfigurationStore(folder.Path, TimeProvider.System);
        conflicts = new ConflictStore(folder.Path);
        store.Initial(Content(24));
        common = store.Make(Content(20), new Revision(1, 1, 1), "anna") with { Lineage = ConfigurationLineage.After(store.Current!) };
        store.Save(common);
        keeper = new ConfigurationKeeper(store, conflicts, null, TimeProvider.System, NullLogger.Instance)
        {
            Validate = _ => [],
            Serves = () => false,
            Applied = _ => { },
            Event = (kind, sentence, _) => events.Enqueue($"{kind} {sentence}"),
        };
    }

    public void Dispose()
    {
        keeper.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task OfferAsync_OfAForeignLine_KeepsWhatItReplacesAndReportsItOnce()
    {
        var own = await EditAsync(3);
        var winner = Theirs(common, 5);

        Assert.True(await keeper.OfferAsync(winner, None));
        Assert.True(await keeper.OfferAsync(winner, None));

        var record = Assert.Single(new ConflictStore(folder.Path).All);
        Assert.Equal((Name(own), winner.Revision, "bob", true), (Name(record.Lost), record.Winner, record.WinnerSavedBy, record.Reported));
        Assert.Equal(common.Hash, record.Common!.Hash);
        Assert.Equal("carl", Assert.Single(record.Saved).By);
        Assert.Equal(new LostField("HotStandby", "HotStandby:HoldHours", "20", "3", "5"), Assert.Single(record.Open(keeper.Current.Content)));
        Assert.Single(events, e => e.StartsWith("configuration-conflict ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task OfferAsync_OfALaterOneOfTheSameLine_IsNoConflict()
    {
        var own = await EditAsync(3);

        Assert.True(await keeper.OfferAsync(Theirs(own, 5), None));
        Assert.Empty(conflicts.All);
    }

    [Fact]
    public async Task OfferAsync_OfTheSameChange_IsNoConflict()
    {
        await EditAsync(3);

        Assert.True(await keeper.OfferAsync(Theirs(common, 3), None));
        Assert.Empty(conflicts.All);
    }

    [Fact]
    public async Task OfferAsync_WithoutALineage_IsAConflictOnlyForWhatThePeerHasNotSeen()
    {
        var own = await EditAsync(3);
        keeper.SeenOnPeer(own);
        Assert.True(await keeper.OfferAsync(Theirs(own, 5) with { Lineage = "" }, None));
        Assert.Empty(conflicts.All);

        var next = await EditAsync(4);
        Assert.True(await keeper.OfferAsync(Theirs(next, 6, 9) with { Lineage = "" }, None));
        Assert.Equal(next, Assert.Single(conflicts.All).Lost);
    }

    [Fact]
    public async Task ProcessEndsAfterTheRecordAndBeforeTheWinner_NothingIsLostAndItIsReportedOnce()
    {
        var own = await EditAsync(3);
        File.Delete(folder["settings/current.json"]);
        Directory.CreateDirectory(folder["settings/current.json"]);

        Assert.False(await keeper.OfferAsync(Theirs(common, 5), None));
        Assert.Equal(own, keeper.Current);
        Assert.Equal(Name(own), Name(Assert.Single(new ConflictStore(folder.Path).All).Lost));
        Assert.DoesNotContain(events, e => e.StartsWith("configuration-conflict ", StringComparison.Ordinal));

        // It goes on with what it has, is edited again, and gets the winner then: one conflict with all of it.
        Directory.Delete(folder["settings/current.json"]);
        var later = await EditAsync(7);
        Assert.True(await keeper.OfferAsync(Theirs(common, 5, 9), None));
        var record = Assert.Single(new ConflictStore(folder.Path).All);
        Assert.Equal(Name(later), Name(record.Lost));
        Assert.Equal([later.Revision, own.Revision], record.Saved.Select(s => s.Revision));
        Assert.Single(events, e => e.StartsWith("configuration-conflict ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task OfferAsync_WhenTheRecordCannotBeWritten_IsNotPutInForce()
    {
        var own = await EditAsync(3);
        await File.WriteAllTextAsync(folder["settings/conflicts"], "in the way");

        Assert.False(await keeper.OfferAsync(Theirs(common, 5), None));
        Assert.Equal(own, keeper.Current);
    }

    [Fact]
    public async Task ChangeOverAForeignDocument_IsNoConflictThere()
    {
        var own = await EditAsync(3);
        var theirs = Theirs(common, 5);

        var taken = await keeper.ChangeAsync(own.Content, own.Revision, "anna", Rank.Primary, Epoch.None, None, theirs);

        Assert.True(taken.Document.Revision > theirs.Revision);
        Assert.True(ConfigurationLineage.Descends(taken.Document, theirs));
        Assert.True(ConfigurationLineage.Descends(taken.Document, own));
    }

    [Fact]
    public async Task Hearing_ComesBeforeTheChangeIsInForceAndCannotStopIt()
    {
        var heard = new List<(double Before, double After, double InForce)>();
        keeper.Hearing = (before, after, _) =>
        {
            heard.Add((before.HotStandby.HoldHours, after.HotStandby.HoldHours, keeper.Current.Content.HotStandby.HoldHours));
            throw new InvalidOperationException("cannot be announced");
        };

        var own = await EditAsync(3);
        Assert.True(await keeper.OfferAsync(Theirs(own, 5), None));

        Assert.Equal([(20, 3, 20), (3, 5, 3)], heard);
        Assert.Equal(5, keeper.Current.Content.HotStandby.HoldHours);
    }

    [Fact]
    public async Task Store_BringsTogetherWhatWasDoneOnEitherServer()
    {
        await EditAsync(3);
        await keeper.OfferAsync(Theirs(common, 5), None);
        var here = Assert.Single(conflicts.All);
        using var there = new ScratchFolder();
        var other = new ConflictStore(there.Path);
        Assert.True(other.Keep(ConflictStore.Parse(ConflictStore.Text(here))!));
        Assert.Equal(conflicts.Mark, other.Mark);

        other.Change(here.Id, r => r with { Merged = [new ConflictStep("HotStandby:HoldHours", DateTimeOffset.UnixEpoch, "bob")] });
        conflicts.Change(here.Id, r => r with { Dismissed = new ConflictStep("not needed", DateTimeOffset.UnixEpoch, "anna") });
        Assert.NotEqual(conflicts.Mark, other.Mark);
        Assert.False(conflicts.Keep(other.All[0]));
        Assert.False(other.Keep(conflicts.All[0]));

        Assert.Equal(conflicts.Mark, other.Mark);
        Assert.Equal(("anna", "bob"), (other.All[0].Dismissed!.By, conflicts.All[0].Merged[0].By));
        Assert.Null(ConflictStore.Parse(ConflictStore.Text(here with { Id = "../x" })));
    }

    private static PairConfiguration Content(double holdHours) => new() { HotStandby = new HotStandbyParameters { HoldHours = holdHours } };

    private static string Name(ConfigurationDocument document) => ConfigurationLineage.EntryOf(document);

    private async Task<ConfigurationDocument> EditAsync(double holdHours)
    {
        var outcome = await keeper.ChangeAsync(Content(holdHours), keeper.Current.Revision, "carl", Rank.Primary, Epoch.None, None);
        Assert.True(outcome.Saved, string.Join("; ", outcome.Problems.Select(p => p.Message)));
        return outcome.Document;
    }

    private ConfigurationDocument Theirs(ConfigurationDocument before, double holdHours, long epoch = 2)
        => store.Make(Content(holdHours), new Revision(epoch, before.Revision.Counter + 1, 2), "bob") with { Lineage = ConfigurationLineage.After(before) };
}
