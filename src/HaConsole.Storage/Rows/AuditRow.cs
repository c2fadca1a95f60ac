namespace HaConsole.Storage;

/// <summary>An entry of the audit log, with the members of the engine's entry. The hash-chained files stay the source; the chain is verified there.</summary>
public sealed record AuditRow
{
    /// <summary>Key of the row.</summary>
    public long Id { get; init; }

    /// <summary>Pair it belongs to.</summary>
    public string Pair { get; init; } = "default";

    /// <summary>Sequence within that server's audit log.</summary>
    public long Sequence { get; init; }

    /// <summary>Server number, 1 or 2.</summary>
    public int Server { get; init; }

    /// <summary>Wall clock (UTC).</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Who.</summary>
    public string User { get; init; } = "";

    /// <summary>With which role.</summary>
    public string Role { get; init; } = "";

    /// <summary><c>console</c>, <c>api</c>, <c>cli</c>, <c>peer</c> or <c>system</c>.</summary>
    public string Origin { get; init; } = "";

    /// <summary>From where.</summary>
    public string Address { get; init; } = "";

    /// <summary>What, as a stable name.</summary>
    public string Action { get; init; } = "";

    /// <summary>On what.</summary>
    public string Target { get; init; } = "";

    /// <summary>The same on the command line.</summary>
    public string CommandLine { get; init; } = "";

    /// <summary>Value before.</summary>
    public string Before { get; init; } = "";

    /// <summary>Value after.</summary>
    public string After { get; init; } = "";

    /// <summary><c>done</c>, <c>refused</c> or <c>failed</c>.</summary>
    public string Result { get; init; } = "";

    /// <summary>What came of it, for people.</summary>
    public string Sentence { get; init; } = "";

    /// <summary>Hash of the entry before.</summary>
    public string PreviousHash { get; init; } = "";

    /// <summary>Hash of this entry; names it together with pair, server and sequence.</summary>
    public string Hash { get; init; } = "";
}
