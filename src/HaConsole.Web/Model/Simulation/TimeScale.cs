namespace HaConsole.Web.Model.Simulation;

/// <summary>A mark of the axis.</summary>
/// <param name="Left">Place, 0 … 100 percent.</param>
/// <param name="Label">Time for people.</param>
/// <param name="Minor">May be left out where there is little room.</param>
public sealed record AxisTick(double Left, string Label, bool Minor);

/// <summary>Places times on an axis of 0 … 100 percent, with marks at round times.</summary>
public sealed class TimeScale(TimeSpan length)
{
    /// <summary>Clickable parts of the axis.</summary>
    public const int Slots = 60;

    private const int MostTicks = 8;

    private static readonly double[] Steps =
    [
        0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 4 * 3600, 6 * 3600, 12 * 3600,
        86400, 2 * 86400, 5 * 86400, 10 * 86400, 30 * 86400, 100 * 86400, 365 * 86400, 1000 * 86400, 3650 * 86400, 36500 * 86400.0,
    ];

    /// <summary>Time at the end of the axis.</summary>
    public TimeSpan Length { get; } = length > TimeSpan.Zero ? length : TimeSpan.FromSeconds(1);

    /// <summary>Distance of two marks.</summary>
    public TimeSpan Step => TimeSpan.FromSeconds(Steps.FirstOrDefault(step => Length.TotalSeconds / step <= MostTicks, Steps[^1]));

    /// <summary>What an arrow key moves a fault by: a round time that divides the distance of two marks.</summary>
    public TimeSpan Nudge => Step / 10;

    /// <summary>Marks from the beginning to the end.</summary>
    public IReadOnlyList<AxisTick> Ticks
    {
        get
        {
            var ticks = new List<AxisTick>();
            for (var (at, index) = (TimeSpan.Zero, 0); at <= Length && index <= MostTicks; at += Step, index++)
            {
                ticks.Add(new AxisTick(Left(at), DurationText.Human(at), index % 2 == 1));
            }

            return ticks;
        }
    }

    /// <summary>Place of a time, 0 … 100; times beyond the axis are at its end.</summary>
    public double Left(TimeSpan at) => Math.Round(Math.Clamp(100 * (at / Length), 0, 100), 3);

    /// <summary>Round time in a clickable part, 0 … <see cref="Slots"/> − 1.</summary>
    public TimeSpan At(int slot)
    {
        var exact = Length * ((slot + 0.5) / Slots);
        var at = TimeSpan.FromTicks((long)Math.Round(exact / Nudge) * Nudge.Ticks);
        return at > Length ? Length : at;
    }
}
