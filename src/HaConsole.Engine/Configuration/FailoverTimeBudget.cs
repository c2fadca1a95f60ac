using System.Globalization;

namespace HaConsole.Engine.Configuration;

/// <summary>Expected time from the failure of the Active until the services run on the other server (guide 6.2). All in seconds.</summary>
/// <param name="LeastConfirmation">(N−1)·H.</param>
/// <param name="MostConfirmation">N·H.</param>
/// <param name="Timeout">T.</param>
/// <param name="StartDelay">Start delays of the managed services, with 0.2 s for each CTI port and each monitored CTI device, and 0.3 s for each managed address.</param>
public sealed record FailoverTimeBudget(double LeastConfirmation, double MostConfirmation, double Timeout, double StartDelay)
{
    /// <summary>Start delay of one CTI port or one monitored device, in seconds.</summary>
    public const double DelayPerCtiLine = 0.2;

    /// <summary>Time in which the network is asked whether somebody else has a managed address, in seconds.</summary>
    public const double DelayPerAddress = 0.3;

    /// <summary>Shortest expected delay.</summary>
    public double Shortest => LeastConfirmation + Timeout + StartDelay;

    /// <summary>Longest expected delay.</summary>
    public double Longest => MostConfirmation + Timeout + StartDelay;

    /// <summary>In words.</summary>
    public string Sentence => string.Create(
        CultureInfo.InvariantCulture,
        $"A failover takes {Shortest:0.##} … {Longest:0.##} s: {LeastConfirmation:0.##} … {MostConfirmation:0.##} s to confirm the failure, {Timeout:0.##} s heartbeat timeout, {StartDelay:0.##} s until the services have started.");

    /// <summary>Computes it.</summary>
    public static FailoverTimeBudget Of(PairConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var p = configuration.HotStandby;
        var start = configuration.Services.Sum(s => s.StartDelay + (DelayPerCtiLine * ((double)s.CtiPorts + s.CtiDevices)));
        start += DelayPerAddress * configuration.Addresses.Count;
        return new FailoverTimeBudget((p.FailuresToSwitch - 1) * p.HeartbeatInterval, p.FailuresToSwitch * p.HeartbeatInterval, p.HeartbeatTimeout, start);
    }
}
