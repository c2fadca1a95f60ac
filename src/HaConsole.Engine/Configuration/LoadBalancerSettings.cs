using System.Text.Json.Serialization;

namespace HaConsole.Engine.Configuration;

/// <summary>What the load balancer asks each server.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BalancerMode>))]
public enum BalancerMode
{
    /// <summary>Not said: nothing is compared or watched.</summary>
    Unset,

    /// <summary>An ICMP echo: only whether the host is there.</summary>
    Ping,

    /// <summary><c>mod=NONE</c>: HTTP 200.</summary>
    None,

    /// <summary><c>mod=IPSWS</c>: HTTP 200 with <c>IPSWS=OK</c>.</summary>
    Ipsws,

    /// <summary><c>mod=FT</c>: HTTP 200 with <c>ACTIVE</c>.</summary>
    Ft,
}

/// <summary>How a balancer that is told is left with regard to the Standby.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BalancerStandby>))]
public enum BalancerStandby
{
    /// <summary>Down until its own checks find it up: mends itself when a later word is lost. For <c>mod=FT</c>.</summary>
    Check,

    /// <summary>No new connections; those that are open go on.</summary>
    Drain,

    /// <summary>Maintenance: nothing goes there until it is told again.</summary>
    Maint,
}

/// <summary>The load balancer in front of the pair: what it was set to, and how it is told. Seconds are decimal numbers.</summary>
public sealed record LoadBalancerSettings
{
    /// <summary>What it asks. Default <c>unset</c>.</summary>
    public BalancerMode Mode { get; init; }

    /// <summary>Seconds between two of its checks. Default 30; 0.01 … 3600.</summary>
    public double Interval { get; init; } = 30;

    /// <summary>Seconds until one of its checks has failed. Default 10; 0.001 … 600.</summary>
    public double Timeout { get; init; } = 10;

    /// <summary>Failed checks in a row until it leaves a server. Default 5; 1 … 100.</summary>
    public int Fall { get; init; } = 5;

    /// <summary>Good checks in a row until it uses a server again. Default 5; 1 … 100.</summary>
    public int Rise { get; init; } = 5;

    /// <summary>It goes back to server #1 by itself as soon as that is well again. Default off.</summary>
    public bool PrefersFirst { get; init; }

    /// <summary>Port of the application on both servers, for the recipes. Default 80; 1 … 65535.</summary>
    public int ApplicationPort { get; init; } = 80;

    /// <summary>Runtime APIs of HAProxy: paths of sockets, or <c>host:port</c>. Default none: it is not told.</summary>
    public IReadOnlyList<string> Runtime { get; init => field = value ?? []; } = [];

    /// <summary>Backends of HAProxy that hold the two servers. Default <c>application</c>.</summary>
    public IReadOnlyList<string> Backends { get; init => field = value ?? []; } = ["application"];

    /// <summary>Name of server #1 in them. Default <c>server1</c>.</summary>
    public string Server1Name { get; init; } = "server1";

    /// <summary>Name of server #2 in them. Default <c>server2</c>.</summary>
    public string Server2Name { get; init; } = "server2";

    /// <summary>What the Standby is set to. Default <c>check</c>.</summary>
    public BalancerStandby Standby { get; init; }

    /// <summary>Seconds until a word to the runtime API has failed. Default 0.5; 0.01 … 10. No switch waits for it.</summary>
    public double TellTimeout { get; init; } = 0.5;

    /// <summary>Port of this server's own address on which HAProxy's agent-check is answered. Default 0: none; 0 … 65535.</summary>
    public int AgentPort { get; init; }

    /// <summary>Nobody has set anything.</summary>
    [JsonIgnore]
    public bool IsDefault => Equals(new LoadBalancerSettings());

    /// <inheritdoc/>
    public bool Equals(LoadBalancerSettings? other)
        => other is not null && (Mode, Interval, Timeout, Fall, Rise, PrefersFirst, ApplicationPort) == (other.Mode, other.Interval, other.Timeout, other.Fall, other.Rise, other.PrefersFirst, other.ApplicationPort)
            && (Server1Name, Server2Name, Standby, TellTimeout, AgentPort) == (other.Server1Name, other.Server2Name, other.Standby, other.TellTimeout, other.AgentPort)
            && Runtime.SequenceEqual(other.Runtime) && Backends.SequenceEqual(other.Backends);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Mode, Interval, Timeout, Fall, Rise, AgentPort, Server1Name, Server2Name);
}

/// <content>The load balancer.</content>
public sealed partial record PairConfiguration
{
    /// <summary>The load balancer in front of the pair.</summary>
    public LoadBalancerSettings LoadBalancer { get; init => field = value ?? new(); } = new();
}
