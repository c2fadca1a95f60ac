namespace HaConsole.Storage;

/// <summary>Which audit entries are wanted; members that are null or empty do not restrict.</summary>
public sealed record AuditFilter
{
    /// <summary>Pair. Default <c>default</c>.</summary>
    public string Pair { get; init; } = "default";

    /// <summary>User, exactly.</summary>
    public string User { get; init; } = "";

    /// <summary>Action, exactly.</summary>
    public string Action { get; init; } = "";

    /// <summary>Result, exactly: <c>done</c>, <c>refused</c> or <c>failed</c>.</summary>
    public string Result { get; init; } = "";

    /// <summary>Words separated by blanks that all occur in action, target, command line, sentence, values, user or address, in any case.</summary>
    public string Text { get; init; } = "";

    /// <summary>Earliest wall clock time.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Latest wall clock time.</summary>
    public DateTimeOffset? To { get; init; }
}

/// <summary>A page of audit entries, newest first.</summary>
public sealed record AuditPage
{
    /// <summary>The entries, newest first.</summary>
    public required IReadOnlyList<AuditRow> Rows { get; init; }

    /// <summary>Give it as <c>before</c> for what is older; null when there is nothing older.</summary>
    public AuditCursor? Older { get; init; }
}

/// <summary>A place in the order of audit entries: time, then key.</summary>
/// <param name="At">Wall clock (UTC).</param>
/// <param name="Id">Key of the row.</param>
public readonly record struct AuditCursor(DateTimeOffset At, long Id);
