namespace HaConsole.Engine.Peering;

/// <summary>What the heartbeats on one path say of it. Called on any thread.</summary>
internal sealed class PathMeter(TimeProvider time)
{
    private const int Kept = 100;
    private const int FailuresToBeDown = 2;
    private const int MostUnderWay = 4;
    private readonly Lock gate = new();
    private readonly Queue<TimeSpan?> last = new();
    private TimeSpan? roundTrip;
    private TimeSpan? median;
    private double? loss;
    private int failures;
    private int underWay;

    /// <summary>False when as many heartbeats as are allowed hang already.</summary>
    /// <param name="isOnlyPath">There is no other path: the caller sets the limit.</param>
    public bool TryBegin(bool isOnlyPath)
    {
        lock (gate)
        {
            if (!isOnlyPath && underWay >= MostUnderWay)
            {
                return false;
            }

            underWay++;
            return true;
        }
    }

    /// <summary>A heartbeat has ended.</summary>
    /// <param name="answer">Its round trip; null: no answer.</param>
    public void End(TimeSpan? answer)
    {
        lock (gate)
        {
            underWay--;
            failures = answer is null ? failures + 1 : 0;
            roundTrip = answer ?? roundTrip;
            last.Enqueue(answer);
            if (last.Count > Kept)
            {
                last.Dequeue();
            }

            var answered = last.Where(one => one is not null).Select(one => one!.Value).Order().ToList();
            median = answered.Count > 0 ? answered[answered.Count / 2] : null;
            loss = 100.0 * (last.Count - answered.Count) / last.Count;
        }
    }

    /// <summary>A new connection: what failed before says nothing about it.</summary>
    public void Connected()
    {
        lock (gate)
        {
            failures = 0;
        }
    }

    /// <summary>Since when the path is up or down, in the wall clock; null before it was first up.</summary>
    public DateTimeOffset? Since { get; private set; }

    /// <summary>Whether heartbeats pass; as of the last <see cref="Look"/>.</summary>
    public bool IsUp { get; private set; }

    /// <summary>Monotonic time of the last change.</summary>
    public long ChangedAt { get; private set; } = time.GetTimestamp();

    /// <summary>Looks whether the path is up; true when that has changed.</summary>
    public bool Look(bool connected)
    {
        lock (gate)
        {
            var up = connected && failures < FailuresToBeDown;
            if (up == IsUp)
            {
                return false;
            }

            IsUp = up;
            ChangedAt = time.GetTimestamp();
            Since = time.GetUtcNow();
            return true;
        }
    }

    /// <summary>Fills the figures in.</summary>
    public PeerPathStatus Fill(PeerPathStatus status)
    {
        lock (gate)
        {
            return status with
            {
                Up = IsUp,
                Since = Since,
                RoundTrip = IsUp ? roundTrip : null,
                Median = median,
                LossPercent = loss,
                Heartbeats = last.Count,
            };
        }
    }
}
