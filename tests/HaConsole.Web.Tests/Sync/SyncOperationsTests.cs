using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Replication;
using HaConsole.Failover;
using HaConsole.Web.Live;
using HaConsole.Web.Model.Sync;
using HaConsole.Web.Operations;
using HaConsole.Web.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace HaConsole.Web.Tests.Sync;

public sealed class SyncOperationsTests : IAsyncDisposable
{
    private static readonly Actor Admin = new("anna", Right.Administer, Origin.Console, "");
    private readonly FakeEngine engine = new();
    private readonly SyncOperations operations;

    public SyncOperationsTests()
    {
        var console = new ConsoleEngine();
        console.Set(engine);
        operations = new SyncOperations(console, new OperationGate(console, NullLogger<OperationGate>.Instance), TimeProvider.System);
    }

    private Revision Seen => engine.Configuration.Revision;

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    [Fact]
    public async Task Merge_OfOneField_TakesThatAloneAndLeavesTheRestOpen()
    {
        var record = engine.Both.Conflict(c => c with { HotStandby = c.HotStandby with { HoldHours = 3, FailuresToSwitch = 9 } });

        var dry = await operations.MergeAsync(Admin, record.Id, ["HotStandby:HoldHours"], Seen, dryRun: true);
        Assert.Equal((OperationEnd.Done, 24), (dry.End, engine.Configuration.Content.HotStandby.HoldHours));
        Assert.Equal(new SyncChangeField("HotStandby:HoldHours", "24", "3"), Assert.Single(dry.Value!.Changes));
        Assert.Empty(Entries());

        var done = await operations.MergeAsync(Admin, record.Id, ["HotStandby:HoldHours"], Seen, dryRun: false);
        Assert.True(done.Succeeded, done.Sentence);
        Assert.Equal((3, 5), (engine.Configuration.Content.HotStandby.HoldHours, engine.Configuration.Content.HotStandby.FailuresToSwitch));
        var view = Assert.Single(operations.Current.Conflicts);
        Assert.Equal((ConflictView.Open, "HotStandby:FailuresToSwitch"), (view.State, Assert.Single(view.Fields).Key));
        Assert.Equal($"haconsole sync merge {record.Id} HotStandby:HoldHours", Assert.Single(Entries()).CommandLine);

        Assert.True((await operations.MergeAsync(Admin, record.Id, [], Seen, dryRun: false)).Succeeded);
        Assert.Equal(ConflictView.Settled, operations.Current.Conflicts[0].State);
        Assert.True(operations.Current.InSync);
    }

    [Fact]
    public async Task Merge_OfWhatIsNotThere_StaleOrInvalid_ChangesNothing()
    {
        var record = engine.Both.Conflict(c => c with { HotStandby = c.HotStandby with { HeartbeatTimeout = 31 } });
        var before = engine.Configuration;

        Assert.Equal(OperationEnd.Refused, (await operations.MergeAsync(Admin, "7.1.1-00", [], Seen, false)).End);
        Assert.Equal(OperationEnd.Invalid, (await operations.MergeAsync(Admin, record.Id, ["HotStandby:HoldHours"], Seen, false)).End);
        Assert.Equal(OperationEnd.Conflict, (await operations.MergeAsync(Admin, record.Id, [], Revision.None, false)).End);
        var invalid = await operations.MergeAsync(Admin, record.Id, [], Seen, false);
        Assert.Equal(("HotStandby:HeartbeatTimeout", OperationEnd.Invalid), (Assert.Single(invalid.Problems).Key, invalid.End));
        Assert.Equal(OperationEnd.Invalid, (await operations.MergeAsync(Admin, record.Id, [], Seen, true)).End);
        Assert.Equal(OperationEnd.Forbidden, (await operations.MergeAsync(Admin with { May = Right.Operate }, record.Id, [], Seen, false)).End);

        Assert.Same(before, engine.Configuration);
        Assert.Empty(engine.Both.State.Conflicts[0].Merged);
    }

