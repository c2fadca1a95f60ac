using HaConsole.Engine.Configuration;
using HaConsole.Failover;

namespace HaConsole.Engine.Replication;

/// <summary>A revision with a higher number that a server does not put in force.</summary>
/// <param name="Server">Server that refuses it; 1 or 2.</param>
/// <param name="Revision">What is refused.</param>
/// <param name="SavedBy">Who saved that.</param>
/// <param name="Reason">Why, in one sentence.</param>
/// <param name="At">When it was refused first (UTC).</param>
public sealed record RefusedRevision(int Server, Revision Revision, string SavedBy, string Reason, DateTimeOffset At);

/// <summary>An object of the configuration that is not the same on both servers.</summary>
/// <param name="Item"><c>HotStandby</c>, <c>Services:cti</c>, <c>Checks:web</c>, <c>Access:Users:anna</c> …; <c>Services</c> for the order of all services.</param>
/// <param name="Since">Since when (UTC), as this server has seen it.</param>
/// <param name="Fields">What differs: <see cref="FieldDifference.First"/> is in force on server #1, <see cref="FieldDifference.Second"/> on server #2.</param>
public sealed record DriftItem(string Item, DateTimeOffset Since, IReadOnlyList<FieldDifference> Fields);

/// <summary>How the configurations of the two servers compare, as one of them sees it.</summary>
public sealed record SyncState
{
    /// <summary>The server that says so; 1 or 2.</summary>
    public int Server { get; init; }

    /// <summary>Revision in force here.</summary>
    public Revision Revision { get; init; }

    /// <summary>Its hash.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Revision in force on the other server, as it said last; null when it does not answer or there is none.</summary>
    public Revision? PeerRevision { get; init; }

    /// <summary>Hash of that, as far as it is known; the first 16 digits at least.</summary>
    public string PeerHash { get; init; } = "";

    /// <summary><c>none</c> (no second server), <c>unknown</c> (it does not answer), <c>equal</c>, <c>behind</c>, <c>ahead</c> or <c>different</c>: the other server, compared with this one.</summary>
    public string State { get; init; } = "none";

    /// <summary>Since when <see cref="State"/> is so (UTC).</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When the other server last confirmed to have the same in force (UTC); null when it did not since this process runs.</summary>
    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>Seconds from the last change here until the other server confirmed it; null while it has not.</summary>
    public double? LagSeconds { get; init; }

    /// <summary>What differs; empty when both are in sync, or when that of the other server is not known.</summary>
    public IReadOnlyList<DriftItem> Drift { get; init; } = [];

    /// <summary>What is refused, on either server.</summary>
    public IReadOnlyList<RefusedRevision> Refused { get; init; } = [];

    /// <summary>All conflicts that are kept, newest first; those of the other server, too. They hold secrets.</summary>
    public IReadOnlyList<ConflictRecord> Conflicts { get; init; } = [];
}

/// <summary>What came of taking one server's configuration for both.</summary>
/// <param name="Outcome">The change; null when nothing was tried (dry run, in sync already, no answer).</param>
/// <param name="Refusal">Why nothing was tried; null when it was, or in a dry run that finds nothing against it.</param>
/// <param name="Changes">What changes on the other server, or would: <see cref="FieldDifference.First"/> was in force, <see cref="FieldDifference.Second"/> replaces it.</param>
/// <param name="Problems">What is wrong with the configuration that is taken.</param>
public sealed record TakeOutcome(ConfigurationOutcome? Outcome, string? Refusal, IReadOnlyList<FieldDifference> Changes, IReadOnlyList<ConfigurationProblem> Problems);

/// <summary>Both servers' configurations side by side: drift, conflicts, synchronisation by hand. Safe from any thread.</summary>
public interface IConfigurationSync
{
    /// <summary>As known now; asks nobody.</summary>
    SyncState Current { get; }

    /// <summary>As known after the other server was asked for what it has in force, when that differs; bounded by 10 s.</summary>
    Task<SyncState> LookAsync(CancellationToken cancellationToken);

    /// <summary>Notes that keys of a conflict were merged, on both servers; null when it is noted, else why not.</summary>
    Task<string?> MergedAsync(string conflict, IReadOnlyList<string> keys, string owner, CancellationToken cancellationToken);

    /// <summary>Closes a conflict although not all of it was merged, on both servers; null when it is done, else why not.</summary>
    Task<string?> DismissAsync(string conflict, string owner, string reason, CancellationToken cancellationToken);

    /// <summary>
    /// Puts the configuration of one server in force on both, as a new revision above those of both. What it replaces stays in the history.
    /// </summary>
    /// <param name="server">Whose configuration; 1 or 2.</param>
    /// <param name="expected">Revision in force on the asked server that was seen.</param>
    /// <param name="dryRun">Only say what would change.</param>
    /// <param name="owner">Who.</param>
    /// <param name="cancellationToken">Ends the wait, not what has begun.</param>
    Task<TakeOutcome> TakeAsync(int server, Revision expected, bool dryRun, string owner, CancellationToken cancellationToken);

    /// <summary>
    /// Called before a configuration is put in force on this server, with the old and the new one, so that a change of how people are notified is
    /// announced in the old way first. At most 2 s; what it throws is logged and stops nothing.
    /// </summary>
    Func<PairConfiguration, PairConfiguration, CancellationToken, Task>? Hearing { get; set; }
}
