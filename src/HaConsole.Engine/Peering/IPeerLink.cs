using HaConsole.Engine.Configuration;
using HaConsole.Failover;

namespace HaConsole.Engine.Peering;

/// <summary>State of the link to the peer.</summary>
public enum PeerLinkState
{
    /// <summary>No peer certificate is pinned and no pair secret is configured.</summary>
    NotPaired,

    /// <summary>Not connected.</summary>
    Disconnected,

    /// <summary>Connected and authenticated.</summary>
    Connected,
}

/// <summary>What is known of the link.</summary>
/// <param name="State">Connected or not.</param>
/// <param name="RoundTrip">Last measured round trip; null before the first.</param>
/// <param name="ClockOffset">Peer's wall clock minus ours by the last exchange; null before the first.</param>
/// <param name="Detail">Why it is not connected, else empty.</param>
public sealed record PeerLinkStatus(PeerLinkState State, TimeSpan? RoundTrip, TimeSpan? ClockOffset, string Detail)
{
    /// <summary>The paths to the peer: one or two; empty when no second server is configured.</summary>
    public IReadOnlyList<PeerPathStatus> Paths { get; init; } = [];
}

/// <summary>What is known of one path to the peer.</summary>
/// <param name="Number">1 or 2.</param>
/// <param name="Up">Whether heartbeats pass.</param>
/// <param name="Since">Since when it is so (UTC); null before the path was first up.</param>
/// <param name="Local">Local address.</param>
/// <param name="Interface">Interface that it is bound to; empty = whichever carries the address.</param>
/// <param name="Peer">The peer's address and port; empty when unknown.</param>
public sealed record PeerPathStatus(int Number, bool Up, DateTimeOffset? Since, string Local, string Interface, string Peer)
{
    /// <summary>Last round trip; null when it is down or was not measured yet.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>Median of the round trips among the last 100 heartbeats; null before the first.</summary>
    public TimeSpan? Median { get; init; }

    /// <summary>Heartbeats that were not answered, in per cent of the last 100; null before the first.</summary>
    public double? LossPercent { get; init; }

    /// <summary>How many heartbeats the two figures are of; 0 … 100.</summary>
    public int Heartbeats { get; init; }

    /// <summary>Whether this server listens on the path now.</summary>
    public bool Listens { get; init; }

    /// <summary>The messages of this server run over a connection that the peer has made, since this server cannot, or need not, make one.</summary>
    public bool Reverse { get; init; }

    /// <summary>Why it is down, or why this server cannot listen on it; else empty.</summary>
    public string Detail { get; init; } = "";
}

/// <summary>An operator's command that the other server must carry out (JSON body and answer are the API's own).</summary>
/// <param name="Method">HTTP method of the API call.</param>
/// <param name="Path">Path of the API call, for example <c>/api/v1/switch</c>.</param>
/// <param name="Body">JSON body; empty when none.</param>
/// <param name="Headers">Headers that matter (<c>If-Match</c>).</param>
public sealed record ForwardedRequest(string Method, string Path, string Body, IReadOnlyDictionary<string, string> Headers);

/// <summary>The answer to a <see cref="ForwardedRequest"/>.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">Body.</param>
/// <param name="Headers">Headers that matter (<c>ETag</c>, <c>Content-Type</c>).</param>
public sealed record ForwardedResponse(int Status, string Body, IReadOnlyDictionary<string, string> Headers);

/// <summary>What the engine does when the peer speaks. Called on any thread.</summary>
public interface IPeerLinkHandler
{
    /// <summary>The peer's exchange: the engine takes it in and answers with its own report as it stands afterwards.</summary>
    Task<PeerReport> HeardAsync(PeerReport report, CancellationToken cancellationToken);

    /// <summary>This server is connected to the peer now: there is somebody to talk to before the next tick.</summary>
    void LinkEstablished();

    /// <summary>The connection that this server holds to the peer broke.</summary>
    void LinkLost();

