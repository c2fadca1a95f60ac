using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using HaConsole.Failover;

namespace HaConsole.Engine.Peering;

/// <summary>The connecting side of pairing.</summary>
internal sealed class PairingClient(PeerLinkOptions options, PeerIdentity identity, PeerTrust trust, PeerEvents events, PeerPath path)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(12);

    /// <summary>Proves to know the key, has the other side prove it, pins its certificate. Null on success, else why not.</summary>
    public async Task<PeerRefusal?> PairAsync(IPEndPoint peer, string kind, byte[] key, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Longest, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var shown = "";

        // Any certificate will do here: the proof says whether it is the peer's.
        using var channel = new PeerChannel(options, new PeerDial(path, null, options.Time), peer, identity.Current, thumbprint =>
        {
            shown = thumbprint;
            return thumbprint.Length > 0;
        });
        try
        {
            return await ConverseAsync(channel, () => shown, kind, key, either.Token);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or IOException)
        {
            return new PeerRefusal("unreachable", PeerFailure.Describe(e, peer));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new PeerRefusal("unreachable", $"The server at {peer} did not answer within {Longest.TotalSeconds:0} s.");
        }
    }

    private async Task<PeerRefusal?> ConverseAsync(PeerChannel channel, Func<string> shown, string kind, byte[] key, CancellationToken cancellationToken)
    {
        var nonce = RandomNumberGenerator.GetBytes(PairingProof.NonceLength);
        var hello = new PairingHello(kind, options.Pair, options.Rank.Number(), nonce);
        var (challenge, refusal) = await AskAsync<PairingChallenge>(channel, PeerRoutes.PairBegin, hello, cancellationToken);
        if (challenge is null)
        {
            return refusal;
        }

        var own = PeerIdentity.ThumbprintOf(channel.Certificate);
        var peer = shown();
        var proof = new PairingProof(own, peer, nonce, challenge.Nonce, options.Pair, options.Rank, (Rank)challenge.Rank);
        var (answer, second) = await AskAsync<PairingAnswer>(channel, PeerRoutes.PairFinish, new PairingAnswer(challenge.Session, proof.OfClient(key)), cancellationToken);
        if (answer is null)
        {
            return second;
        }

        if (!CryptographicOperations.FixedTimeEquals(proof.OfServer(key), answer.Proof))
        {
            return new PeerRefusal("impostor", $"The server at {channel.Peer} cannot prove that it belongs to this pair: refused.");
        }

        if (trust.Replace(peer, out var before))
        {
            events.Paired(channel.Peer.ToString(), peer, before);
        }

        return null;
    }

    private static async Task<(T? Answer, PeerRefusal? Refusal)> AskAsync<T>(PeerChannel channel, string path, object body, CancellationToken cancellationToken)
        where T : class
    {
        using var content = JsonContent.Create(body, body.GetType(), options: PeerRoutes.Json);
        using var response = await channel.SendAsync(HttpMethod.Post, path, content, HttpCompletionOption.ResponseContentRead, cancellationToken);
        return response.StatusCode == HttpStatusCode.OK
            ? (await response.Content.ReadFromJsonAsync<T>(PeerRoutes.Json, cancellationToken), null)
            : (null, await PeerFailure.RefusalAsync(response, cancellationToken));
    }
}
