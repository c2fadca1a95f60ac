namespace HaConsole.Engine.Journal;

/// <summary>One thing that somebody did, or tried to do. Holds no secrets: that is for whoever makes it to see to.</summary>
public sealed record AuditEntry
{
    /// <summary>Grows by one with every entry of this server; filled in by the log.</summary>
    public long Sequence { get; init; }

    /// <summary>Server number, 1 or 2; filled in by the log.</summary>
    public int Server { get; init; }

    /// <summary>Wall clock (UTC); filled in by the log when it is not given.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Who.</summary>
    public string User { get; init; } = "";

    /// <summary>In what role; empty = none.</summary>
    public string Role { get; init; } = "";

    /// <summary>By what way: <c>console</c>, <c>api</c>, <c>cli</c>, <c>peer</c> or <c>system</c>.</summary>
    public string Origin { get; init; } = "";

    /// <summary>From what network address; empty when local.</summary>
    public string Address { get; init; } = "";

    /// <summary>Stable name of what was done, for example <c>switch</c> or <c>settings-save</c>.</summary>
    public required string Action { get; init; }

    /// <summary>What it was done to; may be empty.</summary>
    public string Target { get; init; } = "";

    /// <summary>The command line that does the same.</summary>
    public string CommandLine { get; init; } = "";

    /// <summary>State before, as far as it says something.</summary>
    public string Before { get; init; } = "";

    /// <summary>State afterwards, as far as it says something.</summary>
    public string After { get; init; } = "";

    /// <summary><c>done</c>, <c>refused</c> or <c>failed</c>.</summary>
    public string Result { get; init; } = "done";

    /// <summary>What came of it, for people.</summary>
    public string Sentence { get; init; } = "";

    /// <summary>Hash of the entry before; filled in by the log. Empty for the first.</summary>
    public string PreviousHash { get; init; } = "";

    /// <summary>Lower-case SHA-256 over <see cref="PreviousHash"/> and all other fields; filled in by the log.</summary>
    public string Hash { get; init; } = "";
}

/// <summary>Result of looking at the whole audit log of one server.</summary>
/// <param name="Intact">Nothing was changed, removed, reordered or cut off.</param>
/// <param name="Entries">Sound entries.</param>
/// <param name="FirstBad">Sequence at which the chain breaks; null when it does not.</param>
/// <param name="Sentence">For people.</param>
public sealed record AuditVerification(bool Intact, long Entries, long? FirstBad, string Sentence);

/// <summary>
/// Who did what on this server: a chain of entries in which every one seals the one before. Safe for several threads. An entry that the
/// disk refuses is kept in memory and written later, so that an emergency command is never refused because a disk is full.
/// </summary>
public interface IAuditLog : IDisposable
{
    /// <summary>
    /// Adds an entry and returns it as it is stored, after it is on disk. Never throws for a disk: see <see cref="WriteProblem"/>. Waits
    /// at most about 2 s for a disk that hangs.
    /// </summary>
    AuditEntry Append(AuditEntry entry);

    /// <summary>Entries with a sequence above <paramref name="after"/>, oldest first.</summary>
    IReadOnlyList<AuditEntry> Read(long after, int limit);

    /// <summary>Sequence of the last entry; 0 = none.</summary>
    long Last { get; }

    /// <summary>Reads everything and checks the chain and its sealed end.</summary>
    AuditVerification Verify();

    /// <summary>Why entries wait in memory for the disk; empty when none does.</summary>
    string WriteProblem { get; }

    /// <summary>Entries that wait in memory.</summary>
    int Waiting { get; }

    /// <summary>Raised after an entry was added; on any thread, must return at once.</summary>
    event Action<AuditEntry>? Appended;
}
