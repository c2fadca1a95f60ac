using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace HaConsole.Engine.Peering;

/// <summary>Offers connections to the peer on one path, one idle at a time, for as long as they are wanted; what it takes is served as if it had connected.</summary>
internal sealed class ReverseOffer(PeerPath path, PeerClient client, PeerTransport transport, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>After a refusal: an older peer does not know offers.</summary>
    private static readonly TimeSpan LongPause = TimeSpan.FromSeconds(10);
    private CancellationTokenSource? stop;
    private Task running = Task.CompletedTask;

    /// <summary>Begins or ends to offer. Called by one thread at a time.</summary>
    public void Keep(bool wanted)
    {
        if (wanted && stop is null && running.IsCompleted)
        {
            stop = new CancellationTokenSource();
            var token = stop.Token;
            running = Task.Run(() => RunAsync(token));
        }
        else if (!wanted && stop is not null)
        {
            stop.Cancel();
            stop.Dispose();
            stop = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Keep(false);
        await running;
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var pause = Pause;
            try
            {
                pause = await OfferOneAsync(cancellationToken) ? TimeSpan.Zero : Pause;
            }
            catch (OperationCanceledException)
            {
                // No longer wanted, or the peer did not answer in time.
            }
            catch (IOException)
            {
                pause = LongPause;
            }

            await Task.Delay(pause, time, cancellationToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <summary>False when the offer ended without having been taken.</summary>
    private async Task<bool> OfferOneAsync(CancellationToken cancellationToken)
    {
        var stream = await client.OpenOfferAsync(cancellationToken);
        try
        {
            if (await stream.ReadAsync(new byte[1], cancellationToken) != 1)
            {
                await stream.DisposeAsync();
                return false;
            }

            await stream.WriteAsync(new byte[] { 1 }, CancellationToken.None);
            await stream.FlushAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            await stream.DisposeAsync();
            return false;
        }

        transport.Add(new ReverseConnection(stream, path));
        return true;
    }
}

/// <summary>A connection that this server has made and that it serves; its local port is 0, by which it is told from those of the peer.</summary>
internal sealed class ReverseConnection : DefaultConnectionContext
{
    private static long count;
    private readonly Stream stream;

    public ReverseConnection(Stream stream, PeerPath path)
        : base("reverse-" + Interlocked.Increment(ref count), new Both(PipeReader.Create(stream), PipeWriter.Create(stream)), null!)
    {
        this.stream = stream;
        LocalEndPoint = new IPEndPoint(IPAddress.Parse(path.Local), 0);
        RemoteEndPoint = PeerEndPoint.TryParse(path.Peer, 0, out var peer) ? new IPEndPoint(peer.Address, 0) : new IPEndPoint(IPAddress.None, 0);
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        stream.Dispose();
        base.Abort(abortReason);
    }

    public override async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        await base.DisposeAsync();
    }

    private sealed class Both(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
