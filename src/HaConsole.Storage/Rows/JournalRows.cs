namespace HaConsole.Storage;

/// <summary>How far a server's journal has arrived in the database. Outlives the rows themselves, which retention deletes.</summary>
public sealed class JournalPositionRow
{
    /// <summary>Pair it belongs to.</summary>
    public required string Pair { get; init; }

    /// <summary>Server number, 1 or 2.</summary>
    public int Server { get; init; }

    /// <summary><c>events</c> or <c>audit</c>.</summary>
    public required string Log { get; init; }

    /// <summary>Everything up to this sequence has arrived or is known to be missing.</summary>
    public long Last { get; set; }

    /// <summary>Tells the entry with that sequence from another one with the same number.</summary>
    public string Mark { get; set; } = "";
}

/// <summary>Events that were gone from the journal (age, size, damage) before the database could take them.</summary>
public sealed class JournalGapRow
{
    /// <summary>Key of the row.</summary>
    public long Id { get; init; }

    /// <summary>Pair it belongs to.</summary>
    public required string Pair { get; init; }

    /// <summary>Server number, 1 or 2.</summary>
    public int Server { get; init; }

    /// <summary><c>events</c> or <c>audit</c>.</summary>
    public required string Log { get; init; }

    /// <summary>First missing sequence.</summary>
    public long From { get; init; }

    /// <summary>Last missing sequence.</summary>
    public long To { get; init; }

    /// <summary>When it was noticed (UTC).</summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>Which keys the events of a server have in an hour: the way from a time to the place in (epoch, sequence) order. A little too wide after deletions.</summary>
public sealed class EventHourRow
{
    /// <summary>Pair it belongs to.</summary>
    public required string Pair { get; init; }

    /// <summary>Server number.</summary>
    public int Server { get; init; }

    /// <summary>Start of the hour (UTC).</summary>
    public DateTimeOffset Hour { get; init; }

    /// <summary>Lowest epoch, and lowest sequence within it.</summary>
    public long FirstEpoch { get; init; }

    /// <summary>Lowest sequence of <see cref="FirstEpoch"/>.</summary>
    public long FirstSequence { get; init; }

    /// <summary>Highest epoch.</summary>
    public long LastEpoch { get; init; }

    /// <summary>Highest sequence of <see cref="LastEpoch"/>.</summary>
    public long LastSequence { get; init; }
}
