using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace HaConsole.Engine.Probing;

/// <summary>Answer of a monitor URL: status and the start of the body.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">Body without white space around it; at most <see cref="MonitorClient.LongestBody"/> bytes.</param>
internal sealed record MonitorAnswer(HttpStatusCode Status, string Body);

/// <summary>
/// Asks monitor URLs as a load balancer does: no proxy, no cookies, no redirects, a connection of its own for each request, so that
/// every answer also says that the server takes new connections.
/// </summary>
internal sealed class MonitorClient : IDisposable
{
    public const int LongestBody = 1024;
    private const int LongestHeadersKilobytes = 16;
    private static readonly HttpRequestOptionsKey<CancellationToken> Deadline = new("deadline");
    private readonly string scheme;
    private readonly HttpClient client;

    public MonitorClient(bool https)
    {
        Peering.HttpPings.TurnOff();
        scheme = https ? "https" : "http";
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            PooledConnectionLifetime = TimeSpan.Zero,
            MaxResponseHeadersLength = LongestHeadersKilobytes,
            MaxResponseDrainSize = 0,
            ConnectCallback = ConnectAsync,
        };
        client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.CacheControl = new CacheControlHeaderValue { NoCache = true };
    }

    /// <summary>Asks <c>/IPSCFG/admin/monitor.aspx?{query}</c>; throws when there is no HTTP answer.</summary>
    public async Task<MonitorAnswer> AskAsync(string address, int port, string query, bool needsBody, CancellationToken cancellationToken)
    {
        var host = IPAddress.TryParse(address, out var ip) && ip.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address;
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{scheme}://{host}:{port}/IPSCFG/admin/monitor.aspx?{query}");
        request.Options.Set(Deadline, cancellationToken);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK || !needsBody)
        {
            return new MonitorAnswer(response.StatusCode, "");
        }

        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[LongestBody];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return new MonitorAnswer(response.StatusCode, Encoding.UTF8.GetString(buffer, 0, length).Trim());
    }

    public void Dispose() => client.Dispose();

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        // The handler would go on connecting for seconds after the request has ended; a probe's connection ends with the probe.
        context.InitialRequestMessage.Options.TryGetValue(Deadline, out var deadline);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, either.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
