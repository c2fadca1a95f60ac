using HaConsole.Failover;

namespace HaConsole.Storage;

/// <summary>Which events are wanted; members that are null or empty do not restrict.</summary>
public sealed record EventFilter
{
    /// <summary>Pair. Default <c>default</c>.</summary>
    public string Pair { get; init; } = "default";

    /// <summary>Server numbers.</summary>
    public IReadOnlyList<int> Servers { get; init; } = [];

    /// <summary>Least severity.</summary>
    public Severity MinSeverity { get; init; } = Severity.Info;

    /// <summary>Kinds, for example <c>role-changed</c>.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>
    /// Words separated by blanks: all of them must occur somewhere in kind, sentence or evidence, as parts of words, in any case.
    /// At most 10 words of 200 characters are used.
    /// </summary>
    public string Text { get; init; } = "";

    /// <summary>Earliest wall clock time.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Latest wall clock time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Lowest epoch.</summary>
    public long? FromEpoch { get; init; }

    /// <summary>Highest epoch.</summary>
    public long? ToEpoch { get; init; }

    /// <summary>Only decisions: events that a row of the transition table made.</summary>
    public bool OnlyDecisions { get; init; }

    /// <summary>Only warnings and alarms that nobody has acknowledged.</summary>
    public bool OnlyUnacknowledged { get; init; }

    /// <summary>
    /// Without the entries of acknowledgements and notes themselves: people see them with the event that they belong to. Kinds that are asked for by
    /// name are shown all the same. Default: everything.
    /// </summary>
    public bool WithoutRemarks { get; init; }

    /// <summary><see cref="WithoutRemarks"/> leaves something out.</summary>
    public bool HidesRemarks => WithoutRemarks && Kinds.Count == 0;
}

/// <summary>A place in the order of events: epoch, then sequence, then server, then generation. Written and read as <c>7-123-1-0</c>.</summary>
/// <param name="Epoch">Epoch.</param>
/// <param name="Sequence">Sequence.</param>
/// <param name="Server">Server number.</param>
/// <param name="Generation">Generation of that server's numbering.</param>
public readonly record struct EventCursor(long Epoch, long Sequence, int Server, int Generation) : IComparable<EventCursor>
{
    /// <summary>The place of an event.</summary>
    public static EventCursor Of(EventRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return new EventCursor(row.Epoch, row.Sequence, row.Server, row.Generation);
    }

    /// <summary>Reads the written form; false when it is none.</summary>
    public static bool TryParse(string? text, out EventCursor cursor)
    {
        cursor = default;
        var parts = (text ?? "").Split('-');
        if (parts.Length == 4
            && long.TryParse(parts[0], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var epoch)
            && long.TryParse(parts[1], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var sequence)
            && int.TryParse(parts[2], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var server)
            && int.TryParse(parts[3], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var generation))
        {
            cursor = new EventCursor(epoch, sequence, server, generation);
            return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public int CompareTo(EventCursor other) => (Epoch, Sequence, Server, Generation).CompareTo((other.Epoch, other.Sequence, other.Server, other.Generation));

    /// <inheritdoc/>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Epoch}-{Sequence}-{Server}-{Generation}");

    /// <summary>Earlier in the order.</summary>
    public static bool operator <(EventCursor left, EventCursor right) => left.CompareTo(right) < 0;

    /// <summary>Later in the order.</summary>
    public static bool operator >(EventCursor left, EventCursor right) => left.CompareTo(right) > 0;

    /// <summary>Earlier in the order, or the same.</summary>
    public static bool operator <=(EventCursor left, EventCursor right) => left.CompareTo(right) <= 0;

    /// <summary>Later in the order, or the same.</summary>
    public static bool operator >=(EventCursor left, EventCursor right) => left.CompareTo(right) >= 0;
}

/// <summary>Where a page of events begins. Neither cursor: at the newest event.</summary>
public sealed record EventPaging
{
    /// <summary>Events older than this place, the newest of them first.</summary>
    public EventCursor? Before { get; init; }

    /// <summary>Events newer than this place, the ones next to it (the page itself is newest first, too).</summary>
    public EventCursor? After { get; init; }

    /// <summary>Most rows, 1 … 1,000. Default 100.</summary>
    public int Limit { get; init; } = 100;
}

/// <summary>A page of events, newest first.</summary>
public sealed record EventPage
{
    /// <summary>The rows with acknowledgements and notes, newest first.</summary>
    public required IReadOnlyList<EventRow> Rows { get; init; }

    /// <summary>Give it as <see cref="EventPaging.Before"/> for what is older; null when there is nothing older.</summary>
    public EventCursor? Older { get; init; }

    /// <summary>Give it as <see cref="EventPaging.After"/> for what is newer (later events included); null when the page is empty.</summary>
    public EventCursor? Newer { get; init; }

    /// <summary>
    /// False when a search without a helpful index was ended early: the page may have fewer rows than the limit although there are more;
    /// <see cref="Older"/> (or <see cref="Newer"/>) continues where it ended.
    /// </summary>
    public bool Complete { get; init; } = true;
}

/// <summary>How many events a filter has.</summary>
/// <param name="Value">Number of events.</param>
/// <param name="Exact">False for the estimate of the database's statistics.</param>
public readonly record struct EventCount(long Value, bool Exact);
