using System.Globalization;
using System.Net.Security;
using System.Text;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Checks;

/// <summary>Asks a URL and compares the answer with what the check expects of status, headers, body and certificate.</summary>
internal static class HttpLook
{
    private const int MostBody = 256 * 1024;

    private static readonly HttpMessageInvoker Http = new(Handler());

    public static async Task<CheckLook> LookAsync(CheckDefinition check, DateTimeOffset now, CancellationToken cancellationToken)
    {
        DateTimeOffset? validUntil = null;
        HttpMessageInvoker? own = null;
        try
        {
            if (check.LeastDays > 0)
            {
                var handler = Handler();
                handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                {
                    validUntil = CertificateDays.EndOf(certificate);
                    return errors == SslPolicyErrors.None;
                };
                own = new HttpMessageInvoker(handler);
            }

            using var request = new HttpRequestMessage(HttpMethod.Get, check.Url);
            using var response = await (own ?? Http).SendAsync(request, cancellationToken).ConfigureAwait(false);
            var status = (int)response.StatusCode;
            var said = string.Create(CultureInfo.InvariantCulture, $"HTTP {status}");
            if (StatusList.Read(check.ExpectedStatus)?.Any(range => status >= range.From && status <= range.To) != true)
            {
                return new CheckLook(false, said);
            }

            var problem = HeaderProblem(check.Header, response)
                ?? (check.BodyContains.Length + check.BodyLacks.Length > 0 ? await BodyProblemAsync(check, response, cancellationToken).ConfigureAwait(false) : null);
            if (problem is not null)
            {
                return new CheckLook(false, $"{said}: {problem}");
            }

            if (check.LeastDays == 0)
            {
                return new CheckLook(true, said);
            }

            return validUntil is { } end ? CertificateDays.Judge(end, check.LeastDays, now, said) : new CheckLook(false, $"{said}: no certificate, the URL is no https");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UriFormatException or InvalidOperationException or NotSupportedException)
        {
            var why = e.InnerException is System.Security.Authentication.AuthenticationException inner ? inner.Message : e.Message;
            return new CheckLook(false, CheckLooks.Line(validUntil is { } end && end <= now ? CertificateDays.Judge(end, 0, now, "").Detail : why));
        }
        finally
        {
            own?.Dispose();
        }
    }

    private static SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        // A check must see whether a new connection is accepted, not whether an old one is still open.
        PooledConnectionLifetime = TimeSpan.Zero,
        MaxResponseHeadersLength = 64,
    };

    private static string? HeaderProblem(string wanted, HttpResponseMessage response)
    {
        if (wanted.Length == 0)
        {
            return null;
        }

        var colon = wanted.IndexOf(':', StringComparison.Ordinal);
        var name = (colon < 0 ? wanted : wanted[..colon]).Trim();
        if (!response.Headers.NonValidated.TryGetValues(name, out var values) && !response.Content.Headers.NonValidated.TryGetValues(name, out values))
        {
            return $"no header {name}";
        }

        var value = colon < 0 ? "" : wanted[(colon + 1)..].Trim();
        return value.Length == 0 || values.Any(v => v.Trim() == value) || values.ToString().Trim() == value ? null : $"header {name} is {CheckLooks.Line(values.ToString())}";
    }

    private static async Task<string?> BodyProblemAsync(CheckDefinition check, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[MostBody];
        var length = await stream.ReadAtLeastAsync(buffer, MostBody, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        var body = Encoding.UTF8.GetString(buffer, 0, length);
        return check.BodyContains.Length > 0 && !body.Contains(check.BodyContains, StringComparison.Ordinal) ? $"the body does not contain {check.BodyContains}"
            : check.BodyLacks.Length > 0 && body.Contains(check.BodyLacks, StringComparison.Ordinal) ? $"the body contains {check.BodyLacks}"
            : null;
    }
}
