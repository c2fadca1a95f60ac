namespace HaConsole.Engine.Configuration;

/// <summary>Settings of this server alone, from file, environment or command line (<c>Node:*</c>); never replicated.</summary>
public sealed record NodeOptions
{
    /// <summary>State, settings, journal, keys. Default <c>data</c>.</summary>
    public string DataDirectory { get; init; } = "data";

    /// <summary>"IP Address of this server".</summary>
    public string LocalAddress { get; init; } = "";

    /// <summary>UI and health URLs. Default 8080.</summary>
    public int HttpPort { get; init; } = 8080;

    /// <summary>HTTPS port; 0 = none.</summary>
    public int HttpsPort { get; init; }

    /// <summary>PKCS #12 or PEM file for HTTPS; empty = a self-signed certificate that this server makes and renews.</summary>
    public string Certificate { get; init; } = "";

    /// <summary>Address to listen on; empty = <see cref="LocalAddress"/>; <c>*</c> = all.</summary>
    public string HttpAddress { get; init; } = "";

    /// <summary>Requests that come by HTTP are sent to HTTPS, all but the health URLs. Default off; needs <see cref="HttpsPort"/>.</summary>
    public bool RedirectToHttps { get; init; }

    /// <summary>Path under which a reverse proxy shows the console, for example <c>/ha</c>; empty = none. The health URLs stay where they are.</summary>
    public string PathBase { get; init; } = "";

    /// <summary>Reverse proxies whose <c>X-Forwarded-*</c> headers are believed: IP addresses or networks such as <c>10.1.0.0/16</c>. Default nobody's.</summary>
    public IReadOnlyList<string> KnownProxies { get; init; } = [];

    /// <summary>Peer link. Default 2011.</summary>
    public int PeerPort { get; init; } = 2011;

    /// <summary>The peer's redundancy address when it differs from its server address.</summary>
    public string PeerAddress { get; init; } = "";

    /// <summary>Local address that the peer link binds to; empty = <see cref="LocalAddress"/>.</summary>
    public string RedundancyAddress { get; init; } = "";

    /// <summary>Interface that the peer link binds to, such as <c>eth1</c>; empty = whichever carries the address.</summary>
    public string RedundancyInterface { get; init; } = "";

    /// <summary>Local address of a second, independent path to the peer; empty = one path only. Needs <see cref="PeerAddress2"/>.</summary>
    public string RedundancyAddress2 { get; init; } = "";

    /// <summary>Interface of the second path; empty = whichever carries the address.</summary>
    public string RedundancyInterface2 { get; init; } = "";

    /// <summary>The peer's address on the second path.</summary>
    public string PeerAddress2 { get; init; } = "";

    /// <summary>While this server is the Standby of a connected Active it does not listen for the peer link. Default off.</summary>
    public bool OnlyActiveListens { get; init; }

    /// <summary>Headless pairing: the same secret on both servers, at least 16 characters.</summary>
    public string PairSecret { get; init; } = "";

    /// <summary>Addresses (gateway and friends) that say whether the LAN is there: <c>address</c> (ping) or <c>address:port</c> (TCP).</summary>
    public IReadOnlyList<string> LanTargets { get; init; } = [];
}
