namespace HaConsole.Engine.Notifications;

/// <summary>A message that waits.</summary>
internal sealed class WaitingMessage(NotificationMessage message, bool own)
{
    public NotificationMessage Message { get; set; } = message;

    /// <summary>Of this server's journal.</summary>
    public bool Own { get; } = own;

    /// <summary>It was there before this process.</summary>
    public bool IsOld { get; init; }

    /// <summary>The other server has it as it is.</summary>
    public bool Told { get; set; }

    /// <summary>An attempt is under way.</summary>
    public bool Busy { get; set; }

    public int Attempts { get; set; }

    public string Answer { get; set; } = "";

    public DateTimeOffset NextAttempt { get; set; }
}

/// <summary>
/// What one channel has to deliver, and what became of it: in memory and on the disk. What the disk refuses stays in memory and is written
/// with the next change. Safe for several threads.
/// </summary>
internal sealed class Outbox : IDisposable
{
    /// <summary>Ended deliveries that are kept.</summary>
    public const int MostEnded = 500;

    private readonly Lock gate = new();
    private readonly OutboxFile file;
    private readonly List<WaitingMessage> waiting = [];
    private readonly LinkedList<Delivery> ended = new();
    private readonly Dictionary<string, Delivery> endedById = [];
    private readonly HashSet<string> untoldEnds = [];
    private readonly List<OutboxLine> unwritten = [];
    private long? cursor;
    private bool overflowed;

    public Outbox(string path)
    {
        file = new OutboxFile(path);
        var (lines, torn) = file.Read();
        Torn = torn;
        foreach (var line in lines)
        {
            Take(line, isOld: true);
        }

        untoldEnds.Clear();
        untoldEnds.UnionWith(endedById.Values.TakeLast(100).Select(e => e.Id));
    }

    /// <summary>Damaged lines that were found.</summary>
    public int Torn { get; }

    /// <summary>Everything up to this sequence of this server's journal was looked at; null: nothing yet.</summary>
    public long? Cursor
    {
        get
        {
            lock (gate)
            {
                return cursor;
            }
        }
    }

    /// <summary>Why the disk does not take changes; empty when it does.</summary>
    public string DiskProblem { get; private set; } = "";

    public IReadOnlyList<WaitingMessage> Waiting
    {
        get
        {
            lock (gate)
            {
                return [.. waiting];
            }
        }
    }

    public IReadOnlyList<Delivery> Ended
    {
        get
        {
            lock (gate)
            {
                return [.. ended];
            }
        }
    }

    /// <summary>Applies changes and writes them, all at once.</summary>
    public void Change(params IReadOnlyCollection<OutboxLine> lines)
    {
        lock (gate)
        {
            foreach (var line in lines)
            {
                Take(line, isOld: false);
            }

            unwritten.AddRange(lines);
            Write();
        }
    }

    /// <summary>Nothing of that event has to be delivered.</summary>
    public void Skip(long sequence, bool write)
    {
        lock (gate)
        {
            cursor = sequence;
            if (write)
            {
                unwritten.Add(new OutboxLine { Cursor = sequence });
                Write();
            }
        }
    }

    /// <summary>What became of a message; null when it waits or is not known.</summary>
    public Delivery? EndOf(string id)
    {
        lock (gate)
        {
            return endedById.GetValueOrDefault(id);
        }
    }

    /// <summary>The message that waits; null when there is none.</summary>
    public WaitingMessage? Find(string id)
    {
        lock (gate)
        {
            return waiting.Find(w => w.Message.Id == id);
        }
    }

    /// <summary>The message that gathers further events under a name; null when there is none.</summary>
    public WaitingMessage? Gathering(string name)
    {
        lock (gate)
        {
            return waiting.Find(w => w.Own && !w.Busy && w.Message.Gathers == name);
        }
    }

    /// <summary>What the other server does not know yet.</summary>
    public (IReadOnlyList<WaitingMessage> Messages, IReadOnlyList<Delivery> Ended) Untold(int most)
    {
        lock (gate)
        {
            var messages = waiting.Where(w => w is { Own: true, Told: false }).Take(most).ToList();
            return (messages, [.. untoldEnds.Take(most - messages.Count).Select(id => endedById.GetValueOrDefault(id)).OfType<Delivery>()]);
        }
    }

    /// <summary>The other server knows it.</summary>
    public void ToldEnd(string id)
    {
        lock (gate)
        {
            untoldEnds.Remove(id);
        }
    }

    /// <summary>Takes the file away with what is in it.</summary>
    public void Delete()
    {
        lock (gate)
        {
            try
            {
                file.Delete();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A file too many does no harm: it has no channel.
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            file.Dispose();
        }
    }

    private void Take(OutboxLine line, bool isOld)
    {
        cursor = line.Cursor ?? cursor;
        if (line.Own is { } own)
        {
            Put(own, isOwn: true, isOld);
        }

        if (line.Peer is { } peer)
        {
            Put(peer, isOwn: false, isOld);
        }

        if (line.Ended is { } end)
        {
            waiting.RemoveAll(w => w.Message.Id == end.Id);
            if (endedById.TryAdd(end.Id, end))
            {
                ended.AddLast(end);
                untoldEnds.Add(end.Id);
            }

            if (ended.Count > MostEnded)
            {
                endedById.Remove(ended.First!.Value.Id);
                untoldEnds.Remove(ended.First.Value.Id);
                ended.RemoveFirst();
            }
        }
    }

    private void Put(NotificationMessage message, bool isOwn, bool isOld)
    {
        if (endedById.ContainsKey(message.Id))
        {
            return;
        }

        if (waiting.Find(w => w.Message.Id == message.Id) is { } there)
        {
            if (there.Own != isOwn)
            {
                if (there.Message.IsBackup && !there.Busy)
                {
                    // The other server says it itself.
                    waiting[waiting.IndexOf(there)] = new WaitingMessage(message, isOwn) { IsOld = isOld };
                }

                return;
            }

            there.Message = message;
            there.Told = false;
            return;
        }

        waiting.Add(new WaitingMessage(message, isOwn) { IsOld = isOld });
    }

    private void Write()
    {
        try
        {
            if (overflowed || (file.IsLarge && file.Length > 4 * 1024 * (long)(waiting.Count + ended.Count + 1)))
            {
                file.Rewrite([
                    new OutboxLine { Cursor = cursor },
                    .. ended.Select(e => new OutboxLine { Ended = e }),
                    .. waiting.Select(w => w.Own ? new OutboxLine { Own = w.Message } : new OutboxLine { Peer = w.Message }),
                ]);
                overflowed = false;
            }
            else
            {
                file.Append(unwritten);
            }

            unwritten.Clear();
            DiskProblem = "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            DiskProblem = e.Message;
            if (unwritten.Count > 4 * MostEnded)
            {
                // Bounded: when the disk is back, all of it is written anew.
                overflowed = true;
                unwritten.Clear();
            }
        }
    }
}
