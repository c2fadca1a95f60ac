using HaConsole.Engine.Configuration;
using HaConsole.Failover;

namespace HaConsole.Engine.Replication;

/// <summary>A revision that was saved while the two servers did not hear each other.</summary>
/// <param name="Revision">Its revision.</param>
/// <param name="At">When it was saved (UTC, by the clock of its server).</param>
/// <param name="By">Who saved it.</param>
public sealed record SavedRevision(Revision Revision, DateTimeOffset At, string By);

/// <summary>Something done with a conflict.</summary>
/// <param name="What">Key that was merged; for a dismissal its reason.</param>
/// <param name="At">When (UTC).</param>
/// <param name="By">Who.</param>
public sealed record ConflictStep(string What, DateTimeOffset At, string By);

/// <summary>
/// A configuration that was edited apart from the one that won: all of it, so that nothing that an operator was told is saved gets lost.
/// Kept on both servers, under <c>settings/conflicts</c>. Holds secrets.
/// </summary>
public sealed record ConflictRecord
{
    /// <summary>The same on both servers: revision and beginning of the hash of what lost.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>Server on which the lost changes were made; 1 or 2.</summary>
    public int Server { get; init; }

    /// <summary>When it was found (UTC).</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The document that lost.</summary>
    public required ConfigurationDocument Lost { get; init; }

    /// <summary>What both sides began with; null when it is not kept any more.</summary>
    public ConfigurationDocument? Common { get; init; }

    /// <summary>Revision of the document that won when it was found.</summary>
    public Revision Winner { get; init; }

    /// <summary>Who saved the one that won.</summary>
    public string WinnerSavedBy { get; init => field = value ?? ""; } = "";

    /// <summary>Revisions on the losing side since the common one, newest first.</summary>
    public IReadOnlyList<SavedRevision> Saved { get; init => field = value ?? []; } = [];

    /// <summary>Keys that were merged.</summary>
    public IReadOnlyList<ConflictStep> Merged { get; init => field = value ?? []; } = [];

    /// <summary>Dismissed, and why; null when it is not.</summary>
    public ConflictStep? Dismissed { get; init; }

    /// <summary>This server has reported it. Says nothing of the other one.</summary>
    public bool Reported { get; init; }

    /// <summary>Id of the record of a document.</summary>
    public static string IdOf(ConfigurationDocument lost)
    {
        ArgumentNullException.ThrowIfNull(lost);
        return $"{lost.Revision}-{lost.Hash[..Math.Min(8, lost.Hash.Length)]}";
    }

    /// <summary>Settings that are still lost: neither in force nor merged since; none once it is dismissed.</summary>
    public IReadOnlyList<LostField> Open(PairConfiguration now)
        => Dismissed is not null ? [] : [.. ConfigurationTree.Lost(Common?.Content, Lost.Content, now).Where(f => Merged.All(m => m.What != f.Key))];
}
