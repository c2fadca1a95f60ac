using System.Net.Sockets;
using System.Text;
using HaConsole.Engine.Peering;

namespace HaConsole.Web.Api;

/// <summary>
/// Carries out an operator's command that arrives by way of the peer: it goes through the own control socket, so that it meets the very
/// same checks and gives the very same answers as if it had been typed here.
/// </summary>
public sealed class ApiDispatcher : IDisposable
{
    private static readonly string[] Passed = ["If-Match", ApiExchange.OwnerHeader];
    private readonly HttpClient client;

    /// <summary>A dispatcher for the server with that control socket.</summary>
    public ApiDispatcher(string controlPath) => client = ControlHttp.Create(controlPath, Timeout.InfiniteTimeSpan);

    /// <summary>Carries out one call; one that is not of the API is answered with 404.</summary>
    public async Task<ForwardedResponse> DispatchAsync(ForwardedRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!request.Path.StartsWith("/api/v1/", StringComparison.Ordinal))
        {
            return new ForwardedResponse(StatusCodes.Status404NotFound, "", new Dictionary<string, string>());
        }

        using var message = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(ControlHttp.BaseAddress, request.Path));
        if (request.Body.Length > 0)
        {
            message.Content = new StringContent(request.Body, Encoding.UTF8, "application/json");
        }

        foreach (var name in Passed)
        {
            if (request.Headers.TryGetValue(name, out var value))
            {
                message.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var response = await client.SendAsync(message, cancellationToken).ConfigureAwait(false);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (response.Headers.ETag is { } tag)
        {
            headers["ETag"] = tag.ToString();
        }

        if (response.Content.Headers.ContentType is { } type)
        {
            headers["Content-Type"] = type.ToString();
        }

        return new ForwardedResponse((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false), headers);
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();
}

/// <summary>HTTP over the control socket.</summary>
public static class ControlHttp
{
    /// <summary>Any name does: the socket says which server is meant.</summary>
    public static Uri BaseAddress { get; } = new("http://haconsole/");

    /// <summary>A client of the server behind that socket.</summary>
    public static HttpClient Create(string path, TimeSpan timeout)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        return new HttpClient(handler) { BaseAddress = BaseAddress, Timeout = timeout };
    }
}
