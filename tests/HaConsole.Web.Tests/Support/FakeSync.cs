using HaConsole.Engine;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Replication;
using HaConsole.Failover;

namespace HaConsole.Web.Tests.Support;

/// <summary>What the engine says about both configurations, as a test sets it.</summary>
internal sealed class FakeSync(FakeEngine engine) : IConfigurationSync
{
    public SyncState State { get; set; } = new() { Server = 1, State = "equal", PeerRevision = new Revision(7, 12, 1), PeerHash = "ab12" };

    public SyncState Current => State;

    /// <summary>In force on the other server, when it is taken.</summary>
    public PairConfiguration? Other { get; set; }

    public Func<PairConfiguration, PairConfiguration, CancellationToken, Task>? Hearing { get; set; }

    /// <summary>A conflict of the present configuration with an edit of server #2.</summary>
    public ConflictRecord Conflict(Func<PairConfiguration, PairConfiguration> edit)
    {
        var common = engine.Configuration;
        var content = edit(common.Content);
        var lost = new ConfigurationDocument(new Revision(7, 12, 2), ConfigurationJson.Hash(content), DateTimeOffset.UnixEpoch, "bob", content);
        var record = new ConflictRecord
        {
            Id = ConflictRecord.IdOf(lost),
            Server = 2,
            Lost = lost,
            Common = common,
            Winner = common.Revision,
            WinnerSavedBy = common.SavedBy,
            Saved = [new SavedRevision(lost.Revision, lost.SavedAt, lost.SavedBy)],
        };
        State = State with { Conflicts = [record] };
        return record;
    }

    public Task<SyncState> LookAsync(CancellationToken cancellationToken) => Task.FromResult(State);

    public Task<string?> MergedAsync(string conflict, IReadOnlyList<string> keys, string owner, CancellationToken cancellationToken)
    {
        Note(conflict, record => record with { Merged = [.. record.Merged, .. keys.Select(k => new ConflictStep(k, DateTimeOffset.UnixEpoch, owner))] });
        return Task.FromResult<string?>(null);
    }

    public Task<string?> DismissAsync(string conflict, string owner, string reason, CancellationToken cancellationToken)
        => Task.FromResult(Note(conflict, record => record with { Dismissed = new ConflictStep(reason, DateTimeOffset.UnixEpoch, owner) }) ? null : $"There is no conflict {conflict}.");

    public async Task<TakeOutcome> TakeAsync(int server, Revision expected, bool dryRun, string owner, CancellationToken cancellationToken)
    {
        if (Other is not { } other)
        {
            return new TakeOutcome(null, "Server #2 does not answer: its configuration is not known.", [], []);
        }

        var own = engine.Configuration.Content;
        var (from, to) = server == 1 ? (own, other) : (other, own);
        var changes = ConfigurationTree.Between(to, from);
        return new TakeOutcome(dryRun ? null : await engine.ChangeConfigurationAsync(from, expected, owner, cancellationToken), null, changes, []);
    }

    private bool Note(string id, Func<ConflictRecord, ConflictRecord> change)
    {
        var known = State.Conflicts.Any(c => c.Id == id);
        State = State with { Conflicts = [.. State.Conflicts.Select(c => c.Id == id ? change(c) : c)] };
        return known;
    }
}
