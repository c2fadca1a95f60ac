using HaConsole.Engine.Configuration;
using HaConsole.Engine.Loop;
using HaConsole.Engine.State;
using HaConsole.Failover;

namespace HaConsole.Engine.Replication;

/// <summary>What the console asks for about both servers' configurations.</summary>
internal sealed class ConfigurationSync(SyncWatch watch, ConfigurationKeeper keeper, ConflictStore conflicts, EngineClock clock, Rank rank) : IConfigurationSync
{
    /// <summary>Makes a change on the Active that replaces both documents knowingly.</summary>
    public required Func<PairConfiguration, ConfigurationDocument, ConfigurationDocument, string, Task<ConfigurationOutcome>> Change { get; init; }

    /// <summary>Something that people must see.</summary>
    public required Action<string, string, Severity> Event { get; init; }

    /// <summary>A record has changed: the other server must hear of it.</summary>
    public required Action Changed { get; init; }

    public SyncState Current => watch.State();

    public Func<PairConfiguration, PairConfiguration, CancellationToken, Task>? Hearing
    {
        get => keeper.Hearing;
        set => keeper.Hearing = value;
    }

    public async Task<SyncState> LookAsync(CancellationToken cancellationToken)
    {
        if (watch.State().State is "behind" or "ahead" or "different")
        {
            await watch.FetchPeerAsync(cancellationToken);
        }

        return watch.State();
    }

    public Task<string?> MergedAsync(string conflict, IReadOnlyList<string> keys, string owner, CancellationToken cancellationToken)
        => NoteAsync(conflict, "configuration-conflict-merged", $"{owner} merged {string.Join(", ", keys)} of conflict {conflict}.", (record, now) => record with
        {
            Merged = [.. record.Merged, .. keys.Where(k => record.Merged.All(m => m.What != k)).Select(k => new ConflictStep(k, now, owner))],
        });

    public Task<string?> DismissAsync(string conflict, string owner, string reason, CancellationToken cancellationToken)
        => NoteAsync(conflict, "configuration-conflict-dismissed", $"{owner} dismissed conflict {conflict}: {reason}", (record, now) => record with
        {
            Dismissed = record.Dismissed ?? new ConflictStep(reason, now, owner),
        });

    public async Task<TakeOutcome> TakeAsync(int server, Revision expected, bool dryRun, string owner, CancellationToken cancellationToken)
    {
        var own = keeper.Current;
        if (own.Revision != expected)
        {
            return new TakeOutcome(new ConfigurationOutcome(own, false, true, [], null), null, [], []);
        }

        if (await watch.FetchPeerAsync(cancellationToken) is not { } peer)
        {
            return new TakeOutcome(null, $"Server #{rank.Other().Number()} does not answer: its configuration is not known.", [], []);
        }

        if (own.Hash == peer.Hash && own.Revision == peer.Revision)
        {
            return new TakeOutcome(null, $"Both servers have revision {own.Revision} in force: there is nothing to take.", [], []);
        }

        var (from, to) = server == rank.Number() ? (own, peer) : (peer, own);
        var changes = ConfigurationTree.Between(to.Content, from.Content);
        if (ConfigurationStore.FormatRefusal(from.Content.Format, $"the settings of server #{server}") is { } newer)
        {
            return new TakeOutcome(null, newer, changes, []);
        }

        IReadOnlyList<ConfigurationProblem> problems = AccessConfigurationValidator.LockOut(to.Content, from.Content) is { } lockOut ? [.. keeper.Validate(from.Content), lockOut] : keeper.Validate(from.Content);
        if (problems.FirstOrDefault(p => !p.IsWarning) is { } wrong)
        {
            return new TakeOutcome(null, $"The configuration of server #{server} cannot be in force on both: {wrong.Sentence}", changes, problems);
        }

        return new TakeOutcome(dryRun ? null : await Change(from.Content, own, peer, owner), null, changes, problems);
    }

    /// <summary>The caller's thread may be one of a page: the disk is waited for elsewhere.</summary>
    private Task<string?> NoteAsync(string id, string kind, string sentence, Func<ConflictRecord, DateTimeOffset, ConflictRecord> change) => Task.Run(() =>
    {
        try
        {
            if (conflicts.Change(id, record => change(record, clock.Utc)) is null)
            {
                return $"There is no conflict {id}.";
            }
        }
        catch (DurableWriteException e)
        {
            return $"It could not be stored: {e.Message}";
        }

        Event(kind, sentence, Severity.Info);
        Changed();
        return null;
    });
}
