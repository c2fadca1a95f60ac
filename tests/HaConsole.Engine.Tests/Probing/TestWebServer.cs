using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HaConsole.Engine.Tests.Probing;

/// <summary>Answers every request with raw bytes that the test gives; null = never.</summary>
internal sealed class TestWebServer : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly CancellationTokenSource stop = new();
    private readonly Func<string, string?> answer;
    private readonly Task running;
    private int connections;

    public TestWebServer(Func<string, string?> answer, string address = "127.0.0.41")
    {
        this.answer = answer;
        Address = address;
        listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();
        running = AcceptAsync();
    }

    public string Address { get; }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public int Connections => Volatile.Read(ref connections);

    public static string Ok(string body) => $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
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
                open.Add(ServeAsync(await listener.AcceptTcpClientAsync(stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            Interlocked.Increment(ref connections);
            try
            {
                var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                var first = await reader.ReadLineAsync(stop.Token) ?? "";
                while (await reader.ReadLineAsync(stop.Token) is { Length: > 0 })
                {
                }

                if (answer(first) is { } text)
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(text), stop.Token);
                    return;
                }

                // Holds the connection until the client gives up.
                await reader.ReadLineAsync(stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException)
            {
                // The test has ended, or the client has gone before it could be served.
            }
        }
    }
}
