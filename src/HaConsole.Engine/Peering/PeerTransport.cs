using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace HaConsole.Engine.Peering;

/// <summary>Where the peer link's server gets its connections from: the sockets of all paths, and those that the peer has taken from our offers.</summary>
internal sealed class PeerTransport : IConnectionListenerFactory, IConnectionListener
{
    private readonly Channel<ConnectionContext> incoming = Channel.CreateUnbounded<ConnectionContext>();

    public EndPoint EndPoint { get; private set; } = new IPEndPoint(IPAddress.Any, 0);

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        EndPoint = endpoint;
        return ValueTask.FromResult<IConnectionListener>(this);
    }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await incoming.Reader.WaitToReadAsync(cancellationToken))
        {
            if (incoming.Reader.TryRead(out var connection))
            {
                return connection;
            }
        }

        return null;
    }

    /// <summary>Has a connection served; closes it when nothing is served any more.</summary>
    public void Add(ConnectionContext connection)
    {
        if (!incoming.Writer.TryWrite(connection))
        {
            _ = connection.DisposeAsync().AsTask();
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        incoming.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();
}
