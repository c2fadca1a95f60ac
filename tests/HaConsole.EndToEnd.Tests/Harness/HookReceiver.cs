using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;

namespace HaConsole.EndToEnd.Tests.Harness;

/// <summary>A web server of this process that takes webhooks, when it is started.</summary>
internal sealed class HookReceiver : IDisposable
{
    private readonly HttpListener listener = new();

    public HookReceiver()
    {
        using var free = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        free.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
        listener.Prefixes.Add(Url);
    }

    public string Url { get; }

    /// <summary>Ids of the messages, in the order in which they came.</summary>
    public ConcurrentQueue<string> Ids { get; } = new();

    /// <summary>Server and kind of each event.</summary>
    public ConcurrentQueue<(int Server, string Kind)> Events { get; } = new();

    public void Start()
    {
        listener.Start();
        _ = TakeAsync();
    }

    public void Dispose() => listener.Close();

    private async Task TakeAsync()
    {
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream);
                var body = JsonNode.Parse(await reader.ReadToEndAsync())!;
                foreach (var entry in body["events"]!.AsArray())
                {
                    Events.Enqueue(((int)entry!["server"]!, (string)entry["kind"]!));
                }

                Ids.Enqueue((string)body["id"]!);
                context.Response.StatusCode = 204;
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // It is closed.
        }
    }
}
