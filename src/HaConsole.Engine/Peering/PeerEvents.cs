using HaConsole.Failover;

namespace HaConsole.Engine.Peering;

/// <summary>Events of the link, each at most once a minute for the same cause: a stranger who knocks all day must not fill the journal.</summary>
internal sealed class PeerEvents(TimeProvider time)
{
    private const int CausesKept = 64;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private readonly Dictionary<(string Kind, string Cause), long> raised = [];
    private readonly Lock gate = new();

    public IPeerLinkHandler? Handler { get; set; }

    public void Raise(string kind, string cause, string sentence, Severity severity)
    {
        lock (gate)
        {
            if (raised.TryGetValue((kind, cause), out var last) && time.GetElapsedTime(last) < Pause)
            {
                return;
            }

            foreach (var old in raised.Where(pair => time.GetElapsedTime(pair.Value) >= Pause).Select(pair => pair.Key).ToList())
            {
                raised.Remove(old);
            }

            if (raised.Count >= CausesKept)
            {
                return;
            }

            raised[(kind, cause)] = time.GetTimestamp();
        }

        Handler?.LinkEvent(kind, sentence, severity);
    }

    /// <summary>A certificate that is not the peer's.</summary>
    public void CertificateRefused(string thumbprint, string from)
        => Raise(
            "peer-certificate-refused",
            thumbprint,
            $"The certificate with SHA-256 thumbprint {thumbprint} at {from} is not that of the peer: refused. If the peer was replaced, pair again.",
            Severity.Alarm);

    /// <summary>The peer's certificate has been pinned.</summary>
    public void Paired(string with, string thumbprint, string before)
    {
        if (before.Length > 0)
        {
            Raise("peer-replaced", thumbprint, $"Paired anew with the server at {with}, certificate {thumbprint}; the old one {before} is refused from now on.", Severity.Warning);
            return;
        }

        Raise("peer-paired", thumbprint, $"Paired with the server at {with}, certificate {thumbprint}.", Severity.Info);
    }
}
