using System.Net;

namespace HaConsole.Engine.Peering;

/// <summary>Holds the stream whose end is the loss of the link, and passes from one to the next without a loss when the certificate is renewed.</summary>
internal sealed class LinkHold : IDisposable
{
    private readonly Lock gate = new();
    private CancellationTokenSource holding = new();
    private HeldStream? handedOver;

    /// <summary>Asks the peer for a stream.</summary>
    /// <exception cref="PeerRefusedException">The peer says no.</exception>
    public static async Task<HeldStream> OpenAsync(PeerChannel used, CancellationToken cancellationToken)
    {
        var response = await used.SendAsync(HttpMethod.Get, PeerRoutes.Link, null, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode == HttpStatusCode.OK)
        {
            return new HeldStream(response, await response.Content.ReadAsStreamAsync(cancellationToken));
        }

        using (response)
        {
            var refusal = await PeerFailure.RefusalAsync(response, cancellationToken);
            throw new PeerRefusedException(refusal.Code, refusal.Message);
        }
    }

    /// <summary>Before a stream is held.</summary>
    public void Begin()
    {
        lock (gate)
        {
            holding.Dispose();
            holding = new CancellationTokenSource();
        }
    }

    /// <summary>Ends the stream that is held: it would outlive the disposal of its channel.</summary>
    public void End()
    {
        lock (gate)
        {
            holding.Cancel();
        }
    }

    /// <summary>Another stream takes the place of the one that is held.</summary>
    public void HandOver(HeldStream next)
    {
        lock (gate)
        {
            handedOver = next;
            holding.Cancel();
        }
    }

    /// <summary>Holds the stream, and those that take its place, until the link is lost; the reason, or null when it was given up.</summary>
    public async Task<string?> ReadToEndAsync(HeldStream first, CancellationToken cancellationToken)
    {
        string? why = null;
        for (var current = first; current is not null; current = TakeHandedOver())
        {
            using (current)
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(Token(), cancellationToken);
                why = await current.ReadToEndAsync(either.Token);
            }
        }

        return why;
    }

    public void Dispose()
    {
        handedOver?.Dispose();
        holding.Dispose();
    }

    private CancellationToken Token()
    {
        lock (gate)
        {
            return holding.Token;
        }
    }

    /// <summary>The stream that follows the one that ended; null when the link is lost.</summary>
    private HeldStream? TakeHandedOver()
    {
        lock (gate)
        {
            var next = handedOver;
            handedOver = null;
            holding.Dispose();
            holding = new CancellationTokenSource();
            return next;
        }
    }
}
