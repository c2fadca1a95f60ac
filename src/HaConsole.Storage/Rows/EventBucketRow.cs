namespace HaConsole.Storage;

/// <summary>
/// Which keys the events of a server have in a bucket of rows that arrived one after the other: tells a text search in which order to look. The database
/// itself keeps it (a trigger), whoever inserts. A little too wide after deletions.
/// </summary>
public sealed class EventBucketRow
{
    /// <summary>Pair it belongs to.</summary>
    public required string Pair { get; init; }

    /// <summary>Server number.</summary>
    public int Server { get; init; }

    /// <summary>Keys of rows (<see cref="EventRow.Id"/>) without their lowest 14 bits.</summary>
    public long Bucket { get; init; }

    /// <summary>Lowest epoch.</summary>
    public long FirstEpoch { get; init; }

    /// <summary>Lowest sequence of <see cref="FirstEpoch"/>.</summary>
    public long FirstSequence { get; init; }

    /// <summary>Highest epoch.</summary>
    public long LastEpoch { get; init; }

    /// <summary>Highest sequence of <see cref="LastEpoch"/>.</summary>
    public long LastSequence { get; init; }
}