    /// <summary>The peer asks for the configuration.</summary>
    ConfigurationDocument Configuration { get; }

    /// <summary>The peer pushes its configuration; adopted when its revision is higher. True: it is in force here now.</summary>
    Task<bool> OfferConfigurationAsync(ConfigurationDocument document, CancellationToken cancellationToken);

    /// <summary>An operator's command arrives by way of the peer.</summary>
    Task<ForwardedResponse> ForwardedAsync(ForwardedRequest request, CancellationToken cancellationToken);

    /// <summary>The peer has opened a stream for its file sets; carried on until it ends.</summary>
    Task ServeFilesAsync(Stream stream, CancellationToken cancellationToken);

    /// <summary>The peer asks for what its own monitor URL would tell it, as its probe cannot reach it: whether this server is well and has its LAN.</summary>
    /// <param name="needsApplicationOk">The applications must be well too.</param>
    /// <param name="cancellationToken">The peer has given up.</param>
    Task<bool> IsWellAsync(bool needsApplicationOk, CancellationToken cancellationToken) => Task.FromResult(false);

    /// <summary>JSON of this server's own part of the status (services, checks), sent when its version changes.</summary>
    string Detail { get; }

    /// <summary>Version of <see cref="Detail"/>; only grows while the process lives.</summary>
    long DetailVersion { get; }

    /// <summary>Something that people must see (wrong certificate, replay, other pair's secret): kind, sentence, severity.</summary>
    void LinkEvent(string kind, string sentence, Severity severity);
}

/// <summary>The authenticated link to the peer, TCP 2011 (guide 2.1.1.1).</summary>
public interface IPeerLink : IAsyncDisposable
{
    /// <summary>Link state.</summary>
    PeerLinkStatus Status { get; }

    /// <summary>Last detail JSON of the peer; null before the first.</summary>
    string? PeerDetail { get; }

    /// <summary>Starts to listen and to connect. Fails with a sentence that names the key when the port is in use.</summary>
    Task StartAsync(IPeerLinkHandler handler, CancellationToken cancellationToken);

    /// <summary>The peer's address changes while running.</summary>
    void SetPeerAddress(string address);

    /// <summary>Sends the own report, returns the peer's; null when it fails or takes longer than <paramref name="timeout"/>.</summary>
    Task<PeerReport?> ExchangeAsync(PeerReport own, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Fetches the peer's configuration; null when it fails.</summary>
    Task<ConfigurationDocument?> PullConfigurationAsync(TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Pushes the own configuration; true when the peer has it in force.</summary>
    Task<bool> PushConfigurationAsync(ConfigurationDocument document, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Has the peer carry out an operator's command; null when it cannot be reached.</summary>
    Task<ForwardedResponse?> ForwardAsync(ForwardedRequest request, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Has the peer look at its own monitor URL, where a second path is configured; false when there is none, or when it says no or nothing.</summary>
    /// <param name="needsApplicationOk">The applications must be well too.</param>
    /// <param name="timeout">For all of it.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    Task<bool> PeerIsWellAsync(bool needsApplicationOk, TimeSpan timeout, CancellationToken cancellationToken) => Task.FromResult(false);

    /// <summary>Opens a stream of its own to the peer's file sets. Both directions, one connection.</summary>
    /// <exception cref="IOException">It cannot be opened; the message says why.</exception>
    Task<Stream> OpenFilesAsync(CancellationToken cancellationToken);

    /// <summary>Makes a one-time pairing code, valid for 10 minutes.</summary>
    string CreatePairingCode();

    /// <summary>Joins the server at <paramref name="address"/> (<c>address[:port]</c>) with its code; null on success, else why not.</summary>
    Task<string?> JoinAsync(string code, string address, CancellationToken cancellationToken);

    /// <summary>Makes a new own certificate and has the peer pin it, without a switch; null on success, else why not.</summary>
    Task<string?> RotateCertificateAsync(CancellationToken cancellationToken);
}
