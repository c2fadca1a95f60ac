using FluentValidation;

namespace HaConsole.Engine.Configuration;

/// <summary>Rules of the hot standby parameters, with the relations among them.</summary>
public sealed class HotStandbyParametersValidator : AbstractValidator<HotStandbyParameters>
{
    /// <summary>Legal range of H in seconds.</summary>
    public const double LeastInterval = 0.02;

    /// <summary>Legal range of H in seconds.</summary>
    public const double LongestInterval = 3600;

    /// <summary>Makes the rules.</summary>
    public HotStandbyParametersValidator()
    {
        AddressRules();
        TimeRules();
        Warnings();
    }

    private static bool IsInterval(double h) => h is >= LeastInterval and <= LongestInterval;

    private void AddressRules()
    {
        this.Check(x => x.Server1Address, (x, v) => ServerAddress(v, x.Enabled));
        this.Check(x => x.Server2Address, (x, v) => ServerAddress(v, x.Enabled));
        this.Check(x => x.Server2Address, (x, v) => Addresses.Same(v, x.Server1Address) ? "it must differ from HotStandby:Server1Address" : null);
        this.Check(x => x.VipAddress, (x, v) => v.Length == 0 ? VipNeeded(x)
            : !Addresses.TryParse(v, out _) ? "it must be an IP address such as 10.1.1.100, or empty"
            : Addresses.Same(v, x.Server1Address) ? "it must differ from HotStandby:Server1Address"
            : Addresses.Same(v, x.Server2Address) ? "it must differ from HotStandby:Server2Address" : null);
    }

    private static string? ServerAddress(string text, bool enabled)
        => text.Length > 0
            ? Addresses.TryParse(text, out _) ? null : "it must be an IP address such as 10.1.1.1"
            : enabled ? "it must be an IP address such as 10.1.1.1 while HotStandby:Enabled is true" : null;

    private static string? VipNeeded(HotStandbyParameters x)
        => x.TestVipDestination ? "it must be an IP address while HotStandby:TestVipDestination is true"
            : x.UseVipToBuildUrls ? "it must be an IP address while HotStandby:UseVipToBuildUrls is true" : null;

    private void TimeRules()
    {
        this.Range(x => x.HeartbeatInterval, LeastInterval, LongestInterval, "seconds");
        this.Check(x => x.HeartbeatTimeout, (x, v) => v < 0.001 ? "it must be 0.001 seconds or more"
            : v >= x.HeartbeatInterval ? $"it must be below HotStandby:HeartbeatInterval ({ProblemRules.Show(x.HeartbeatInterval)})" : null);
        this.Range(x => x.FailuresToSwitch, 1, 100);
        this.Range(x => x.FrameworkRestartTime, 0, 86400, "seconds");
        this.Range(x => x.HoldHours, 0, 8760, "hours");
    }

    private void Warnings()
    {
        this.Check(x => x.HeartbeatInterval, (_, v) => IsInterval(v) && v < 0.1 ? "below 0.1 seconds a busy server can miss its beats" : null, Severity.Warning);
        this.Check(
            x => x.FailuresToSwitch,
            (x, v) => x.Enabled && v is >= 1 and <= 100 && IsInterval(x.HeartbeatInterval) && (v - 1) * x.HeartbeatInterval < x.FrameworkRestartTime
                ? $"(N-1) x H is {ProblemRules.Show((v - 1) * x.HeartbeatInterval)} seconds, less than HotStandby:FrameworkRestartTime ({ProblemRules.Show(x.FrameworkRestartTime)}): a restart of the application framework causes a failover"
                : null,
            Severity.Warning);
        this.Check(
            x => x.SwitchOnApplicationError,
            (x, v) => x.Enabled && v ? "the load balancer must then check mod=IPSWS" : null,
            Severity.Warning);
    }
}
