using System.Text.Json.Serialization;

namespace HaConsole.Engine.Status;

/// <summary>How far the clocks of the two servers are apart.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ClockLevel>))]
public enum ClockLevel
{
    /// <summary>Not measured yet.</summary>
    Unknown,

    /// <summary>Near enough.</summary>
    Ok,

    /// <summary>More than <see cref="ClockLimits.Warning"/> apart.</summary>
    Warning,

    /// <summary>More than <see cref="ClockLimits.Alarm"/> apart.</summary>
    Alarm,
}

/// <summary>Limits of the difference of the two clocks.</summary>
public static class ClockLimits
{
    /// <summary>Above it there is a warning.</summary>
    public static readonly TimeSpan Warning = TimeSpan.FromSeconds(2);

    /// <summary>Below it the warning ends.</summary>
    public static readonly TimeSpan WarningEnds = TimeSpan.FromSeconds(1.6);

    /// <summary>Above it there is an alarm.</summary>
    public static readonly TimeSpan Alarm = TimeSpan.FromSeconds(30);

    /// <summary>Below it the alarm is a warning again.</summary>
    public static readonly TimeSpan AlarmEnds = TimeSpan.FromSeconds(24);
}

/// <summary>What the exchanges of one minute have measured. Offsets are the other server's wall clock minus that of this one, in seconds.</summary>
/// <param name="At">First measurement of the minute (UTC, display only).</param>
/// <param name="AgeSeconds">Seconds from it to <see cref="ClockHistory.At"/>.</param>
/// <param name="Samples">Measurements.</param>
/// <param name="OffsetSeconds">Mean offset.</param>
/// <param name="OffsetLeast">Least offset.</param>
/// <param name="OffsetMost">Greatest offset.</param>
/// <param name="RoundTripSeconds">Mean round trip.</param>
/// <param name="RoundTripLeast">Shortest round trip.</param>
/// <param name="RoundTripMost">Longest round trip.</param>
public sealed record ClockPoint(
    DateTimeOffset At,
    double AgeSeconds,
    int Samples,
    double OffsetSeconds,
    double OffsetLeast,
    double OffsetMost,
    double RoundTripSeconds,
    double RoundTripLeast,
    double RoundTripMost);

/// <summary>How one server's clock compared with that of the other one, in memory and bounded.</summary>
/// <param name="Server">Server that has measured, 1 or 2.</param>
/// <param name="At">When this was put together, by that server's clock (UTC, display only).</param>
/// <param name="Level">How far the clocks are apart.</param>
/// <param name="OffsetSeconds">Last offset; null before the first.</param>
/// <param name="RoundTripSeconds">Last round trip; null before the first.</param>
/// <param name="AgeSeconds">Age of the last measurement; null before the first.</param>
/// <param name="Points">One for each minute with a measurement, oldest first; at most 24 hours.</param>
public sealed record ClockHistory(int Server, DateTimeOffset At, ClockLevel Level, double? OffsetSeconds, double? RoundTripSeconds, double? AgeSeconds, IReadOnlyList<ClockPoint> Points);
