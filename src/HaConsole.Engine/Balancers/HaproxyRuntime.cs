using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace HaConsole.Engine.Balancers;

/// <summary>Exchanges with HAProxy's runtime API.</summary>
public static class HaproxyRuntime
{
    private const int LongestAnswer = 1 << 20;

    /// <summary>Sends commands in one line and reads the answer to its end.</summary>
    /// <param name="endpoint">Path of a socket, or <c>host:port</c>.</param>
    /// <param name="commands">Commands; none may hold a line end or a semicolon.</param>
    /// <param name="timeout">For all of it.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="IOException">It cannot be reached, breaks off, or does not answer in time.</exception>
    public static async Task<string> SendAsync(string endpoint, IEnumerable<string> commands, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        if (endpoint.StartsWith('/') && !File.Exists(endpoint))
        {
            // The platform's own word for it speaks of addresses.
            throw new IOException("there is no such socket");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            using var socket = await ConnectAsync(endpoint, limit.Token);
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Join(';', commands) + "\n"), limit.Token);
            var answer = new MemoryStream();
            var buffer = new byte[16384];
            while (answer.Length < LongestAnswer && await stream.ReadAsync(buffer, limit.Token) is > 0 and var read)
            {
                answer.Write(buffer, 0, read);
            }

            return Encoding.UTF8.GetString(answer.GetBuffer(), 0, (int)answer.Length);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"no answer within {timeout.TotalSeconds:0.###} s"));
        }
        catch (SocketException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    private static async Task<Socket> ConnectAsync(string endpoint, CancellationToken cancellationToken)
    {
        var local = endpoint[0] == '/';
        var socket = local ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (local)
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(endpoint), cancellationToken);
            }
            else
            {
                var colon = endpoint.LastIndexOf(':');
                await socket.ConnectAsync(endpoint[..colon].Trim('[', ']'), int.Parse(endpoint.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture), cancellationToken);
            }

            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
