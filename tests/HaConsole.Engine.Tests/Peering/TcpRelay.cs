using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace HaConsole.Engine.Tests.Peering;

/// <summary>A network between two servers: relays TCP with a delay, counts bytes and pieces, can fall silent or cut.</summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly IPEndPoint target;
    private readonly TimeSpan delay;
    private readonly CancellationTokenSource stop = new();
    private readonly List<Socket> sockets = [];
    private readonly Task running;
    private long bytes;
    private long pieces;
    private volatile bool silent;

    public TcpRelay(string address, string targetAddress, int targetPort, TimeSpan delay = default)
    {
        target = new IPEndPoint(IPAddress.Parse(targetAddress), targetPort);
        this.delay = delay;
        listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();
        running = AcceptAsync();
    }

    public string Address => listener.LocalEndpoint.ToString()!;

    /// <summary>Bytes of both directions, without TCP/IP headers.</summary>
    public long Bytes => Interlocked.Read(ref bytes);

    /// <summary>Reads that brought something: about one for each packet with data.</summary>
    public long Pieces => Interlocked.Read(ref pieces);

    /// <summary>Swallows everything from now on, as a firewall that drops.</summary>
    public bool Silent
    {
        get => silent;
        set => silent = value;
    }

    /// <summary>Breaks all connections.</summary>
    public void Cut()
    {
        lock (sockets)
        {
            sockets.ForEach(socket => socket.Close(0));
            sockets.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        Cut();
        await running;
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                open.Add(RelayAsync(await listener.AcceptSocketAsync(stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task RelayAsync(Socket near)
    {
        var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.NoDelay = true;
        lock (sockets)
        {
            sockets.Add(near);
            sockets.Add(far);
        }

        try
        {
            await far.ConnectAsync(target, stop.Token);
            await Task.WhenAll(PumpAsync(near, far), PumpAsync(far, near));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            near.Close(0);
            far.Close(0);
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var queue = Channel.CreateUnbounded<(byte[] Data, long Due)>();
        var sending = SendAsync(to, queue.Reader);
        var buffer = new byte[65536];
        try
        {
            int length;
            while ((length = await from.ReceiveAsync(buffer, stop.Token)) > 0)
            {
                Interlocked.Add(ref bytes, length);
                Interlocked.Increment(ref pieces);
                queue.Writer.TryWrite((buffer[..length], TimeProvider.System.GetTimestamp()));
            }
        }
        finally
        {
            queue.Writer.TryComplete();
            await sending;
            to.Close(0);
            from.Close(0);
        }
    }

    private async Task SendAsync(Socket to, ChannelReader<(byte[] Data, long Received)> queue)
    {
        try
        {
            await foreach (var (data, received) in queue.ReadAllAsync(stop.Token))
            {
                if (delay - TimeProvider.System.GetElapsedTime(received) is { } rest && rest > TimeSpan.Zero)
                {
                    await Task.Delay(rest, stop.Token);
                }

                if (!silent)
                {
                    await to.SendAsync(data, stop.Token);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // One end has gone: the other is closed by the pump.
        }
    }
}
