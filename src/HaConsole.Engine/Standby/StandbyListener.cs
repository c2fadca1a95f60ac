using System.Net;
using System.Net.Sockets;

namespace HaConsole.Engine.Standby;

/// <summary>
/// Listens on a service's port while the service does not run here, and answers each connection once. Whatever it does is bounded, and closing it
/// frees the port at once: connections are reset, so that none lingers in the port of a service that does not expect it.
/// </summary>
internal sealed class StandbyListener : IDisposable
{
    /// <summary>Connections at a time; further ones are reset.</summary>
    public const int MostConnections = 64;

    /// <summary>Time for a request to arrive, and for its answer to be taken.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly HashSet<Socket> open = [];
    private readonly Func<byte[], int, byte[]> answer;
    private readonly Socket socket;
    private bool disposed;

    /// <summary>Listens.</summary>
    /// <param name="address">Own address of this server: others of the same machine may be another server's.</param>
    /// <param name="port">The service's port.</param>
    /// <param name="answer">Makes the answer of what has arrived.</param>
    /// <exception cref="SocketException">The port is taken, or may not be listened on.</exception>
    public StandbyListener(IPAddress address, int port, Func<byte[], int, byte[]> answer)
    {
        this.answer = answer;
        // The platform sets SO_REUSEADDR by itself, which is what is wanted. The option of that name here would add SO_REUSEPORT, with which
        // two programs could listen side by side.
        socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(MostConnections);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        _ = AcceptAsync();
    }

    /// <summary>Connections that were answered.</summary>
    public long Answered { get; private set; }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)socket.LocalEndPoint!;

    /// <summary>Frees the port; when it returns, another program can have it.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            socket.Dispose();
            foreach (var connection in open)
            {
                Reset(connection);
            }

            open.Clear();
        }
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket connection;
            try
            {
                connection = await socket.AcceptAsync();
            }
            catch (SocketException)
            {
                if (disposed)
                {
                    return;
                }

                // Aborted before it was taken, or no descriptor is left for the moment.
                await Task.Delay(TimeSpan.FromMilliseconds(50));
                continue;
            }
            catch (ObjectDisposedException)
            {
                return;
            }

            lock (gate)
            {
                if (disposed || open.Count >= MostConnections)
                {
                    Reset(connection);
                    continue;
                }

                open.Add(connection);
            }

            _ = ServeAsync(connection);
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            var buffer = new byte[StandbyAnswer.MostBytes];
            var length = 0;
            while (length < buffer.Length && buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0)
            {
                var read = await connection.ReceiveAsync(buffer.AsMemory(length), limit.Token);
                if (read == 0)
                {
                    return;
                }

                length += read;
            }

            await connection.SendAsync(answer(buffer, length), limit.Token);
            Answered++;
            // The client closes first: whoever does so is left with the remains of the connection for a minute, and here that would be in the
            // way of the service. What it still sends is not wanted.
            while (await connection.ReceiveAsync(buffer, limit.Token) > 0)
            {
                continue;
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Gone, too slow, or the port is needed.
        }
        finally
        {
            lock (gate)
            {
                open.Remove(connection);
                Reset(connection);
            }
        }
    }

    private static void Reset(Socket connection)
    {
        try
        {
            connection.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed already.
        }

        connection.Dispose();
    }
}
