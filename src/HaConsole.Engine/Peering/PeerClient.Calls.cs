namespace HaConsole.Engine.Peering;

/// <content>Requests and streams on the connection.</content>
internal sealed partial class PeerClient
{
    /// <summary>Sends a request on the connection to the peer; null when there is no peer or it is not paired.</summary>
    public async Task<HttpResponseMessage?> SendAsync(HttpMethod method, string route, HttpContent? content, CancellationToken cancellationToken)
    {
        if (Channel() is not { } used)
        {
            return null;
        }

        try
        {
            var response = await used.SendAsync(method, route, content, HttpCompletionOption.ResponseContentRead, cancellationToken);
            silence.Answered();
            return response;
        }
        catch (HttpRequestException e)
        {
            NoteFailure(PeerFailure.Describe(e, used.Peer));
            throw;
        }
        catch (OperationCanceledException)
        {
            Silent(used);
            throw;
        }
    }

    /// <summary>Opens a connection of its own that becomes a stream.</summary>
    /// <exception cref="IOException">There is no connection; the message says why.</exception>
    public async Task<Stream> OpenStreamAsync(string route, string protocol, CancellationToken cancellationToken)
    {
        if (Status.State != PeerLinkState.Connected || Channel() is not { } used)
        {
            throw new IOException("The other server is not connected.");
        }

        try
        {
            return await used.OpenStreamAsync(route, protocol, directOnly: false, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new IOException(PeerFailure.Describe(e, used.Peer), e);
        }
    }

    /// <summary>Opens a connection of our own that the peer may use as if it had made it.</summary>
    /// <exception cref="IOException">There is no connection, or the peer does not want any.</exception>
    public async Task<Stream> OpenOfferAsync(CancellationToken cancellationToken)
    {
        if (Status.State != PeerLinkState.Connected || Channel() is not { IsReverse: false } used)
        {
            throw new IOException("The other server is not connected.");
        }

        try
        {
            return await used.OpenStreamAsync(PeerRoutes.Reverse, PeerRoutes.ReverseProtocol, directOnly: true, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or ObjectDisposedException)
        {
            throw new IOException(PeerFailure.Describe(e, used.Peer), e);
        }
    }
}
