using HaConsole.Engine.Status;
using HaConsole.Web.Model.Pair;

namespace HaConsole.Web.Model.Sync;

/// <summary>A line of the clock chart at a fixed offset.</summary>
/// <param name="Y">Height in the picture.</param>
/// <param name="Seconds">Offset that it stands for.</param>
/// <param name="Kind"><c>zero</c>, <c>warn</c> or <c>bad</c>.</param>
public sealed record ClockLine(double Y, double Seconds, string Kind);

/// <summary>What one server has measured.</summary>
/// <param name="Server">1 or 2.</param>
/// <param name="Path">Path of the line in the picture; a gap where nothing was measured for more than two minutes.</param>
/// <param name="Dots">Measurements that stand alone: a line of one point is not seen.</param>
public sealed record ClockTrace(int Server, string Path, IReadOnlyList<(double X, double Y)> Dots);

/// <summary>
/// Clock offsets of the last hours as a picture. The offset is drawn on a scale that is linear up to a second and logarithmic above it, so that
/// milliseconds, 2 s and 30 s are seen in the same one. Pure.
/// </summary>
public sealed record ClockChart
{
    /// <summary>Width of the picture.</summary>
    public const int Width = 640;

    /// <summary>Height of the picture.</summary>
    public const int Height = 180;

    /// <summary>Left edge of the curves: labels stand before it.</summary>
    public const int Left = 56;

    /// <summary>Lower edge of the curves: hours stand below it.</summary>
    public const int Bottom = Height - 22;

    private const double Most = 120;
    private const double LongestGap = 150;

    /// <summary>Lines at 0 s, ±2 s and ±30 s.</summary>
    public IReadOnlyList<ClockLine> Lines { get; } = [.. new[] { 0, ClockOffset.Warning, -ClockOffset.Warning, ClockOffset.Alarm, -ClockOffset.Alarm }.Select(s => new ClockLine(HeightOf(s), s, Math.Abs(s) switch { 0 => "zero", ClockOffset.Warning => "warn", _ => "bad" }))];

    /// <summary>Curves, one for each server that answers.</summary>
    public IReadOnlyList<ClockTrace> Traces { get; init; } = [];

    /// <summary>Hours that are shown, 1 … 24: as many as there are measurements for.</summary>
    public int Hours { get; init; } = 1;

    /// <summary>Greatest distance of the clocks in it, in seconds; null when nothing was measured.</summary>
    public double? Greatest { get; init; }

    /// <summary>The chart of some histories.</summary>
    public static ClockChart Of(IReadOnlyList<ClockHistory> histories)
    {
        ArgumentNullException.ThrowIfNull(histories);
        var points = histories.SelectMany(h => h.Points ?? []).ToList();
        var oldest = points.Count == 0 ? 0 : points.Max(p => p.AgeSeconds);
        var hours = Math.Clamp((int)Math.Ceiling(oldest / 3600), 1, 24);
        return new ClockChart
        {
            Hours = hours,
            Greatest = points.Count == 0 ? null : points.Max(p => Math.Max(Math.Abs(p.OffsetLeast), Math.Abs(p.OffsetMost))),
            Traces = [.. histories.Select(h => Trace(h, hours))],
        };
    }

    /// <summary>Place of an age, in seconds.</summary>
    public static double PlaceOf(double age, int hours) => Math.Round(Width - 8 - ((Width - 8 - Left) * Math.Clamp(age / (hours * 3600.0), 0, 1)), 1);

    /// <summary>Height of an offset, in seconds.</summary>
    public static double HeightOf(double offset)
    {
        const double middle = Bottom / 2.0;
        var share = Math.Min(Scaled(Math.Abs(offset)) / Scaled(Most), 1);
        return Math.Round(middle - (Math.Sign(offset) * share * (middle - 6)), 1);
    }

    private static double Scaled(double seconds) => seconds <= 1 ? seconds : 1 + Math.Log2(seconds);

    private static ClockTrace Trace(ClockHistory history, int hours)
    {
        var path = new System.Text.StringBuilder();
        var dots = new List<(double X, double Y)>();
        var points = history.Points ?? [];
        for (var i = 0; i < points.Count; i++)
        {
            var begins = i == 0 || points[i - 1].AgeSeconds - points[i].AgeSeconds > LongestGap;
            var ends = i == points.Count - 1 || points[i].AgeSeconds - points[i + 1].AgeSeconds > LongestGap;
            var (x, y) = (PlaceOf(points[i].AgeSeconds, hours), HeightOf(points[i].OffsetSeconds));
            path.Append(System.Globalization.CultureInfo.InvariantCulture, $"{(begins ? 'M' : 'L')}{x} {y}");
            if (begins && ends)
            {
                dots.Add((x, y));
            }
        }

        return new ClockTrace(history.Server, path.ToString(), dots);
    }
}
