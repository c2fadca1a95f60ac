using HaConsole.Engine.Configuration;
using HaConsole.Engine.Replication;

namespace HaConsole.Web.Model.Sync;

/// <summary>How the configurations of both servers compare: what the page, the API and the command line show. Without secrets.</summary>
public sealed record SyncView
{
    /// <summary>The answering server; 1 or 2.</summary>
    public int Server { get; init; }

    /// <summary>Revision in force there; the one to send back as expected.</summary>
    public string Revision { get; init; } = "";

    /// <summary>Its hash: lower-case SHA-256.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Who saved it.</summary>
    public string SavedBy { get; init; } = "";

    /// <summary>When (UTC).</summary>
    public DateTimeOffset SavedAt { get; init; }

    /// <summary>Revision in force on the other server; null when it does not answer or there is none.</summary>
    public string? PeerRevision { get; init; }

    /// <summary>Its hash; empty when it is not known.</summary>
    public string PeerHash { get; init; } = "";

    /// <summary><c>none</c> (no second server), <c>unknown</c> (it does not answer), <c>equal</c>, or the other server is <c>behind</c>, <c>ahead</c> or <c>different</c> (same revision, other content).</summary>
    public string State { get; init; } = "none";

    /// <summary>Since when (UTC); null when nothing was heard yet.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When the other server last confirmed to have the same in force (UTC); null when it did not since this process runs.</summary>
    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>Seconds since then.</summary>
    public double? AcknowledgedAgeSeconds { get; init; }

    /// <summary>Seconds from the last change here until the other server confirmed it; null while it has not.</summary>
    public double? LagSeconds { get; init; }

    /// <summary>What differs, object by object, and what a server refuses; empty when both are in sync.</summary>
    public IReadOnlyList<DriftRow> Drift { get; init; } = [];

    /// <summary>Conflicts, newest first; settled ones, too.</summary>
    public IReadOnlyList<ConflictView> Conflicts { get; init; } = [];

    /// <summary>Both servers have the same in force, or there is only one, and no conflict is open.</summary>
    public bool InSync => State is "equal" or "none" && Drift.Count == 0 && Conflicts.All(c => c.State != ConflictView.Open);

    /// <summary>The view of a state.</summary>
    /// <param name="state">What the engine knows.</param>
    /// <param name="now">Configuration in force on this server.</param>
    /// <param name="utc">Time (UTC), for ages.</param>
    public static SyncView Of(SyncState state, ConfigurationDocument now, DateTimeOffset utc)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(now);
        return new SyncView
        {
            Server = state.Server,
            Revision = now.Revision.ToString(),
            Hash = now.Hash,
            SavedBy = now.SavedBy,
            SavedAt = now.SavedAt,
            PeerRevision = state.PeerRevision?.ToString(),
            PeerHash = state.PeerHash,
            State = state.State,
            Since = state.Since,
            AcknowledgedAt = state.AcknowledgedAt,
            AcknowledgedAgeSeconds = state.AcknowledgedAt is { } at ? Math.Round(Math.Max(0, (utc - at).TotalSeconds), 1) : null,
            LagSeconds = state.LagSeconds,
            Drift = [.. state.Refused.Select(DriftRow.Of), .. state.Drift.Select(DriftRow.Of)],
            Conflicts = [.. state.Conflicts.Select(c => ConflictView.Of(c, now.Content))],
        };
    }
}

/// <summary>One row of the drift table: an object that differs, or a revision that a server refuses.</summary>
/// <param name="Item"><c>HotStandby</c>, <c>Services:cti</c>, <c>Access:Users:anna</c> …; <c>revision 7.12.1</c> for what is refused.</param>
/// <param name="Since">Since when (UTC).</param>
/// <param name="Fields">What differs.</param>
/// <param name="RefusedBy">Server that refuses the revision; null for a difference.</param>
/// <param name="Reason">Why it is refused; empty for a difference.</param>
public sealed record DriftRow(string Item, DateTimeOffset Since, IReadOnlyList<DriftField> Fields, int? RefusedBy, string Reason)
{
    internal static DriftRow Of(DriftItem item) => new(item.Item, item.Since, [.. item.Fields.Select(f => new DriftField(f.Key, f.First, f.Second))], null, "");

    internal static DriftRow Of(RefusedRevision refused) => new($"revision {refused.Revision}", refused.At, [], refused.Server, $"Saved by {refused.SavedBy}, refused by server #{refused.Server}: {refused.Reason}");
}

