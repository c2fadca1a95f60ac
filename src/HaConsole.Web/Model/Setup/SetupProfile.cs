using HaConsole.Engine.Configuration;

namespace HaConsole.Web.Model.Setup;

/// <summary>A set of timing parameters that fit together.</summary>
/// <param name="Name">Stable name: <c>guide</c>, <c>fast</c>, <c>fastest</c>.</param>
/// <param name="Interval">Heartbeat interval H in seconds.</param>
/// <param name="Timeout">Heartbeat timeout T in seconds.</param>
/// <param name="Failures">Consecutive failures N.</param>
public sealed record SetupProfile(string Name, double Interval, double Timeout, int Failures)
{
    /// <summary>All, the guide's defaults first.</summary>
    public static IReadOnlyList<SetupProfile> All { get; } = [new("guide", 30, 10, 5), new("fast", 5, 3, 3), new("fastest", 1, 0.8, 3)];

    /// <summary>Longest time until a dead server is noticed, in seconds: (N + 1) · H + T at worst.</summary>
    public double DetectionSeconds => ((Failures + 1) * Interval) + Timeout;

    /// <summary>Whether parameters are those of the profile.</summary>
    public bool Fits(HotStandbyParameters parameters)
        => parameters is not null && (parameters.HeartbeatInterval, parameters.HeartbeatTimeout, parameters.FailuresToSwitch) == (Interval, Timeout, Failures);

    /// <summary>Parameters with the timing of the profile.</summary>
    public HotStandbyParameters Apply(HotStandbyParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return parameters with { HeartbeatInterval = Interval, HeartbeatTimeout = Timeout, FailuresToSwitch = Failures };
    }
}
