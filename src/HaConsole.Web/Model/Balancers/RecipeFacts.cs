using System.Globalization;
using HaConsole.Engine.Configuration;

namespace HaConsole.Web.Model.Balancers;

/// <summary>What a recipe is made of: addresses, ports, mode and times of the pair. Seconds are decimal numbers.</summary>
public sealed record RecipeFacts
{
    /// <summary>Address of server #1, or a placeholder.</summary>
    public required string One { get; init; }

    /// <summary>Address of server #2, or a placeholder.</summary>
    public required string Two { get; init; }

    /// <summary>Virtual IP address, or a placeholder.</summary>
    public required string Vip { get; init; }

    /// <summary>Port of the health URLs.</summary>
    public required int HealthPort { get; init; }

    /// <summary>Port of the application.</summary>
    public required int ApplicationPort { get; init; }

    /// <summary>What is asked: None, Ipsws or Ft.</summary>
    public required BalancerMode Mode { get; init; }

    /// <summary>Seconds between two checks.</summary>
    public required double Interval { get; init; }

    /// <summary>Seconds until a check has failed.</summary>
    public required double Timeout { get; init; }

    /// <summary>Failed checks until a server is left.</summary>
    public required int Fall { get; init; }

    /// <summary>Good checks until it is used again.</summary>
    public required int Rise { get; init; }

    /// <summary>The load balancer's settings: names, agent, what the Standby is set to.</summary>
    public required LoadBalancerSettings Settings { get; init; }

    /// <summary>Server for which the recipe is, where the two differ: 1 or 2.</summary>
    public int Server { get; init; } = 1;

    /// <summary>Network interface, where one must be named.</summary>
    public string Interface { get; init; } = "eth0";

    /// <summary>Path of the monitor URL with its mode.</summary>
    public string Path => "/IPSCFG/admin/monitor.aspx?mod=" + ModeName;

    /// <summary>Mode as it stands in the URL.</summary>
    public string ModeName => Mode switch { BalancerMode.Ft => "FT", BalancerMode.Ipsws => "IPSWS", _ => "NONE" };

    /// <summary>Body that is wanted; empty: any.</summary>
    public string Body => Mode switch { BalancerMode.Ft => "ACTIVE", BalancerMode.Ipsws => "IPSWS=OK", _ => "" };

    /// <summary>URL for balancers that read only the status.</summary>
    public string StatusPath => Mode switch { BalancerMode.Ft => "/health/active", BalancerMode.Ipsws => "/health/ready", _ => "/health/live" };

    /// <summary>Facts of a pair.</summary>
    /// <param name="configuration">Its configuration.</param>
    /// <param name="node">Options of this server: the ports are the same on both.</param>
    /// <param name="mode">What is to be asked; null: the role, or when the pair follows the balancer what the guide says (5.2).</param>
    public static RecipeFacts Of(PairConfiguration configuration, NodeOptions node, BalancerMode? mode = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(node);
        var (p, b) = (configuration.HotStandby, configuration.LoadBalancer);
        var guide = p.SwitchOnApplicationError ? BalancerMode.Ipsws : BalancerMode.None;
        var asked = mode is BalancerMode.None or BalancerMode.Ipsws or BalancerMode.Ft ? mode.Value
            : b.Mode is BalancerMode.None or BalancerMode.Ipsws or BalancerMode.Ft ? b.Mode
            : p.TestVipDestination ? guide : BalancerMode.Ft;

        // A balancer that follows the role adds its own time to the pair's: it asks often. One that judges for itself must tick as the pair does.
        var follows = asked == BalancerMode.Ft;
        var interval = follows ? Math.Min(p.HeartbeatInterval, 1) : p.HeartbeatInterval;
        return new RecipeFacts
        {
            One = Text(p.Server1Address, "SERVER-1"),
            Two = Text(p.Server2Address, "SERVER-2"),
            Vip = Text(p.VipAddress, "VIP-ADDRESS"),
            HealthPort = node.HttpPort,
            ApplicationPort = b.ApplicationPort,
            Mode = asked,
            Interval = interval,
            Timeout = follows ? Math.Min(p.HeartbeatTimeout, interval) : p.HeartbeatTimeout,
            Fall = follows ? 2 : p.FailuresToSwitch,
            Rise = follows ? 1 : p.FailuresToSwitch,
            Settings = b,
        };
    }

    /// <summary>A time in milliseconds, as HAProxy takes it.</summary>
    internal static string Milliseconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, seconds * 1000):0}ms");

    /// <summary>Whole seconds, at least one, for balancers that know no others.</summary>
    internal static int Whole(double seconds) => Math.Max(1, (int)Math.Ceiling(seconds));

    private static string Text(string value, string placeholder) => value.Length > 0 ? value : placeholder;
}
