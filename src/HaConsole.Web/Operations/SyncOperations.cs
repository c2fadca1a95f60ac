using HaConsole.Engine;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Replication;
using HaConsole.Failover;
using HaConsole.Web.Live;
using HaConsole.Web.Model.Sync;

namespace HaConsole.Web.Operations;

/// <summary>
/// What people do about configurations that differ between the servers: merge what lost, dismiss it, take one server's for both. The same for
/// page, API and command line.
/// </summary>
public sealed class SyncOperations(ConsoleEngine engine, OperationGate gate, TimeProvider time)
{
    /// <summary>Most characters of a reason.</summary>
    public const int LongestReason = ConfigurationOperations.LongestReason;

    /// <summary>How both compare, as known now; asks nobody. For everybody who may see the pair.</summary>
    public SyncView Current => View(engine.Engine.Sync.Current);

    /// <summary>How both compare; the other server is asked when it has something else in force.</summary>
    public async Task<SyncView> LookAsync(CancellationToken cancellationToken) => View(await engine.Engine.Sync.LookAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>Puts settings that lost in force, as a change of the present configuration: validated, and on both servers.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="conflict">Id of the conflict.</param>
    /// <param name="keys">Keys as listed by the conflict; none = all that are open.</param>
    /// <param name="seen">Revision in force that was shown; another one is a conflict.</param>
    /// <param name="dryRun">Only say what would change.</param>
    public Task<OperationResult<SyncChange>> MergeAsync(Actor actor, string conflict, IReadOnlyList<string> keys, Revision seen, bool dryRun)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(keys);
        var document = engine.Engine.Configuration;
        var record = Find(conflict);
        var open = record?.Open(document.Content) ?? [];
        IReadOnlyList<string> wanted = keys.Count == 0 ? [.. open.Select(f => f.Key)] : [.. keys.Distinct(StringComparer.Ordinal)];
        var fields = open.Where(f => wanted.Contains(f.Key)).ToList();
        var line = $"haconsole sync merge {SettingsCommandLine.Word(conflict)}{string.Concat(keys.Select(k => " " + SettingsCommandLine.Word(k)))}";
        var operation = Audited("sync-merge", $"conflict {conflict}", line, dryRun) with
        {
            NeedsProof = !dryRun && wanted.Any(k => k.StartsWith(nameof(PairConfiguration.Access), StringComparison.Ordinal)),
            Before = string.Join(", ", fields.Select(f => $"{f.Key}={f.Now}")),
            After = string.Join(", ", fields.Select(f => $"{f.Key}={f.Lost}")),
        };
        return gate.RunAsync(actor, operation, async () =>
        {
            if (record is null)
            {
                return End(OperationEnd.Refused, $"There is no conflict {conflict}.");
            }

            if (wanted.FirstOrDefault(k => fields.All(f => f.Key != k)) is { } unknown)
            {
                return End(OperationEnd.Invalid, $"{unknown} is no open setting of conflict {conflict}; open are: {string.Join(", ", open.Select(f => f.Key).DefaultIfEmpty("none"))}");
            }

            if (wanted.Count == 0)
            {
                return End(OperationEnd.Refused, $"Nothing of conflict {conflict} is open.");
            }

            return document.Revision == seen ? await MergeAsync(actor, record, wanted, document, dryRun).ConfigureAwait(false) : Stale(document);
        }, End);
    }

