using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace HaConsole.Engine.Services;

/// <summary>HTTP calls to managed services; the answer is a text: empty when it was 2xx, else what was wrong.</summary>
internal static class ServiceHttp
{
    private static readonly HttpClient Client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.FromSeconds(30),
    })
    {
        Timeout = TimeSpan.FromSeconds(5),
    };

    internal static Task<string> GetAsync(string url, CancellationToken cancellationToken) =>
        SendAsync(() => new HttpRequestMessage(HttpMethod.Get, url), cancellationToken);

    internal static Task<string> PostAsync(string url, string json, CancellationToken cancellationToken) => SendAsync(
        () => new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        },
        cancellationToken);

    private static async Task<string> SendAsync(Func<HttpRequestMessage> create, CancellationToken cancellationToken)
    {
        try
        {
            using var request = create();
            using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.IsSuccessStatusCode ? "" : string.Create(CultureInfo.InvariantCulture, $"answered {(int)response.StatusCode}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "no answer within 5 s";
        }
        catch (Exception e) when (e is HttpRequestException or UriFormatException or InvalidOperationException or NotSupportedException)
        {
            return e.Message;
        }
    }
}
