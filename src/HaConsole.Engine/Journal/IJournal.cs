using HaConsole.Failover;

namespace HaConsole.Engine.Journal;

/// <summary>Something that happened, ordered by epoch and sequence, never by a clock.</summary>
public sealed record HaEvent
{
    /// <summary>Pair it belongs to.</summary>
    public string Pair { get; init; } = "default";

    /// <summary>Epoch in force when it happened.</summary>
    public long Epoch { get; init; }

    /// <summary>Grows by one with every event of this server; survives restarts.</summary>
    public long Sequence { get; init; }

    /// <summary>Server number, 1 or 2.</summary>
    public int Server { get; init; }

    /// <summary>Wall clock, display only.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Stable name, for example <c>role-changed</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Row that acted, 0 when none.</summary>
    public int Row { get; init; }

    /// <summary>How much it matters.</summary>
    public Severity Severity { get; init; }

    /// <summary>What happened and why.</summary>
    public required string Sentence { get; init; }

    /// <summary>Facts at that moment, as flat names and values.</summary>
    public IReadOnlyDictionary<string, string> Evidence { get; init; } = new Dictionary<string, string>();
}

/// <summary>
/// Events and the guide's fault tolerant log, in files beside the engine. Never blocks the engine's loop on a disk and never throws:
/// what cannot be written (disk full) is counted, kept in memory up to a bound, and written when it can be.
/// </summary>
public interface IJournal : IAsyncDisposable
{
    /// <summary>Adds an event; sequence and server are filled in. Returns the event as stored.</summary>
    HaEvent Record(HaEvent entry);

    /// <summary>Adds a line to the fault tolerant log of today: <c>yyyy/MM/dd_HH:mm:ss:fff Component : message</c>.</summary>
    void Log(string component, string message);

    /// <summary>Events with a sequence above <paramref name="after"/>, oldest first.</summary>
    IReadOnlyList<HaEvent> Read(long after, int limit);

    /// <summary>Last events, newest last.</summary>
    IReadOnlyList<HaEvent> Latest(int limit);

    /// <summary>Waits until everything recorded so far is on disk, or the timeout.</summary>
    bool Flush(TimeSpan timeout);
}
