using System.Globalization;
using HaConsole.Engine.Loop;
using HaConsole.Failover;

namespace HaConsole.Engine.Status;

/// <summary>
/// Takes in what every exchange measures: the offset of the other server's wall clock and the round trip. Keeps one point a minute for a
/// day, and tells when the clocks drift apart and when they are together again. Nothing of the pair is ordered by it. Safe for several
/// threads.
/// </summary>
internal sealed class ClockWatch(EngineClock clock)
{
    /// <summary>Points that are kept: a day.</summary>
    public const int MostPoints = 24 * 60;

    private readonly Lock gate = new();
    private readonly Queue<Minute> minutes = new();
    private Minute? present;
    private ClockLevel level;
    private (TimeSpan At, TimeSpan Offset, TimeSpan RoundTrip)? last;

    /// <summary>Something that people must see: kind, sentence, severity.</summary>
    public Action<string, string, Severity>? Event { get; init; }

    /// <summary>What the status says as long as the clocks are too far apart; null when they are not.</summary>
    public string? Alarm
    {
        get
        {
            lock (gate)
            {
                return level switch
                {
                    ClockLevel.Warning => "The clocks of the two servers differ by more than 2 s.",
                    ClockLevel.Alarm => "The clocks of the two servers differ by more than 30 s.",
                    _ => null,
                };
            }
        }
    }

    /// <summary>An exchange has measured.</summary>
    /// <param name="offset">The other server's wall clock minus that of this one.</param>
    /// <param name="roundTrip">How long the exchange was under way; the offset is at most half of it wrong.</param>
    public void Measured(TimeSpan offset, TimeSpan roundTrip)
    {
        ClockLevel before, now;
        lock (gate)
        {
            var at = clock.Now;
            last = (at, offset, roundTrip);
            var number = (long)at.TotalMinutes;
            if (present is null || present.Number != number)
            {
                present = new Minute(number, at, clock.Utc);
                minutes.Enqueue(present);
                while (minutes.Count > MostPoints || minutes.Peek().Number <= number - MostPoints)
                {
                    minutes.Dequeue();
                }
            }

            present.Add(offset, roundTrip);
            before = level;
            now = level = LevelOf(before, offset.Duration(), roundTrip / 2);
        }

        Tell(before, now, offset);
    }

    /// <summary>The last day.</summary>
    public ClockHistory Together(int server)
    {
        lock (gate)
        {
            var now = clock.Now;
            return new ClockHistory(
                server,
                clock.Utc,
                level,
                last is { } seen ? Seconds(seen.Offset) : null,
                last is { } trip ? Seconds(trip.RoundTrip) : null,
                last is { } aged ? Math.Round((now - aged.At).TotalSeconds, 3) : null,
                [.. minutes.Where(m => m.Number > (long)now.TotalMinutes - MostPoints).Select(m => m.Point(now))]);
        }
    }

    /// <summary>Raised only by what is certain: a slow network makes an offset wrong by half of its round trip.</summary>
    private static ClockLevel LevelOf(ClockLevel before, TimeSpan offset, TimeSpan doubt)
    {
        var certain = offset - doubt;
        if (certain > ClockLimits.Alarm || (before == ClockLevel.Alarm && offset >= ClockLimits.AlarmEnds))
        {
            return ClockLevel.Alarm;
        }

        return certain > ClockLimits.Warning || (before >= ClockLevel.Warning && offset >= ClockLimits.WarningEnds) ? ClockLevel.Warning : ClockLevel.Ok;
    }

    private void Tell(ClockLevel before, ClockLevel now, TimeSpan offset)
    {
        if (before == now || (before == ClockLevel.Unknown && now == ClockLevel.Ok))
        {
            return;
        }

        var apart = string.Create(CultureInfo.InvariantCulture, $"{offset.Duration().TotalSeconds:0.0} s {(offset > TimeSpan.Zero ? "ahead of" : "behind")}");
        var (kind, sentence, severity) = now switch
        {
            ClockLevel.Alarm => ("clock-offset", $"The other server's clock is {apart} that of this one: more than 30 s. Set both by the same time servers.", Severity.Alarm),
            ClockLevel.Warning when before == ClockLevel.Alarm => ("clock-offset", $"The other server's clock is {apart} that of this one: no more than 30 s now, but still more than 2 s.", Severity.Warning),
            ClockLevel.Warning => ("clock-offset", $"The other server's clock is {apart} that of this one: more than 2 s. Set both by the same time servers.", Severity.Warning),
            _ => ("clock-offset-resolved", "The clocks of the two servers agree again.", Severity.Info),
        };
        Event?.Invoke(kind, sentence, severity);
    }

    private static double Seconds(TimeSpan span) => Math.Round(span.TotalSeconds, 6);

    /// <summary>Sums of one minute of the monotonic clock.</summary>
    private sealed class Minute(long number, TimeSpan at, DateTimeOffset utc)
    {
        private int samples;
        private TimeSpan offsets;
        private TimeSpan offsetLeast = TimeSpan.MaxValue;
        private TimeSpan offsetMost = TimeSpan.MinValue;
        private TimeSpan trips;
        private TimeSpan tripLeast = TimeSpan.MaxValue;
        private TimeSpan tripMost;

        public long Number { get; } = number;

        public void Add(TimeSpan offset, TimeSpan trip)
        {
            samples++;
            offsets += offset;
            trips += trip;
            offsetLeast = offset < offsetLeast ? offset : offsetLeast;
            offsetMost = offset > offsetMost ? offset : offsetMost;
            tripLeast = trip < tripLeast ? trip : tripLeast;
            tripMost = trip > tripMost ? trip : tripMost;
        }

        public ClockPoint Point(TimeSpan now) => new(
            utc,
            Math.Round((now - at).TotalSeconds, 3),
            samples,
            Seconds(offsets / samples),
            Seconds(offsetLeast),
            Seconds(offsetMost),
            Seconds(trips / samples),
            Seconds(tripLeast),
            Seconds(tripMost));
    }
}
