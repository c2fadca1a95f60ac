using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HaConsole.Web.Model.Drills;

/// <summary>Asks a server for its role, as a load balancer does.</summary>
public interface IRoleUrls
{
    /// <summary>The answer of <c>mod=FT</c>, at most 64 characters; null when there is none within the timeout.</summary>
    Task<string?> AskAsync(string address, TimeSpan timeout, CancellationToken cancellationToken);
}

/// <summary>Asks <c>http://address:port/IPSCFG/admin/monitor.aspx?mod=FT</c> with a connection of its own for each request.</summary>
public sealed class RoleUrls : IRoleUrls, IDisposable
{
    private const int LongestAnswer = 64;
    private readonly int port;
    private readonly HttpClient client;

    /// <summary>Makes a client.</summary>
    /// <param name="port">Port of the health URLs, the same on both servers.</param>
    public RoleUrls(int port)
    {
        this.port = port;
        client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            PooledConnectionLifetime = TimeSpan.Zero,
            MaxResponseDrainSize = 0,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <inheritdoc/>
    public async Task<string?> AskAsync(string address, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        try
        {
            var host = IPAddress.TryParse(address, out var ip) && ip.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address;
            using var response = await client.GetAsync(new Uri($"http://{host}:{port}/IPSCFG/admin/monitor.aspx?mod=FT&{Health.HealthMiddleware.MeterMark}"), HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                return null;
            }

            await using var stream = await response.Content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false);
            var buffer = new byte[LongestAnswer];
            var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, deadline.Token).ConfigureAwait(false);
            return Encoding.ASCII.GetString(buffer, 0, length).Trim();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or UriFormatException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();
}
