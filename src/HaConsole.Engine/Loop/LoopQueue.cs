using HaConsole.Failover;

namespace HaConsole.Engine.Loop;

/// <summary>One thing for the loop: makes its input at the moment it is taken, so that one decision has one timestamp.</summary>
internal sealed class LoopItem(Func<TimeSpan, DateTimeOffset, NodeInput> make, TaskCompletionSource<PeerReport>? answer = null)
{
    public NodeInput Make(TimeSpan now, DateTimeOffset utc) => make(now, utc);

    /// <summary>Who waits for the own report as it stands after the step.</summary>
    public TaskCompletionSource<PeerReport>? Answer { get; } = answer;
}

/// <summary>
/// Inbox of the loop: many writers, one reader. Bounded: beyond <see cref="Capacity"/> the oldest entry is dropped, because facts
/// age, and a flood must not eat the memory of a server that serves.
/// </summary>
internal sealed class LoopQueue
{
    public const int Capacity = 4096;

    private readonly object gate = new();
    private readonly Queue<LoopItem> items = new();
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
                items.Dequeue().Answer?.TrySetCanceled();
            }

            items.Enqueue(item);
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
                Monitor.Wait(gate, wait);
            }

            return items.TryDequeue(out var item) ? item : null;
        }
    }

    public void Close()
    {
        lock (gate)
        {
            closed = true;
            while (items.TryDequeue(out var item))
            {
                item.Answer?.TrySetCanceled();
            }

            Monitor.PulseAll(gate);
        }
    }
}
