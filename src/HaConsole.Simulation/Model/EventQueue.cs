using HaConsole.Failover;

namespace HaConsole.Simulation.Model;

/// <summary>What is due in the world.</summary>
internal enum EventKind : byte
{
    ProcessStart,
    FrameworkUp,
    LocalLooked,
    ProbeDone,
    ExchangeArrives,
    ExchangeAnswered,
    ExchangeFailed,
    LinkLost,
    ServicesReport,
    ServicesStopped,
    ServicesStarted,
    LeaseAsked,
    LeaseReleased,
    LeaseAnswered,
    ConfigurationAsked,
    SupervisorLooks,
    LoadBalancerLooks,
}

/// <summary>One thing that is due. A value, so that the steady state allocates nothing.</summary>
internal struct WorldEvent
{
    /// <summary>When, in ticks of virtual time.</summary>
    public long At;

    /// <summary>Order among equal times.</summary>
    public long Sequence;

    /// <summary>When the request behind it was started.</summary>
    public long StartedAt;

    /// <summary>The message of an exchange.</summary>
    public PeerReport? Report;

    /// <summary>Kind LocalLooked.</summary>
    public LocalFacts Facts;

    /// <summary>Kind ProbeDone.</summary>
    public ProbeFact Probe;

    /// <summary>How long a lease was asked for or granted; 0 when it was refused.</summary>
    public long Duration;

    /// <summary>Process, or order to the services, that it belongs to; it is void when that has been replaced.</summary>
    public int Generation;

    /// <summary>Server that it happens at (1 or 2); of a request the one that it goes to.</summary>
    public byte Server;

    public EventKind Kind;
}

/// <summary>
/// Events by time, equal times in the order in which they were added. What is due at once goes through a ring, what is due later
/// through a binary heap; both keep their arrays.
/// </summary>
internal sealed class EventQueue
{
    private WorldEvent[] ring = new WorldEvent[64];
    private int ringHead;
    private int ringCount;
    private WorldEvent[] heap = new WorldEvent[64];
    private int heapCount;
    private long sequence;

    /// <summary>When the next one is due; <see cref="long.MaxValue"/> when there is none. <paramref name="now"/> is the present time.</summary>
    public long NextAt(long now) => ringCount > 0 ? now : heapCount > 0 ? heap[0].At : long.MaxValue;

    public void Add(ref WorldEvent item, long now)
    {
        if (item.At <= now)
        {
            if (ringCount == ring.Length)
            {
                GrowRing();
            }

            ring[(ringHead + ringCount++) & (ring.Length - 1)] = item;
            return;
        }

        item.Sequence = ++sequence;
        if (heapCount == heap.Length)
        {
            Array.Resize(ref heap, heap.Length * 2);
        }

        var at = heapCount++;
        while (at > 0 && Before(item, heap[(at - 1) / 2]))
        {
            heap[at] = heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }

        heap[at] = item;
    }

    /// <summary>Takes the first event that is due at <paramref name="now"/>; false when none is.</summary>
    public bool TryTake(long now, out WorldEvent item)
    {
        // What the heap holds for this instant was added earlier than anything in the ring.
        if (heapCount > 0 && heap[0].At <= now)
        {
            item = heap[0];
            RemoveTop();
            return true;
        }

        if (ringCount == 0)
        {
            item = default;
            return false;
        }

        item = ring[ringHead];
        ring[ringHead].Report = null;
        ringHead = (ringHead + 1) & (ring.Length - 1);
        ringCount--;
        return true;
    }

    private void RemoveTop()
    {
        ref var last = ref heap[--heapCount];
        var at = 0;
        while (true)
        {
            var child = (2 * at) + 1;
            if (child >= heapCount)
            {
                break;
            }

            if (child + 1 < heapCount && Before(heap[child + 1], heap[child]))
            {
                child++;
            }

            if (!Before(heap[child], last))
            {
                break;
            }

            heap[at] = heap[child];
            at = child;
        }

        heap[at] = last;
        last.Report = null;
    }

    private void GrowRing()
    {
        var bigger = new WorldEvent[ring.Length * 2];
        for (var i = 0; i < ringCount; i++)
        {
            bigger[i] = ring[(ringHead + i) & (ring.Length - 1)];
        }

        ring = bigger;
        ringHead = 0;
    }

    private static bool Before(in WorldEvent a, in WorldEvent b) => a.At < b.At || (a.At == b.At && a.Sequence < b.Sequence);
}
