using System.Net;
using System.Security.Cryptography;
using HaConsole.Failover;

namespace HaConsole.Engine.Peering;

/// <summary>The listening side of pairing: judges proofs, limits attempts, pins the certificate of who proved to be the peer.</summary>
internal sealed class PairingServer(PeerLinkOptions options, PeerIdentity identity, PeerTrust trust, PeerEvents events)
{
    private const int FailuresPerMinute = 5;
    private const int TriesPerCode = 5;
    private const int SessionsKept = 32;
    private static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan SessionLifetime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan FailureMemory = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Lazy<byte[]> secretKey = new(() => PairingProof.KeyOfSecret(options.PairSecret));
    private readonly Dictionary<string, Session> sessions = [];
    private readonly List<(IPAddress Address, long At)> failures = [];
    private Code? code;

    /// <summary>Raised after the peer has been pinned.</summary>
    public event Action? Paired;

    /// <summary>Whether a stranger may try at all; else it is turned away in the TLS handshake.</summary>
    public bool IsOpen => options.PairSecret.Length > 0 || ActiveCode() is not null;

    public byte[] SecretKey => secretKey.Value;

    public string CreateCode()
    {
        var text = PairingCode.Create();
        lock (gate)
        {
            code = new Code(PairingProof.KeyOfCode(PairingCode.Normalize(text)), options.Time.GetTimestamp());
        }

        return text;
    }

    /// <summary>First step: nonces are exchanged.</summary>
    public (PairingChallenge? Challenge, PeerRefusal? Refusal) Begin(PairingHello hello, string thumbprint, IPAddress from)
    {
        lock (gate)
        {
            Forget();
            if (failures.Count(failure => failure.Address.Equals(from)) >= FailuresPerMinute)
            {
                return (null, new PeerRefusal("too-many-attempts", "Too many failed attempts to pair from this address: try again in a minute."));
            }

            if (hello.Nonce.Length != PairingProof.NonceLength || !Enum.IsDefined((Rank)hello.Rank))
            {
                return (null, new PeerRefusal("malformed", "The request to pair cannot be read."));
            }

            var key = hello.Kind == "code" ? ActiveCode()?.Key : options.PairSecret.Length > 0 ? SecretKey : null;
            if (key is null)
            {
                return (null, hello.Kind == "code"
                    ? new PeerRefusal("no-code", "No pairing code is valid on that server: make one there and join within 10 minutes.")
                    : new PeerRefusal("no-secret", "That server has no pair secret (Node:PairSecret)."));
            }

            if (sessions.Count >= SessionsKept)
            {
                return (null, new PeerRefusal("too-many-attempts", "Too many attempts to pair at a time: try again in a minute."));
            }

            var nonce = RandomNumberGenerator.GetBytes(PairingProof.NonceLength);
            var proof = new PairingProof(thumbprint, identity.Thumbprint, hello.Nonce, nonce, hello.Pair, (Rank)hello.Rank, options.Rank);
            var name = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
            sessions[name] = new Session(proof, key, hello.Kind == "code", options.Time.GetTimestamp());
            return (new PairingChallenge(name, options.Rank.Number(), nonce), null);
        }
    }

    /// <summary>Second step: the proof of the other side is judged, then answered with our own.</summary>
    public (PairingAnswer? Answer, PeerRefusal? Refusal) Finish(PairingAnswer answer, string thumbprint, IPAddress from)
    {
        Session? session;
        lock (gate)
        {
            Forget();
            if (!sessions.Remove(answer.Session, out session) || session.Proof.ClientThumbprint != thumbprint)
            {
                return (null, new PeerRefusal("expired", "The attempt to pair has expired: try again."));
            }

            if (!CryptographicOperations.FixedTimeEquals(session.Proof.OfClient(session.Key), answer.Proof))
            {
                return (null, Failed(session, from));
            }

            if (session.ByCode && code?.Key != session.Key)
            {
                return (null, new PeerRefusal("no-code", "The pairing code has been used or has expired."));
            }

            code = session.ByCode ? null : code;
        }

        if (Unsuitable(session, thumbprint) is { } refusal)
        {
            return (null, refusal);
        }

        if (trust.Replace(thumbprint, out var before))
        {
            events.Paired(from.ToString(), thumbprint, before);
            Paired?.Invoke();
        }

        return (new PairingAnswer(answer.Session, session.Proof.OfServer(session.Key)), null);
    }

    private PeerRefusal? Unsuitable(Session session, string thumbprint)
    {
        if (session.Proof.Pair != options.Pair)
        {
            return new PeerRefusal("other-pair", $"That server belongs to the pair \"{options.Pair}\", this one to \"{session.Proof.Pair}\".");
        }

        if (session.Proof.ClientRank == options.Rank)
        {
            var sentence = $"Both servers are configured as server #{options.Rank.Number()}: check Node:LocalAddress on both.";
            events.Raise("peer-same-rank", thumbprint, sentence, Severity.Alarm);
            return new PeerRefusal("same-rank", sentence);
        }

        if (!session.ByCode && trust.IsRevoked(thumbprint))
        {
            events.CertificateRefused(thumbprint, "a server that was replaced");
            return new PeerRefusal("revoked", "This server was replaced by another one: join again with a one-time code.");
        }

        return null;
    }

    private PeerRefusal Failed(Session session, IPAddress from)
    {
        failures.Add((from, options.Time.GetTimestamp()));
        if (session.ByCode)
        {
            if (code is not null && code.Key == session.Key && ++code.Tries >= TriesPerCode)
            {
                code = null;
            }

            return new PeerRefusal("wrong-code", "The pairing code is wrong.");
        }

        events.Raise("peer-other-secret", from.ToString(), $"The server at {from} has another pair's secret: refused. Node:PairSecret must be the same on both.", Severity.Alarm);
        return new PeerRefusal("other-secret", "That server has another pair's secret: Node:PairSecret must be the same on both.");
    }

    private Code? ActiveCode()
    {
        lock (gate)
        {
            if (code is not null && options.Time.GetElapsedTime(code.Since) >= CodeLifetime)
            {
                code = null;
            }

            return code;
        }
    }

    private void Forget()
    {
        failures.RemoveAll(failure => options.Time.GetElapsedTime(failure.At) >= FailureMemory);
        foreach (var old in sessions.Where(pair => options.Time.GetElapsedTime(pair.Value.Since) >= SessionLifetime).Select(pair => pair.Key).ToList())
        {
            sessions.Remove(old);
        }
    }

    private sealed record Session(PairingProof Proof, byte[] Key, bool ByCode, long Since);

    private sealed class Code(byte[] key, long since)
    {
        public byte[] Key { get; } = key;

        public long Since { get; } = since;

        public int Tries { get; set; }
    }
}
