using System.Buffers.Binary;
using System.Globalization;
using HaConsole.Engine.State;

namespace HaConsole.Engine.Journal;

/// <summary>
/// The audit log of one server in files: <c>audit/audit-YYYYMM.jsonl</c>, each entry synced and sealed by the next one, and the
/// end of the chain in <c>state/audit-head</c>, whose space is allocated beforehand. Shows what was changed, removed, reordered or cut
/// off in the files; who can also replace the head and the whole chain must be found by the copies elsewhere (database, exports).
/// </summary>
public sealed class FileAuditLog : IAuditLog
{
    /// <summary>Entries that may wait in memory for the disk; beyond it the oldest of them is lost, which the chain shows.</summary>
    public const int MostWaiting = 10_000;

    private const int MostRemembered = 2_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(1);

    private readonly object gate = new();
    private readonly AuditFiles files;
    private readonly SlotFile? head;
    private readonly int server;
    private readonly TimeProvider time;
    private readonly Thread writer;
    private readonly LinkedList<AuditEntry> remembered = new();
    private readonly LinkedList<(AuditEntry Entry, string Line)> waiting = new();
    private readonly List<string> startProblems = [];
    private long last;
    private string lastHash;
    private long attempts;
    private bool ending;
    private volatile string writeProblem = "";

    /// <summary>Opens the audit log of a data directory and starts its writer.</summary>
    /// <param name="dataDirectory"><c>Node:DataDirectory</c>.</param>
    /// <param name="server">Number of this server, 1 or 2.</param>
    /// <param name="time">Clock.</param>
    public FileAuditLog(string dataDirectory, int server, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(dataDirectory);
        this.server = server;
        this.time = time;
        files = new AuditFiles(Path.Combine(dataDirectory, "audit"));
        head = OpenHead(Path.Combine(dataDirectory, "state", "audit-head"));
        foreach (var entry in LastEntries())
        {
            remembered.AddLast(entry);
        }

        var newest = remembered.Last?.Value;
        (last, lastHash) = (newest?.Sequence ?? 0, newest?.Hash ?? "");
        var (sealedLast, sealedHash) = Sealed();
        if (sealedLast > last)
        {
            startProblems.Add(string.Create(CultureInfo.InvariantCulture, $"the audit log ends with entry {last}, but {sealedLast} were made: the last ones are missing"));
            (last, lastHash) = (sealedLast, sealedHash);
        }

        writer = new Thread(Write) { IsBackground = true, Name = "audit" };
        writer.Start();
    }

    /// <inheritdoc/>
    public event Action<AuditEntry>? Appended;

    /// <summary>Sentences for events: what was found damaged when the log was opened.</summary>
    public IReadOnlyList<string> StartProblems => startProblems;

    /// <inheritdoc/>
    public string WriteProblem => writeProblem;

    /// <inheritdoc/>
    public long Last
    {
        get
        {
            lock (gate)
            {
                return last;
            }
        }
    }

    /// <inheritdoc/>
    public int Waiting
    {
        get
        {
            lock (gate)
            {
                return waiting.Count;
            }
        }
    }

    /// <inheritdoc/>
    public AuditEntry Append(AuditEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        AuditEntry stored;
        lock (gate)
        {
            var next = entry with { Sequence = last + 1, Server = server, At = (entry.At == default ? time.GetUtcNow() : entry.At).ToUniversalTime(), PreviousHash = lastHash };
            (stored, var line) = AuditLine.Seal(next);
            (last, lastHash) = (stored.Sequence, stored.Hash);
            waiting.AddLast((stored, line));
            remembered.AddLast(stored);
            if (remembered.Count > MostRemembered)
            {
                remembered.RemoveFirst();
            }

            if (waiting.Count > MostWaiting)
            {
                waiting.RemoveFirst();
            }

            Monitor.PulseAll(gate);
            AwaitWritten(stored.Sequence);
        }

        Appended?.Invoke(stored);
        return stored;
    }

    /// <inheritdoc/>
    public IReadOnlyList<AuditEntry> Read(long after, int limit)
    {
        List<AuditEntry> inMemory;
        long oldest;
        lock (gate)
        {
            oldest = remembered.First?.Value.Sequence ?? long.MaxValue;
            inMemory = [.. remembered.SkipWhile(e => e.Sequence <= after).Take(limit)];
        }

        return after + 1 >= oldest || oldest == long.MaxValue
            ? inMemory
            : [.. files.Read(after).TakeWhile(e => e.Sequence < oldest).Concat(inMemory).Take(limit)];
    }