    /// <summary>Closes a conflict: what is still open of it is not needed. It stays in the list, with the reason.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="conflict">Id of the conflict.</param>
    /// <param name="reason">Why: one line, 1 … <see cref="LongestReason"/> characters.</param>
    public Task<OperationResult> DismissAsync(Actor actor, string conflict, string reason)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(conflict);
        ArgumentNullException.ThrowIfNull(reason);
        var text = reason.Trim();
        var isLine = text.Length is > 0 and <= LongestReason && !text.Any(char.IsControl);
        var line = $"haconsole sync dismiss {SettingsCommandLine.Word(conflict)} --reason {SettingsCommandLine.Word(isLine ? text : "")}";
        return gate.RunAsync(actor, Audited("sync-dismiss", $"conflict {conflict}", line, false) with { After = isLine ? text : "" }, async () =>
            !isLine ? OperationResult.Invalid($"A dismissal needs a reason: one line of at most {LongestReason} characters.")
            : await engine.Engine.Sync.DismissAsync(conflict, actor.Name, text, CancellationToken.None).ConfigureAwait(false) is { } refusal ? OperationResult.Refused(refusal)
            : OperationResult.Done($"Conflict {conflict} is dismissed."));
    }

    /// <summary>Puts one server's configuration in force on both.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="server">Whose; 1 or 2.</param>
    /// <param name="seen">Revision in force on this server that was shown; another one is a conflict.</param>
    /// <param name="dryRun">Only say what would change.</param>
    public Task<OperationResult<SyncChange>> TakeAsync(Actor actor, int server, Revision seen, bool dryRun)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var state = engine.Engine.Sync.Current;
        var side = server == state.Server ? "this" : "other";
        var operation = Audited("sync-take", $"server {server}", $"haconsole sync take {side}", dryRun) with
        {
            NeedsProof = !dryRun,
            Before = $"revision {state.Revision} on server {state.Server}, {state.PeerRevision?.ToString() ?? "unknown"} on the other",
            After = $"configuration of server {server}",
        };
        return gate.RunAsync(actor, operation, async () =>
        {
            if (server is not (1 or 2))
            {
                return End(OperationEnd.Invalid, "server must be 1 or 2");
            }

            var taken = await engine.Engine.Sync.TakeAsync(server, seen, dryRun, actor.Name, CancellationToken.None).ConfigureAwait(false);
            if (taken.Refusal is { } refusal)
            {
                var end = taken.Problems.Any(p => !p.IsWarning) ? OperationEnd.Invalid : OperationEnd.Refused;
                return new OperationResult<SyncChange>(end, refusal, Change(engine.Engine.Configuration, true, null, taken.Changes, taken.Problems)) { Problems = taken.Problems };
            }

            return taken.Outcome is { } outcome
                ? Saved(outcome, taken.Changes)
                : new OperationResult<SyncChange>(OperationEnd.Done, $"{taken.Changes.Count} settings would change. Nothing was changed.", Change(engine.Engine.Configuration, true, null, taken.Changes, taken.Problems));
        }, End);
    }

    private static Operation Audited(string action, string target, string line, bool dryRun)
        => new(action, target, dryRun ? line + " --dry-run" : line, Right.Administer) { Audited = !dryRun };

    private static OperationResult<SyncChange> End(OperationEnd end, string sentence) => new(end, sentence, null);

    private static OperationResult<SyncChange> Stale(ConfigurationDocument document)
        => End(OperationEnd.Conflict, $"{document.SavedBy} has changed the configuration in the meantime (revision {document.Revision}). Nothing was saved.");

    private static SyncChange Change(ConfigurationDocument document, bool dryRun, bool? onPeer, IReadOnlyList<FieldDifference> changes, IReadOnlyList<ConfigurationProblem> problems)
        => new(document.Revision.ToString(), dryRun, onPeer, SyncChangeField.Of(changes), [.. problems.Where(p => p.IsWarning).Select(p => p.Sentence)]);

    private static OperationResult<SyncChange> Saved(ConfigurationOutcome outcome, IReadOnlyList<FieldDifference> changes)
    {
        if (outcome.Conflict)
        {
            return Stale(outcome.Document);
        }

        if (!outcome.Saved)
        {
            var end = outcome.Problems.Any(p => p.Key == "Node:DataDirectory") ? OperationEnd.Failed : OperationEnd.Invalid;
            return End(end, string.Join("; ", outcome.Problems.Where(p => !p.IsWarning).Select(p => p.Sentence)) + ". Nothing was saved.") with { Problems = outcome.Problems };
        }

        var where = outcome.OnPeer switch { true => "on both servers", false => "on one server; the other one does not have it yet", null => "on this server" };
        return new OperationResult<SyncChange>(OperationEnd.Done, $"Revision {outcome.Document.Revision} is in force {where}.", Change(outcome.Document, false, outcome.OnPeer, changes, outcome.Problems));
    }

    private SyncView View(SyncState state) => SyncView.Of(state, engine.Engine.Configuration, time.GetUtcNow());

    private ConflictRecord? Find(string id) => engine.Engine.Sync.Current.Conflicts.FirstOrDefault(c => c.Id == id);

    private async Task<OperationResult<SyncChange>> MergeAsync(Actor actor, ConflictRecord record, IReadOnlyList<string> keys, ConfigurationDocument document, bool dryRun)
    {
        var merged = ConfigurationTree.Merge(record.Common?.Content, record.Lost.Content, document.Content, [.. keys]);
        var changes = ConfigurationTree.Between(document.Content, merged);
        if (dryRun)
        {
            var problems = ConfigurationRules.Problems(merged);
            return problems.Any(p => !p.IsWarning)
                ? End(OperationEnd.Invalid, string.Join("; ", problems.Where(p => !p.IsWarning).Select(p => p.Sentence))) with { Problems = problems }
                : new OperationResult<SyncChange>(OperationEnd.Done, $"{changes.Count} settings would change. Nothing was changed.", Change(document, true, null, changes, problems));
        }

        // Once begun it is done to the end, whether or not its page still waits.
        var result = Saved(await engine.Engine.ChangeConfigurationAsync(merged, document.Revision, actor.Name, CancellationToken.None).ConfigureAwait(false), changes);
        return result.Succeeded && await engine.Engine.Sync.MergedAsync(record.Id, keys, actor.Name, CancellationToken.None).ConfigureAwait(false) is { } problem
            ? result with { Sentence = $"{result.Sentence} The conflict could not be marked: {problem}" }
            : result;
    }
}
