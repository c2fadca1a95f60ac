using HaConsole.Engine.Loop;
using HaConsole.Engine.Status;
using HaConsole.Engine.Tests.Loop;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Status;

/// <summary>The history of the two clocks, and when it is told.</summary>
public sealed class ClockWatchTests
{
    private readonly ManualTime time = new();
    private readonly List<(string Kind, Severity Severity)> events = [];
    private readonly ClockWatch watch;

    public ClockWatchTests() => watch = new ClockWatch(new EngineClock(time)) { Event = (kind, _, severity) => events.Add((kind, severity)) };

    [Fact]
    public void Measured_OneMinute_IsOnePointWithItsRange()
    {
        foreach (var milliseconds in new[] { 2, -4, 5 })
        {
            Measure(milliseconds / 1000.0, Math.Abs(milliseconds) / 1000.0);
        }

        var history = watch.Together(1);

        Assert.Equal((1, ClockLevel.Ok, 0.005, 0.005), (history.Server, history.Level, history.OffsetSeconds, history.RoundTripSeconds));
        var point = history.Points.Single();
        Assert.Equal((3, 0.001, -0.004, 0.005), (point.Samples, point.OffsetSeconds, point.OffsetLeast, point.OffsetMost));
        Assert.Equal((0.003667, 0.002, 0.005), (point.RoundTripSeconds, point.RoundTripLeast, point.RoundTripMost));
        Assert.Empty(events);
    }

    [Fact]
    public void Measured_ForDays_KeepsTheLastDay()
    {
        for (var minute = 0; minute < 3000; minute++)
        {
            Measure(minute / 10000.0);
            time.Advance(TimeSpan.FromMinutes(1));
        }

        var points = watch.Together(1).Points;
        Assert.InRange(points.Count, ClockWatch.MostPoints - 1, ClockWatch.MostPoints);
        Assert.Equal(0.2999, points[^1].OffsetSeconds);
        Assert.All(points.Zip(points.Skip(1)), pair => Assert.True(pair.First.AgeSeconds > pair.Second.AgeSeconds));

        time.Advance(TimeSpan.FromHours(30));
        Assert.Empty(watch.Together(1).Points);
        Assert.Equal(0.2999, watch.Together(1).OffsetSeconds);
    }

    [Fact]
    public void Measured_WithoutAny_IsUnknown()
        => Assert.True(watch.Together(2) is { Level: ClockLevel.Unknown, OffsetSeconds: null, AgeSeconds: null, Points.Count: 0 });

    [Theory]
    [InlineData(1.0)]
    [InlineData(-1.0)]
    public void Measured_AcrossTheLimits_IsToldOnceEachWayAndDoesNotFlap(double sign)
    {
        Measure(sign * 1.9);
        Measure(sign * 2.1);
        Measure(sign * 1.9);
        Measure(sign * 2.1);
        Assert.Equal([("clock-offset", Severity.Warning)], events);
        Assert.NotNull(watch.Alarm);

        Measure(sign * 31);
        Measure(sign * 29);
        Measure(sign * 31);
        Assert.Equal([("clock-offset", Severity.Warning), ("clock-offset", Severity.Alarm)], events);
        Assert.Contains("30 s", watch.Alarm, StringComparison.Ordinal);

        Measure(sign * 23);
        Measure(sign * 1.5);
        Measure(sign * 1.9);
        Assert.Equal([("clock-offset", Severity.Warning), ("clock-offset", Severity.Alarm), ("clock-offset", Severity.Warning), ("clock-offset-resolved", Severity.Info)], events);
        Assert.Null(watch.Alarm);
        Assert.Equal(ClockLevel.Ok, watch.Together(1).Level);
    }

    [Fact]
    public void Measured_OnASlowNetwork_IsNotTakenForAClock()
    {
        Measure(2.4, roundTrip: 1.5);
        Assert.Empty(events);

        Measure(2.8, roundTrip: 1.5);
        Assert.Equal([("clock-offset", Severity.Warning)], events);
    }

    private void Measure(double offset, double roundTrip = 0.001) => watch.Measured(TimeSpan.FromSeconds(offset), TimeSpan.FromSeconds(roundTrip));
}
