using HaConsole.Failover;

namespace HaConsole.Simulation.Scenarios;

/// <summary>How the pair begins.</summary>
public enum ScenarioStart
{
    /// <summary>Server 1 has long been Active, server 2 Standby, all is well.</summary>
    Server1Active,

    /// <summary>Both processes have never run and start, each at its tick phase.</summary>
    BothStarting,
}

/// <summary>A world to simulate: what a scenario file says.</summary>
public sealed record Scenario
{
    /// <summary>Title. Default <c>scenario</c>.</summary>
    public string Name { get; init; } = "scenario";

    /// <summary>Virtual time to simulate; above 0.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Seed of everything random. Default 1.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>How the pair begins. Default server 1 Active.</summary>
    public ScenarioStart Start { get; init; }

    /// <summary>Parameters of the pair.</summary>
    public ScenarioSettings Settings { get; init; } = new();

    /// <summary>The load balancer that drives the VIP; null: the VIP moves by <c>vip</c> faults only.</summary>
    public LoadBalancerSettings? LoadBalancer { get; init; }

    /// <summary>There is a witness. Default false.</summary>
    public bool Witness { get; init; }

    /// <summary>What happens; the order of equal times counts.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];

    /// <summary>The settings as the failover core wants them.</summary>
    public FailoverSettings ToFailoverSettings() => new()
    {
        Revision = new Revision(0, 1, 1),
        ConfigurationHash = 1,
        Enabled = Settings.Enabled,
        TestVipDestination = Settings.TestVipDestination,
        VipFirst = Settings.VipFirst,
        SwitchOnApplicationError = Settings.SwitchOnApplicationError,
        FirstServerAutoRestart = Settings.FirstServerAutoRestart,
        HeartbeatTimeout = Settings.HeartbeatTimeout,
        HeartbeatInterval = Settings.HeartbeatInterval,
        FailuresToSwitch = Settings.FailuresToSwitch,
        FastConfirmation = Settings.FastConfirmation,
        LongestStop = Settings.ServiceStopDelay,
        Witness = Witness,
        Version = "simulated",
    };
}

/// <summary>The member <c>settings</c> of a scenario.</summary>
public sealed record ScenarioSettings
{
    /// <summary>Hot standby mode on. Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>H. Default 30 s; 0.02 s … 3600 s.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>T. Default 10 s; below H.</summary>
    public TimeSpan HeartbeatTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>N. Default 5; 1 … 100.</summary>
    public int FailuresToSwitch { get; init; } = 5;

    /// <summary>First server auto restart as Active. Default false.</summary>
    public bool FirstServerAutoRestart { get; init; }

    /// <summary>Switch server on application error. Default false.</summary>
    public bool SwitchOnApplicationError { get; init; }

    /// <summary>Test VIP address destination. Default false.</summary>
    public bool TestVipDestination { get; init; }

    /// <summary>Server 2 does not yield while the VIP is confirmed there. Default false.</summary>
    public bool VipFirst { get; init; }

    /// <summary>Confirm a lost connection quickly. Default false.</summary>
    public bool FastConfirmation { get; init; }

    /// <summary>From the order to start the services until they run. Default 0 s.</summary>
    public TimeSpan ServiceStartDelay { get; init; }

    /// <summary>From the order to stop the services until they have stopped. Default 0 s.</summary>
    public TimeSpan ServiceStopDelay { get; init; }

    /// <summary>From the start of the process until its monitor URL answers. Default 0 s.</summary>
    public TimeSpan FrameworkStartDelay { get; init; }

    /// <summary>One way through the network. Default 0 s; twice that must be below T.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>First tick of server 1. Default 0 s.</summary>
    public TimeSpan TickPhase1 { get; init; }

    /// <summary>First tick of server 2. Default (null) H/2.</summary>
    public TimeSpan? TickPhase2 { get; init; }

    /// <summary>First tick of a server.</summary>
    public TimeSpan TickPhase(int server) => server == 1 ? TickPhase1 : TickPhase2 ?? (HeartbeatInterval / 2);
}

/// <summary>What the load balancer asks the servers.</summary>
public enum LoadBalancerCheck
{
    /// <summary>Any answer of the monitor URL will do.</summary>
    None,

    /// <summary><c>IPSWS=OK</c>.</summary>
    Ipsws,

    /// <summary><c>ACTIVE</c>.</summary>
    Ft,
}

/// <summary>The member <c>loadBalancer</c> of a scenario.</summary>
public sealed record LoadBalancerSettings
{
    /// <summary>What it asks. Default NONE.</summary>
    public LoadBalancerCheck Check { get; init; }

    /// <summary>How often. Default 30 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Consecutive failures (or successes) until a server is taken as down (or up). Default 5; 1 … 100.</summary>
    public int Failures { get; init; } = 5;

    /// <summary>Server that gets the VIP when both are up. Default 1.</summary>
    public int Prefer { get; init; } = 1;
}
