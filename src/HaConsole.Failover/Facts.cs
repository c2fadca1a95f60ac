namespace HaConsole.Failover;

/// <summary>What is known of the peer's health: four different facts, never folded into one "Error".</summary>
public enum PeerHealth : byte
{
    /// <summary>No fresh evidence.</summary>
    Unknown,

    /// <summary>The last probe succeeded.</summary>
    Healthy,

    /// <summary>The peer answered, but not with what a well server answers.</summary>
    Unhealthy,

    /// <summary>The peer did not answer within the heartbeat timeout.</summary>
    Unreachable,
}

/// <summary>Whether this server is connected to the LAN (guide 6.3.1 and 6.3.4).</summary>
public enum LanState : byte
{
    /// <summary>Not looked at yet.</summary>
    Unknown,

    /// <summary>The interface is up and a LAN target answers.</summary>
    Up,

    /// <summary>The interface is up; no target other than the peer has ever answered. Counts as up.</summary>
    UpUnverified,

    /// <summary>The interface is down, or targets that answered before do not answer any more.</summary>
    Down,
}

/// <summary>What the own monitor URL answers.</summary>
public enum SelfHealth : byte
{
    /// <summary>Not looked at yet.</summary>
    Unknown,

    /// <summary>200, and <c>IPSWS=OK</c> where "switch on application error" is set.</summary>
    Ok,

    /// <summary>Anything else.</summary>
    Failed,
}

/// <summary>Which server a request to the virtual IP address reached (guide 5.1).</summary>
public enum VipDestination : byte
{
    /// <summary>The request reached neither server, or nothing fresh is known. Never acts.</summary>
    Unknown,

    /// <summary>This server.</summary>
    Here,

    /// <summary>The peer says that it received the request.</summary>
    Peer,
}

/// <summary>What one probe of the peer's monitor URL found.</summary>
public enum ProbeOutcome : byte
{
    /// <summary>HTTP 200 within the timeout (and <c>IPSWS=OK</c> where "switch on application error" is set).</summary>
    Success,

    /// <summary>An HTTP answer that is no success: another status, a redirect, an application error.</summary>
    Unhealthy,

    /// <summary>No HTTP answer within the timeout: refused, timed out, TLS error.</summary>
    NoAnswer,
}

/// <summary>State of the managed services of one server, taken together.</summary>
public enum ServicesState : byte
{
    /// <summary>Not reported yet.</summary>
    Unknown,

    /// <summary>All services that run on the Active only are confirmed stopped (or none is configured and the role is not Active).</summary>
    Stopped,

    /// <summary>Being started.</summary>
    Starting,

    /// <summary>All that are not optional run.</summary>
    Running,

    /// <summary>Being stopped.</summary>
    Stopping,

    /// <summary>A service did not stop within its timeout and may still run. Blocks the peer's rows 300, 410, 420, 430.</summary>
    StopFailed,

    /// <summary>A service did not start within its budget.</summary>
    StartFailed,
}

/// <summary>What this server sees of its own surroundings, gathered once per tick.</summary>
/// <param name="Lan">Connected to the LAN?</param>
/// <param name="Self">Own monitor URL.</param>
/// <param name="Vip">Destination of the virtual IP address; Unknown when the test is off.</param>
public readonly record struct LocalFacts(LanState Lan, SelfHealth Self, VipDestination Vip);

/// <summary>One completed probe.</summary>
/// <param name="Outcome">Result.</param>
/// <param name="Role">Role by <c>mod=FT</c> when it was asked (Active or Standby), else Unknown.</param>
public readonly record struct ProbeFact(ProbeOutcome Outcome, Role Role)
{
    /// <summary>The peer's machine has answered that nobody listens on the port: the way there is open, so another way would say nothing else.</summary>
    public bool IsRefused { get; init; }
}
