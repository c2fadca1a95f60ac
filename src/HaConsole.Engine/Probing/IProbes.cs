using HaConsole.Failover;

namespace HaConsole.Engine.Probing;

/// <summary>Asks a monitor URL, as a load balancer does (guide 5.2). Each call ends within its timeout, whatever the network does.</summary>
public interface IMonitorProbe
{
    /// <summary>Probes <c>http://address:port/IPSCFG/admin/monitor.aspx?mod=IPSWS</c>.</summary>
    /// <param name="address">IP address.</param>
    /// <param name="port">Port.</param>
    /// <param name="needsApplicationOk">The body must be <c>IPSWS=OK</c> too.</param>
    /// <param name="askRole">Also ask <c>mod=FT</c> (when there is no peer link).</param>
    /// <param name="timeout">Heartbeat timeout T, for all of it.</param>
    /// <param name="cancellationToken">Ends it early as NoAnswer.</param>
    Task<ProbeFact> ProbeAsync(string address, int port, bool needsApplicationOk, bool askRole, TimeSpan timeout, CancellationToken cancellationToken);
}

/// <summary>Tells whether this server is connected to the LAN (guide 6.3.4).</summary>
public interface ILanObserver
{
    /// <summary>Looks at the interface that carries <paramref name="localAddress"/> and at the targets.</summary>
    /// <param name="localAddress">IP address of this server.</param>
    /// <param name="targets">LAN targets, VIP included; not the peer.</param>
    /// <param name="peerAnswers">Whether the peer answers now (a target that can only say Up).</param>
    /// <param name="timeout">For all of it.</param>
    /// <param name="cancellationToken">Ends it early as Unknown.</param>
    Task<LanState> LookAsync(string localAddress, IReadOnlyList<string> targets, bool peerAnswers, TimeSpan timeout, CancellationToken cancellationToken);
}

/// <summary>Sends a request with a nonce to the VIP and tells which server it reached (guide 5.1, 6.3.4.2).</summary>
public interface IVipObserver
{
    /// <summary>Asks once.</summary>
    Task<VipDestination> LookAsync(string vipAddress, int port, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>A request with that nonce arrived at this server.</summary>
    void Arrived(string nonce);
}
