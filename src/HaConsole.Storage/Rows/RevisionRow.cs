namespace HaConsole.Storage;

/// <summary>A saved configuration. The valid one is a file beside the engine; this is what it was like, for differences and undo.</summary>
public sealed record RevisionRow
{
    /// <summary>Key of the row.</summary>
    public long Id { get; init; }

    /// <summary>Pair it belongs to.</summary>
    public string Pair { get; init; } = "default";

    /// <summary>The revision as people see it.</summary>
    public required string Revision { get; init; }

    /// <summary>Counter part of the revision; orders revisions.</summary>
    public long Counter { get; init; }

    /// <summary>Server that saved it, 1 or 2.</summary>
    public int Server { get; init; }

    /// <summary>Hash of the content.</summary>
    public string Hash { get; init; } = "";

    /// <summary>When it was saved (UTC).</summary>
    public DateTimeOffset SavedAt { get; init; }

    /// <summary>Who saved it.</summary>
    public string SavedBy { get; init; } = "";

    /// <summary>Why, as typed; empty when nothing was.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The configuration as JSON, secrets masked or encrypted by the caller.</summary>
    public required string Content { get; init; }
}
