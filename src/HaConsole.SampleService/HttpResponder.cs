using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HaConsole.SampleService;

/// <summary>Answers every HTTP/1.1 request with who it is: <c>key=value</c> lines, one answer per connection.</summary>
internal sealed class HttpResponder : IDisposable
{
    private const int SolSocket = 1;
    private const int SoReuseAddress = 2;
    private static readonly TimeSpan ClientTimeout = TimeSpan.FromSeconds(5);

    private readonly Socket listener;
    private readonly ServiceOptions options;
    private readonly long started = Environment.TickCount64;
    private readonly string epoch = Environment.GetEnvironmentVariable("HACONSOLE_EPOCH") ?? "0";

    /// <summary>Listens from here on.</summary>
    public HttpResponder(ServiceOptions options)
    {
        this.options = options;
        listener = new Socket(options.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);

        // The raw option: .NET's own ReuseAddress adds SO_REUSEPORT, with which two copies could listen side by side.
        listener.SetRawSocketOption(SolSocket, SoReuseAddress, BitConverter.GetBytes(1));
        listener.Bind(new IPEndPoint(options.Address, options.Port));
        listener.Listen(512);
    }

    /// <summary>Address and port that it listens on.</summary>
    public EndPoint EndPoint => listener.LocalEndPoint!;

    /// <summary>Answers until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var client = await listener.AcceptAsync(cancellationToken).ConfigureAwait(false);
            _ = AnswerAsync(client);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => listener.Dispose();

    private async Task AnswerAsync(Socket client)
    {
        using (client)
        using (var deadline = new CancellationTokenSource(ClientTimeout))
        {
            try
            {
                if (await ReadRequestAsync(client, deadline.Token).ConfigureAwait(false) is { } isHead)
                {
                    await client.SendAsync(Answer(isHead), deadline.Token).ConfigureAwait(false);
                    client.Shutdown(SocketShutdown.Send);
                }
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // The client went away or never finished its request: nobody is left to tell.
            }
        }
    }

    /// <summary>Reads up to the empty line; whether it was a HEAD request, null when the client closed before.</summary>
    private static async Task<bool?> ReadRequestAsync(Socket client, CancellationToken cancellationToken)
    {
        var buffer = new byte[8192];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await client.ReceiveAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return null;
            }

            length += read;
            if (buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) >= 0)
            {
                return buffer.AsSpan(0, length).StartsWith("HEAD "u8);
            }
        }

        return null;
    }

    private byte[] Answer(bool isHead)
    {
        var uptime = ((Environment.TickCount64 - started) / 1000.0).ToString("0.000", CultureInfo.InvariantCulture);
        var body = $"server={options.Name}\naddress={options.Address}\npid={Environment.ProcessId}\nepoch={epoch}\nuptime={uptime}\n";
        var head = $"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n";
        return Encoding.UTF8.GetBytes(isHead ? head : head + body);
    }
}
