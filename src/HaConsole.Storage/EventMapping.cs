using HaConsole.Engine.Journal;

namespace HaConsole.Storage;

/// <summary>Between the journal's events and their rows.</summary>
public static class EventMapping
{
    /// <summary>The row of an event. PostgreSQL keeps times in UTC.</summary>
    public static EventRow ToRow(this HaEvent entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return new EventRow
        {
            Pair = entry.Pair,
            Server = entry.Server,
            Sequence = entry.Sequence,
            Epoch = entry.Epoch,
            At = entry.At.ToUniversalTime(),
            Kind = entry.Kind,
            Row = entry.Row,
            Severity = entry.Severity,
            Sentence = entry.Sentence,
            Evidence = entry.Evidence,
        };
    }

    /// <summary>The event of a row.</summary>
    public static HaEvent ToEvent(this EventRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return new HaEvent
        {
            Pair = row.Pair,
            Server = row.Server,
            Sequence = row.Sequence,
            Epoch = row.Epoch,
            At = row.At,
            Kind = row.Kind,
            Row = row.Row,
            Severity = row.Severity,
            Sentence = row.Sentence,
            Evidence = row.Evidence,
        };
    }
}
