using HaConsole.Engine.Configuration;

namespace HaConsole.Web.Model.Drills;

/// <summary>What the parameters in force promise, in seconds.</summary>
/// <param name="ShortestTakeover">Shortest time from a failure to the takeover.</param>
/// <param name="LongestTakeover">Longest.</param>
/// <param name="Services">From the takeover until the services run, at most.</param>
/// <param name="Planned">A planned switch, at most: all services stop here and start there.</param>
/// <param name="Failback">From the return of server 1 until it is Active by itself, at most; null when automatic failback is off.</param>
public sealed record DrillTimes(double ShortestTakeover, double LongestTakeover, double Services, double Planned, double? Failback)
{
    /// <summary>What watching and telling may add, in seconds.</summary>
    public const double Margin = 2;

    /// <summary>Computes them.</summary>
    public static DrillTimes Of(PairConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var p = configuration.HotStandby;
        var budget = FailoverTimeBudget.Of(configuration);
        var start = configuration.Services.Sum(service => service.StartTimeout) + budget.StartDelay;
        var stop = configuration.Services.Sum(service => service.StopTimeout);
        var confirm = budget.MostConfirmation + budget.Timeout + p.HeartbeatInterval;
        return new DrillTimes(
            p.FastConfirmation ? 0 : budget.LeastConfirmation,
            confirm + Margin,
            start + Margin,
            stop + start + budget.Timeout + p.HeartbeatInterval + Margin,
            p.FirstServerAutoRestart ? confirm + p.FrameworkRestartTime + stop + start + Margin : null);
    }
}
