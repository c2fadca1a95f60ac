namespace HaConsole.Engine.Journal;

/// <summary>Something to write: an event or a line of the fault tolerant log.</summary>
internal readonly record struct WaitingEntry(long Ticket, DateTimeOffset At, string Text, bool IsEvent, long Sequence);

/// <summary>
/// What waits for the disk, bounded. When it is full, the oldest log line is given up first, and the oldest event only when no line is left.
/// Not safe for several threads.
/// </summary>
internal sealed class WaitingEntries(int most)
{
    private readonly Queue<WaitingEntry> events = new();
    private readonly Queue<WaitingEntry> lines = new();
    private List<WaitingEntry> inHand = [];
    private long lastTicket;

    /// <summary>Log lines given up since the start.</summary>
    public long DroppedLines { get; private set; }

    /// <summary>Events given up since the start.</summary>
    public long DroppedEvents { get; private set; }

    /// <summary>Ticket of the entry added last.</summary>
    public long LastTicket => lastTicket;

    /// <summary>Something waits.</summary>
    public bool Any => events.Count + lines.Count + inHand.Count > 0;

    /// <summary>Adds an entry, at the cost of an older one when there is no room.</summary>
    public void Add(DateTimeOffset at, string text, bool isEvent, long sequence)
    {
        var entry = new WaitingEntry(++lastTicket, at, text, isEvent, sequence);
        if (events.Count + lines.Count + inHand.Count >= most && !MakeRoom(isEvent))
        {
            return;
        }

        (isEvent ? events : lines).Enqueue(entry);
    }

    /// <summary>Whether everything up to a ticket is written or given up.</summary>
    public bool IsDone(long ticket)
        => inHand.All(e => e.Ticket > ticket)
        && (!events.TryPeek(out var entry) || entry.Ticket > ticket)
        && (!lines.TryPeek(out entry) || entry.Ticket > ticket);

    /// <summary>Takes the next entries in hand; those in hand already come first.</summary>
    public IReadOnlyList<WaitingEntry> Take(int limit)
    {
        if (inHand.Count == 0)
        {
            // The older first, so that a flood of events does not keep the lines before it from the disk, and a flush from its end.
            var source = events.TryPeek(out var firstEvent) && (!lines.TryPeek(out var firstLine) || firstEvent.Ticket < firstLine.Ticket) ? events : lines;
            while (inHand.Count < limit && source.TryDequeue(out var entry))
            {
                inHand.Add(entry);
            }
        }

        return inHand;
    }

    /// <summary>The first entries in hand are written.</summary>
    public void Written(int count) => inHand = inHand.GetRange(count, inHand.Count - count);

    private bool MakeRoom(bool forEvent)
    {
        if (lines.TryDequeue(out _))
        {
            DroppedLines++;
            return true;
        }

        if (!forEvent)
        {
            DroppedLines++;
            return false;
        }

        DroppedEvents++;
        return events.TryDequeue(out _);
    }
}
