using HaConsole.Failover;

namespace HaConsole.Storage;

/// <summary>An event of the journal as people search it later. The journal's files stay the source; pair, server and sequence name the event.</summary>
public sealed class EventRow
{
    /// <summary>Key of the row.</summary>
    public long Id { get; init; }

    /// <summary>Pair it belongs to.</summary>
    public required string Pair { get; init; }

    /// <summary>Server number, 1 or 2.</summary>
    public int Server { get; init; }

    /// <summary>Sequence within that server's journal.</summary>
    public long Sequence { get; init; }

    /// <summary>Epoch in force when it happened; orders events of both servers.</summary>
    public long Epoch { get; init; }

    /// <summary>Wall clock (UTC), display only.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Stable name, for example <c>role-changed</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Row of the transition table that acted, 0 when none.</summary>
    public int Row { get; init; }

    /// <summary>How much it matters.</summary>
    public Severity Severity { get; init; }

    /// <summary>What happened and why.</summary>
    public required string Sentence { get; init; }

    /// <summary>Facts at that moment, as flat names and values.</summary>
    public IReadOnlyDictionary<string, string> Evidence { get; init; } = new Dictionary<string, string>();
}
