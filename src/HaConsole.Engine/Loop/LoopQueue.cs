using HaConsole.Failover;

namespace HaConsole.Engine.Loop;

/// <summary>One thing for the loop: makes its input at the moment it is taken, so that one decision has one timestamp.</summary>
internal sealed class LoopItem(Func<TimeSpan, DateTimeOffset, NodeInput> make, TaskCompletionSource<PeerReport>? answer = null, bool mustArrive = false)
{
    public NodeInput Make(TimeSpan now, DateTimeOffset utc) => make(now, utc);

    /// <summary>Who waits for the own report as it stands after the step.</summary>
    public TaskCompletionSource<PeerReport>? Answer { get; } = answer;

    /// <summary>Nothing newer says the same again: a command, a change of the services. Never dropped for a fact.</summary>
    public bool MustArrive { get; } = mustArrive;
}

/// <summary>
/// Inbox of the loop: many writers, one reader. Bounded: beyond <see cref="Capacity"/> the oldest fact is dropped, because facts
/// age, and a flood must not eat the memory of a server that serves.
/// </summary>
internal sealed class LoopQueue
{
    public const int Capacity = 4096;

    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);
    private readonly object gate = new();
    private readonly LinkedList<LoopItem> items = new();
    private volatile bool closed;

    public bool Closed => closed;

    public void Post(LoopItem item)
    {
        lock (gate)
        {
            if (closed)
            {
                item.Answer?.TrySetCanceled();
                return;
            }

            if (items.Count >= Capacity)
            {
                DropOldestFact();
            }

            items.AddLast(item);
            Monitor.Pulse(gate);
        }
    }

    /// <summary>The next item, or null when none came within <paramref name="wait"/>.</summary>
    public LoopItem? Take(TimeSpan wait)
    {
        lock (gate)
        {
            if (items.Count == 0 && !closed && wait > TimeSpan.Zero)
            {
                // The wait counts whole milliseconds: less than one would not wait at all, and the loop would spin until then.
                Monitor.Wait(gate, wait < ShortestWait ? ShortestWait : wait);
            }

            if (items.First is not { } first)
            {
                return null;
            }

            items.RemoveFirst();
            return first.Value;
        }
    }

    public void Close()
    {
        lock (gate)
        {
            closed = true;
            foreach (var item in items)
            {
                item.Answer?.TrySetCanceled();
            }

            items.Clear();
            Monitor.PulseAll(gate);
        }
    }

    private void DropOldestFact()
    {
        var node = items.First;
        while (node is { Value.MustArrive: true })
        {
            node = node.Next;
        }

        node ??= items.First!;
        node.Value.Answer?.TrySetCanceled();
        items.Remove(node);
    }
}
