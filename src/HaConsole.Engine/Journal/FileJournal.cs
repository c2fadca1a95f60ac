using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using HaConsole.Engine.State;

namespace HaConsole.Engine.Journal;

/// <summary>
/// The journal in files: events as JSON lines in <c>journal/events-YYYYMMDD.jsonl</c>, the guide's log in
/// <c>logs/ft-YYYYMMDD.log</c>. A thread of its own writes; callers only put into memory.
/// </summary>
public sealed class FileJournal : IJournal
{
    private const int MostPerWrite = 512;
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(2);

    private readonly FileJournalOptions options;
    private readonly TimeProvider time;
    private readonly DayFiles eventFiles;
    private readonly DayFiles logFiles;
    private readonly SlotFile? sequenceFile;
    private readonly object gate = new();
    private readonly WaitingEntries waiting;
    private readonly LinkedList<HaEvent> remembered = new();
    private readonly Thread writer;
    private readonly List<string> startProblems;
    private long sequence;
    private string sweptOn = "";
    private long writtenSinceSweep;
    private bool ending;
    private volatile string writeProblem = "";
    private long reportedDrops;

    /// <summary>Opens the journal of a data directory and starts its writer.</summary>
    /// <param name="dataDirectory"><c>Node:DataDirectory</c>.</param>
    /// <param name="server">Number of this server, 1 or 2.</param>
    /// <param name="time">Clock; its local time names and dates the files.</param>
    /// <param name="options">Bounds; null for the defaults.</param>
    public FileJournal(string dataDirectory, int server, TimeProvider time, FileJournalOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(dataDirectory);
        ArgumentNullException.ThrowIfNull(time);
        this.options = options ?? new FileJournalOptions();
        this.time = time;
        Server = server;
        waiting = new WaitingEntries(this.options.MaxWaiting);
        eventFiles = new DayFiles(Path.Combine(dataDirectory, "journal"), "events", "jsonl", this.options);
        logFiles = new DayFiles(Path.Combine(dataDirectory, "logs"), "ft", "log", this.options);
        var (events, problems) = EventFiles.ReadLast(eventFiles.List(), this.options.MaxRemembered);
        startProblems = problems;
        foreach (var entry in events)
        {
            remembered.AddLast(entry);
        }

        sequenceFile = OpenSequence(Path.Combine(dataDirectory, "state", "sequence.bin"));
        sequence = Math.Max(events.Count == 0 ? 0 : events.Max(e => e.Sequence), StoredSequence());
        writer = new Thread(Write) { IsBackground = true, Name = "journal" };
        writer.Start();
    }

    /// <summary>Number of this server, put into events that have none.</summary>
    public int Server { get; set; }

    /// <summary>Sentences for events: what was damaged when the journal was opened.</summary>
    public IReadOnlyList<string> StartProblems => startProblems;

    /// <summary>Why the disk refuses now; empty when it does not.</summary>
    public string WriteProblem => writeProblem;

    /// <summary>Log lines given up since the start because the disk refused for too long.</summary>
    public long DroppedLines
    {
        get
        {
            lock (gate)
            {
                return waiting.DroppedLines;
            }
        }
    }

    /// <summary>Events given up (they stay readable in memory for a while) since the start because the disk refused for too long.</summary>
    public long DroppedEvents
    {
        get
        {
            lock (gate)
            {
                return waiting.DroppedEvents;
            }
        }
    }

    /// <inheritdoc/>
    public HaEvent Record(HaEvent entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var at = time.GetLocalNow();
        HaEvent stored;
        lock (gate)
        {
            stored = entry with
            {
                Sequence = ++sequence,
                Server = entry.Server == 0 ? Server : entry.Server,
                At = entry.At == default ? at.ToUniversalTime() : entry.At,
                Pair = entry.Pair == "default" ? options.Pair : entry.Pair,
            };
            remembered.AddLast(stored);
            if (remembered.Count > options.MaxRemembered)
            {
                remembered.RemoveFirst();
            }

            waiting.Add(at, EventLine.Write(stored), isEvent: true, stored.Sequence);
            Monitor.PulseAll(gate);
        }

        return stored;
    }