/// <summary>A setting that is not the same on both servers.</summary>
/// <param name="Key">Its key, for example <c>HotStandby:HoldHours</c>; that of the object when it exists on one server only.</param>
/// <param name="Server1">Value on server #1; empty when it has none, dots for a secret.</param>
/// <param name="Server2">Value on server #2.</param>
public sealed record DriftField(string Key, string Server1, string Server2);

/// <summary>Edits of one server that lost against edits of the other one, made while the two did not hear each other.</summary>
public sealed record ConflictView
{
    /// <summary>Some settings are neither in force nor merged.</summary>
    public const string Open = "open";

    /// <summary>All of it is in force, or was merged.</summary>
    public const string Settled = "settled";

    /// <summary>Somebody has decided that the rest is not needed.</summary>
    public const string IsDismissed = "dismissed";

    /// <summary>Names it in commands; the same on both servers.</summary>
    public string Id { get; init; } = "";

    /// <summary>Server whose edits lost; 1 or 2.</summary>
    public int Server { get; init; }

    /// <summary>When it was found (UTC).</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Revision that lost.</summary>
    public string Revision { get; init; } = "";

    /// <summary>Revision that won.</summary>
    public string Winner { get; init; } = "";

    /// <summary>Who saved the one that won.</summary>
    public string WinnerSavedBy { get; init; } = "";

    /// <summary>Revision that both began with; null when it is not known: then all that differs is listed.</summary>
    public string? Common { get; init; }

    /// <summary>Who saved what on the losing side, newest first.</summary>
    public IReadOnlyList<SavedEdit> Saved { get; init; } = [];

    /// <summary>Settings that are neither in force nor merged.</summary>
    public IReadOnlyList<LostField> Fields { get; init; } = [];

    /// <summary>What was merged, by whom.</summary>
    public IReadOnlyList<ConflictStep> Merged { get; init; } = [];

    /// <summary>Who dismissed it, and why; null when nobody did.</summary>
    public ConflictStep? Dismissed { get; init; }

    /// <summary><see cref="Open"/>, <see cref="Settled"/> or <see cref="IsDismissed"/>.</summary>
    public string State { get; init; } = Open;

    internal static ConflictView Of(ConflictRecord record, PairConfiguration now)
    {
        var fields = record.Open(now);
        return new ConflictView
        {
            Id = record.Id,
            Server = record.Server,
            At = record.At,
            Revision = record.Lost.Revision.ToString(),
            Winner = record.Winner.ToString(),
            WinnerSavedBy = record.WinnerSavedBy,
            Common = record.Common?.Revision.ToString(),
            Saved = [.. record.Saved.Select(s => new SavedEdit(s.Revision.ToString(), s.At, s.By))],
            Fields = fields,
            Merged = record.Merged,
            Dismissed = record.Dismissed,
            State = record.Dismissed is not null ? IsDismissed : fields.Count > 0 ? Open : Settled,
        };
    }
}

/// <summary>A revision that was saved on the losing side.</summary>
/// <param name="Revision">Its revision.</param>
/// <param name="At">When (UTC, by the clock of its server).</param>
/// <param name="By">Who saved it.</param>
public sealed record SavedEdit(string Revision, DateTimeOffset At, string By);

/// <summary>What a merge or a synchronisation by hand has changed, or would change.</summary>
/// <param name="Revision">Revision in force afterwards; in a dry run the present one.</param>
/// <param name="DryRun">Nothing was changed.</param>
/// <param name="OnPeer">The other server has it, too; null when there is none, or in a dry run.</param>
/// <param name="Changes">What changes.</param>
/// <param name="Warnings">Sentences about values that are accepted all the same.</param>
public sealed record SyncChange(string Revision, bool DryRun, bool? OnPeer, IReadOnlyList<SyncChangeField> Changes, IReadOnlyList<string> Warnings);

/// <summary>A setting that changes.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Before">Value before; empty when it had none, dots for a secret.</param>
/// <param name="After">Value afterwards.</param>
public sealed record SyncChangeField(string Key, string Before, string After)
{
    internal static IReadOnlyList<SyncChangeField> Of(IReadOnlyList<FieldDifference> fields) => [.. fields.Select(f => new SyncChangeField(f.Key, f.First, f.Second))];
}