    [Fact]
    public async Task Merge_OfAUser_NeedsAPasswordGivenLatelyAndShowsNoSecret()
    {
        var record = engine.Both.Conflict(c => c with { Access = new AccessConfiguration { Users = [new UserDefinition { Name = "bob", PasswordHash = "hush", Role = AccessRole.Admin }] } });

        Assert.Equal(OperationEnd.Forbidden, (await operations.MergeAsync(Admin with { IsProven = false }, record.Id, [], Seen, false)).End);
        Assert.True((await operations.MergeAsync(Admin, record.Id, [], Seen, false)).Succeeded);

        Assert.Equal("hush", engine.Configuration.Content.Access.Users[0].PasswordHash);
        Assert.DoesNotContain(Entries(), e => (e.Before + e.After + e.Sentence).Contains("hush", StringComparison.Ordinal));
        Assert.DoesNotContain("hush", System.Text.Json.JsonSerializer.Serialize(operations.Current), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dismiss_NeedsAReasonAndKeepsTheRecord()
    {
        var record = engine.Both.Conflict(c => c with { HotStandby = c.HotStandby with { HoldHours = 3 } });

        Assert.Equal(OperationEnd.Invalid, (await operations.DismissAsync(Admin, record.Id, " ")).End);
        Assert.Equal(OperationEnd.Refused, (await operations.DismissAsync(Admin, "7.1.1-00", "why")).End);
        Assert.True((await operations.DismissAsync(Admin, record.Id, "a trial")).Succeeded);

        var view = Assert.Single(operations.Current.Conflicts);
        Assert.Equal((ConflictView.IsDismissed, "a trial", "anna"), (view.State, view.Dismissed!.What, view.Dismissed.By));
        Assert.Equal($"haconsole sync dismiss {record.Id} --reason 'a trial'", Entries()[^1].CommandLine);
    }

    [Fact]
    public async Task Take_ADryRunListsWhatTheOtherWouldGet()
    {
        Assert.Equal(OperationEnd.Refused, (await operations.TakeAsync(Admin, 2, Seen, true)).End);
        engine.Both.Other = engine.Configuration.Content with { HotStandby = engine.Configuration.Content.HotStandby with { HoldHours = 4 } };

        var mine = await operations.TakeAsync(Admin, 1, Seen, true);
        var theirs = await operations.TakeAsync(Admin, 2, Seen, true);
        Assert.Equal([("4", "24"), ("24", "4")], [(mine.Value!.Changes[0].Before, mine.Value.Changes[0].After), (theirs.Value!.Changes[0].Before, theirs.Value.Changes[0].After)]);
        Assert.Equal(24, engine.Configuration.Content.HotStandby.HoldHours);

        Assert.True((await operations.TakeAsync(Admin, 2, Seen, false)).Succeeded);
        Assert.Equal(4, engine.Configuration.Content.HotStandby.HoldHours);
        Assert.Equal("haconsole sync take other", Entries()[^1].CommandLine);
        Assert.Equal(OperationEnd.Invalid, (await operations.TakeAsync(Admin, 3, Seen, false)).End);
    }

    [Fact]
    public void View_NamesWhatIsRefusedInTheTable()
    {
        engine.Both.State = engine.Both.State with
        {
            State = "behind",
            Refused = [new RefusedRevision(2, new Revision(7, 12, 1), "anna", "its disk is full", DateTimeOffset.UnixEpoch)],
            Drift = [new DriftItem("HotStandby", DateTimeOffset.UnixEpoch, [new FieldDifference("HotStandby", "HotStandby:HoldHours", "3", "24")])],
        };

        var rows = operations.Current.Drift;

        Assert.Equal(("revision 7.12.1", 2), (rows[0].Item, rows[0].RefusedBy!.Value));
        Assert.Contains("its disk is full", rows[0].Reason, StringComparison.Ordinal);
        Assert.Equal(new DriftField("HotStandby:HoldHours", "3", "24"), Assert.Single(rows[1].Fields));
        Assert.False(operations.Current.InSync);
    }

    private IReadOnlyList<AuditEntry> Entries() => engine.Audit.Read(0, 100);
}