    /// <inheritdoc/>
    public void Log(string component, string message)
    {
        ArgumentNullException.ThrowIfNull(component);
        ArgumentNullException.ThrowIfNull(message);
        var at = time.GetLocalNow();
        var line = FormatLine(at, component, message);
        lock (gate)
        {
            waiting.Add(at, line, isEvent: false, 0);
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>A line of the fault tolerant log: <c>yyyy/MM/dd_HH:mm:ss:fff Component : message</c>.</summary>
    public static string FormatLine(DateTimeOffset local, string component, string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var line = $"{local.ToString("yyyy/MM/dd_HH:mm:ss:fff", CultureInfo.InvariantCulture)} {component} : {message}";
        return line.AsSpan().IndexOfAny('\r', '\n') < 0 ? line : new StringBuilder(line).Replace("\r\n", " ").Replace('\r', ' ').Replace('\n', ' ').ToString();
    }

    /// <inheritdoc/>
    public IReadOnlyList<HaEvent> Read(long after, int limit)
    {
        List<HaEvent> inMemory;
        long oldest;
        lock (gate)
        {
            oldest = remembered.First?.Value.Sequence ?? long.MaxValue;
            inMemory = [.. remembered.SkipWhile(e => e.Sequence <= after).Take(limit)];
        }

        if (after + 1 >= oldest || oldest == long.MaxValue)
        {
            return inMemory;
        }

        return [.. EventFiles.ReadRange(eventFiles.List(), after, oldest).Concat(inMemory).Take(limit)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<HaEvent> Latest(int limit)
    {
        lock (gate)
        {
            return [.. remembered.Skip(Math.Max(0, remembered.Count - limit))];
        }
    }

    /// <inheritdoc/>
    public bool Flush(TimeSpan timeout)
    {
        var start = TimeProvider.System.GetTimestamp();
        lock (gate)
        {
            var ticket = waiting.LastTicket;
            while (!waiting.IsDone(ticket))
            {
                var left = timeout - TimeProvider.System.GetElapsedTime(start);
                if (left <= TimeSpan.Zero || !writer.IsAlive)
                {
                    return false;
                }

                Monitor.Wait(gate, left);
            }

            return true;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (gate)
        {
            ending = true;
            Monitor.PulseAll(gate);
        }

        if (writer.Join(EndTimeout))
        {
            eventFiles.Dispose();
            logFiles.Dispose();
            sequenceFile?.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private void Write()
    {
        while (Next() is { } batch)
        {
            try
            {
                var count = WriteSome(batch);
                writeProblem = "";
                lock (gate)
                {
                    waiting.Written(count);
                    Monitor.PulseAll(gate);
                }

                ReportDrops();
                SweepWhenDue(batch[0].At);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                writeProblem = e.Message;
                if (!WaitForRetry())
                {
                    return;
                }
            }
        }
    }

    private IReadOnlyList<WaitingEntry>? Next()
    {
        lock (gate)
        {
            while (!waiting.Any)
            {
                if (ending)
                {
                    return null;
                }

                Monitor.Wait(gate);
            }

            return waiting.Take(MostPerWrite);
        }
    }

    /// <summary>Writes the first entries that go to the same file; returns how many.</summary>
    private int WriteSome(IReadOnlyList<WaitingEntry> batch)
    {
        var day = DayFiles.DayOf(batch[0].At);
        var some = batch.TakeWhile(e => DayFiles.DayOf(e.At) == day).ToList();
        if (some[0].IsEvent)
        {
            // The number first: it has its space even on a full disk, so that a restart never gives a number twice.
            StoreSequence(some[^1].Sequence);
        }

        writtenSinceSweep += (some[0].IsEvent ? eventFiles : logFiles).Append(some[0].At, some.Select(e => e.Text));
        return some.Count;
    }

    private void ReportDrops()
    {
        long lines;
        long events;
        lock (gate)
        {
            (lines, events) = (waiting.DroppedLines, waiting.DroppedEvents);
        }

        if (lines + events != reportedDrops)
        {
            reportedDrops = lines + events;
            Log("Journal", string.Create(CultureInfo.InvariantCulture, $"the disk refused for too long: {lines} lines and {events} events are lost since the start"));
        }
    }

    private void SweepWhenDue(DateTimeOffset now)
    {
        var today = DayFiles.DayOf(now);
        if (today == sweptOn && writtenSinceSweep < options.MaxFileBytes / 2)
        {
            return;
        }

        (sweptOn, writtenSinceSweep) = (today, 0);
        eventFiles.Sweep(now);
        logFiles.Sweep(now);
    }

    /// <summary>False when the journal is being closed: what the disk refuses now is lost.</summary>
    private bool WaitForRetry()
    {
        var start = TimeProvider.System.GetTimestamp();
        lock (gate)
        {
            while (!ending)
            {
                var left = options.RetryEvery - TimeProvider.System.GetElapsedTime(start);
                if (left <= TimeSpan.Zero)
                {
                    return true;
                }

                Monitor.Wait(gate, left);
            }

            return false;
        }
    }

    private SlotFile? OpenSequence(string path)
    {
        try
        {
            var file = SlotFile.Open(path);
            startProblems.AddRange(file.Content.DamagedSlots.Select(s => $"sequence.bin slot {s} is torn; the journal's own last event is used"));
            return file;
        }
        catch (DurableWriteException e)
        {
            startProblems.Add($"the event sequence is not kept apart from the journal: {e.Message}");
            return null;
        }
    }

    private long StoredSequence()
        => sequenceFile?.Content.Payload is { Length: sizeof(long) } bytes ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : 0;

    private void StoreSequence(long last)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, last);
        sequenceFile?.Write(bytes);
    }
}
