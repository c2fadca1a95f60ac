using System.Net;
using HaConsole.Failover;

namespace HaConsole.Engine.Peering;

/// <summary>Pairs with the peer by the pair secret before a connection can be held, and by a code that a person types.</summary>
internal sealed class LinkPairing(PeerLinkOptions options, PeerPath path, PeerIdentity identity, PeerTrust trust, PairingServer pairing, PeerEvents events)
{
    private readonly PairingClient client = new(options, identity, trust, events, path);
    private string? lastRefusal;

    /// <summary>The last attempt found nobody there.</summary>
    public bool IsUnreachable => lastRefusal == "unreachable";

    /// <summary>The peer has said no: asking soon again would only run into its limit.</summary>
    public bool IsRefused => !trust.IsPaired && options.PairSecret.Length > 0 && lastRefusal is not null and not "unreachable";

    public Task<PeerRefusal?> JoinAsync(IPEndPoint at, string code, CancellationToken cancellationToken)
        => client.PairAsync(at, "code", PairingProof.KeyOfCode(PairingCode.Normalize(code)), cancellationToken);

    /// <summary>Whether the servers are paired now; else the state of the link and why.</summary>
    public async Task<(bool IsPaired, PeerLinkState State, string Detail)> TryAsync(IPEndPoint target, CancellationToken cancellationToken)
    {
        if (options.PairSecret.Length == 0)
        {
            return (false, PeerLinkState.NotPaired, "The two servers are not paired: make a one-time code on one and join with it on the other, or set Node:PairSecret on both.");
        }

        var refusal = await client.PairAsync(target, "secret", pairing.SecretKey, cancellationToken);
        lastRefusal = refusal?.Code;

        // Meanwhile the peer may have paired with this server.
        if (refusal is null || (trust.IsPaired && refusal.Code == "unreachable"))
        {
            return (true, PeerLinkState.Disconnected, "");
        }

        if (refusal.Code != "unreachable")
        {
            events.Raise(refusal.Code == "other-secret" ? "peer-other-secret" : "peer-pairing-refused", target.ToString(), $"Pairing with {target} was refused: {refusal.Message}", Severity.Alarm);
        }

        return (false, PeerLinkState.Disconnected, refusal.Message);
    }
}
