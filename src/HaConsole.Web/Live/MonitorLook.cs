using System.Text;
using HaConsole.Web.Model.Settings;

namespace HaConsole.Web.Live;

/// <summary>What a health URL answers.</summary>
/// <param name="Text">Body, shortened; or why there is none.</param>
/// <param name="Answered">It answered with HTTP 200.</param>
public sealed record MonitorAnswer(string Text, bool Answered);

/// <summary>Asks health URLs as a load balancer would, and reads what this server would answer.</summary>
public sealed class MonitorLook(ConsoleEngine engine) : IDisposable
{
    private const int MostBytes = 500;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ConnectTimeout = Patience })
    {
        Timeout = Patience,
        MaxResponseContentBufferSize = 64 * 1024,
    };

    /// <summary>What this server answers now, for each of <see cref="MonitorUrls.Modes"/>.</summary>
    public IReadOnlyList<MonitorAnswer> Own()
    {
        var health = engine.Run.Health;
        return [new("OK", true), new(Encoding.ASCII.GetString(health.Application.Span), true), new(Encoding.ASCII.GetString(health.FaultTolerance.Span), true)];
    }

    /// <summary>What another server answers.</summary>
    public async Task<MonitorAnswer> AskAsync(string url, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await client.GetAsync(new Uri(url), cancellationToken).ConfigureAwait(false);
            var body = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            var text = body.Length > MostBytes ? body[..MostBytes] + "…" : body;
            return response.IsSuccessStatusCode ? new MonitorAnswer(text, true) : new MonitorAnswer($"HTTP {(int)response.StatusCode}", false);
        }
        catch (Exception e) when (e is HttpRequestException or UriFormatException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new MonitorAnswer(e is OperationCanceledException ? "timeout (2 s)" : e.InnerException?.Message ?? e.Message, false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();
}
