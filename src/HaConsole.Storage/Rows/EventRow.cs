using HaConsole.Failover;

namespace HaConsole.Storage;

/// <summary>
/// An event of the journal as people search it later; a decision is an event whose <see cref="Row"/> is above 0. The journal's files stay the source.
/// Pair, server, sequence and generation name the event.
/// </summary>
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

    /// <summary>0; counts up when a server has numbered its events from the start again (its data directory was lost or restored).</summary>
    public int Generation { get; init; }

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

    /// <summary>When somebody acknowledged it (UTC); null when nobody did.</summary>
    public DateTimeOffset? AcknowledgedAt { get; set; }

    /// <summary>Who acknowledged it.</summary>
    public string? AcknowledgedBy { get; set; }

    /// <summary>
    /// Epoch of the acknowledgement's own entry. Of several acknowledgements the first in the order of epoch, sequence, server and time of their entries
    /// counts, whichever arrives first. Null: acknowledged by a version that kept acknowledgements in the database alone; that one stays.
    /// </summary>
    public long? AcknowledgedEpoch { get; set; }

    /// <summary>Sequence of the acknowledgement's own entry.</summary>
    public long? AcknowledgedSequence { get; set; }

    /// <summary>Server in whose journal the acknowledgement is.</summary>
    public int? AcknowledgedServer { get; set; }

    /// <summary>Notes by their time, then by server and sequence: in the same order on both servers.</summary>
    public IList<EventNoteRow> Notes { get; init; } = [];
}

/// <summary>What somebody wrote about an event.</summary>
public sealed class EventNoteRow
{
    /// <summary>Key of the row.</summary>
    public long Id { get; init; }

    /// <summary>Row of the event.</summary>
    public long EventId { get; init; }

    /// <summary>When it was written (UTC).</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Who wrote it.</summary>
    public required string User { get; init; }

    /// <summary>The note.</summary>
    public required string Text { get; init; }

    /// <summary>Server in whose journal it is; with <see cref="Sequence"/> and <see cref="At"/> it names the entry.</summary>
    public int Server { get; init; }

    /// <summary>Sequence of its own entry in that journal; 0 for one of a version that kept notes in the database alone.</summary>
    public long Sequence { get; init; }
}