    /// <inheritdoc/>
    public AuditVerification Verify()
    {
        long newest;
        lock (gate)
        {
            newest = waiting.First is { } first ? first.Value.Entry.Sequence - 1 : last;
        }

        long count = 0;
        var previous = "";
        foreach (var line in files.List().SelectMany(AuditFiles.Lines))
        {
            // What cannot be read is either the torn end of a write that was never confirmed, which the next entry does not count, or it
            // was changed, and its place in the chain is empty.
            if (AuditLine.Read(line) is not { } entry)
            {
                continue;
            }

            if (entry.Sequence != count + 1 || entry.PreviousHash != previous)
            {
                return Broken(count);
            }

            (count, previous) = (count + 1, entry.Hash);
            if (count == newest)
            {
                // What was added since belongs to the next look.
                break;
            }
        }

        return count < newest ? Broken(count) : new AuditVerification(true, count, null, string.Create(CultureInfo.InvariantCulture, $"All {count} entries of the audit log are intact."));
    }

    /// <summary>Writes what waits, if the disk takes it within 2 s, and ends.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            ending = true;
            Monitor.PulseAll(gate);
        }

        if (writer.Join(Patience))
        {
            head?.Dispose();
        }
    }

    private static AuditVerification Broken(long sound) => new(false, sound, sound + 1, string.Create(
        CultureInfo.InvariantCulture,
        $"The audit log is not intact: entry {sound + 1} is missing, changed or out of place; the {sound} before it are intact."));

    /// <summary>Until it is on disk, the disk refuses, or the patience is over.</summary>
    private void AwaitWritten(long sequence)
    {
        var start = TimeProvider.System.GetTimestamp();
        var seen = attempts;
        while (waiting.First is { } first && first.Value.Entry.Sequence <= sequence && !ending && (attempts == seen || writeProblem.Length == 0))
        {
            var left = Patience - TimeProvider.System.GetElapsedTime(start);
            if (left <= TimeSpan.Zero || !Monitor.Wait(gate, left))
            {
                writeProblem = writeProblem.Length == 0 ? "the disk does not answer" : writeProblem;
                return;
            }
        }
    }

    private void Write()
    {
        while (Next() is { } next)
        {
            var problem = "";
            try
            {
                files.Append(next.Entry.At, next.Line);
                Seal(next.Entry.Sequence, next.Entry.Hash);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                problem = e.Message;
            }

            lock (gate)
            {
                attempts++;
                writeProblem = problem;
                if (problem.Length == 0)
                {
                    waiting.Remove(next);
                }

                Monitor.PulseAll(gate);
                if (problem.Length > 0 && !Refused())
                {
                    return;
                }
            }
        }
    }

    private (AuditEntry Entry, string Line)? Next()
    {
        lock (gate)
        {
            while (waiting.Count == 0)
            {
                if (ending)
                {
                    return null;
                }

                Monitor.Wait(gate);
            }

            return waiting.First!.Value;
        }
    }

    /// <summary>
    /// Seals what is only in memory, for which there is always space: if this process ends before the disk recovers, the gap is seen and no
    /// number is given twice. Then waits; false when the log is being closed.
    /// </summary>
    private bool Refused()
    {
        try
        {
            Seal(last, lastHash);
        }
        catch (IOException)
        {
            // The disk is gone altogether; the entries are still in memory.
        }

        if (!ending)
        {
            Monitor.Wait(gate, RetryEvery);
        }

        return !ending;
    }

    private void Seal(long sequence, string hash)
    {
        Span<byte> payload = stackalloc byte[sizeof(long) + 32];
        BinaryPrimitives.WriteInt64LittleEndian(payload, sequence);
        Convert.FromHexString(hash).CopyTo(payload[sizeof(long)..]);
        head?.Write(payload);
    }

    private (long Sequence, string Hash) Sealed()
        => head?.Content.Payload is { Length: sizeof(long) + 32 } bytes
            ? (BinaryPrimitives.ReadInt64LittleEndian(bytes), Convert.ToHexStringLower(bytes.AsSpan(sizeof(long))))
            : (0, "");

    private SlotFile? OpenHead(string path)
    {
        try
        {
            var file = SlotFile.Open(path);
            startProblems.AddRange(file.Content.DamagedSlots.Select(s => $"audit-head slot {s} is torn; the other one and the audit log itself are used"));
            return file;
        }
        catch (DurableWriteException e)
        {
            startProblems.Add($"the end of the audit log is not sealed: {e.Message}");
            return null;
        }
    }

    private List<AuditEntry> LastEntries()
    {
        var found = new List<AuditEntry>();
        foreach (var path in files.List().Reverse())
        {
            found.InsertRange(0, AuditFiles.Lines(path).Select(AuditLine.Read).OfType<AuditEntry>());
            if (found.Count >= MostRemembered)
            {
                break;
            }
        }

        return found.Count > MostRemembered ? found.GetRange(found.Count - MostRemembered, MostRemembered) : found;
    }
}
