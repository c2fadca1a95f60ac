using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Notifications.Senders;

/// <summary>
/// Posts a JSON body. Redirects are not followed, no cookies and no proxy of the environment are used: a message goes to the configured URL
/// or nowhere.
/// </summary>
internal sealed class WebhookSender(IPublicUrl urls, TimeProvider time) : ISender
{
    private const int MostRead = 2048;

    /// <inheritdoc/>
    public Task<DeliveryResult> SendAsync(NotificationChannel channel, NotificationMessage message, CancellationToken cancellationToken)
    {
        var dialogue = new List<string>();
        return Sending.WithinAsync(channel, dialogue, token => PostAsync(channel, message, dialogue, token), cancellationToken);
    }

    /// <summary>The signature: HMAC-SHA256 over the timestamp, a dot and the body.</summary>
    public static string Signature(string key, string timestamp, string body)
        => "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(timestamp + "." + body)));

    private async Task<DeliveryResult> PostAsync(NotificationChannel channel, NotificationMessage message, List<string> dialogue, CancellationToken cancellationToken)
    {
        var inUrl = channel.Url.Contains("{token}", StringComparison.Ordinal);
        var url = new Uri(channel.Url.Replace("{token}", channel.Token, StringComparison.Ordinal));
        if (url.Scheme is not ("http" or "https"))
        {
            return Sending.Failed("only http and https are used", refused: true);
        }

        var body = WebhookBody.Of(channel.Template, message, urls.Console);
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var handler = Handler(channel);
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("HaConsole", "1"));
        request.Headers.Add("X-HaConsole-Event", message.Id);
        request.Headers.Add("X-HaConsole-Timestamp", timestamp);
        request.Headers.Add("Idempotency-Key", message.Id);
        if (channel.SigningKey.Length > 0)
        {
            request.Headers.Add("X-HaConsole-Signature", Signature(channel.SigningKey, timestamp, body));
        }

        if (!inUrl && channel.Token.Length > 0)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", channel.Token);
        }

        dialogue.Add($"> POST {channel.Url}, {Encoding.UTF8.GetByteCount(body)} bytes");
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        var said = await ReadAsync(response, cancellationToken).ConfigureAwait(false);
        var status = (int)response.StatusCode;
        var answer = $"HTTP {status} {response.ReasonPhrase}{(said.Length > 0 ? ": " + said : "")}";
        dialogue.Add("< " + Sending.Short(answer));
        if (status is >= 200 and < 300)
        {
            return Sending.Ok(answer, dialogue);
        }

        var refused = status is >= 400 and < 500 && response.StatusCode is not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or (HttpStatusCode)425);
        return Sending.Failed(status is >= 300 and < 400 ? answer + " (redirects are not followed)" : answer, refused, dialogue);
    }

    private static SocketsHttpHandler Handler(NotificationChannel channel)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, MaxResponseHeadersLength = 16 };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) => Sending.Accepts(channel, certificate, errors);
        return handler;
    }

    private static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = new byte[MostRead];
            var count = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return Sending.Short(Encoding.UTF8.GetString(buffer, 0, count).Trim());
        }
    }
}
