namespace HaConsole.Web.Security;

/// <summary>
/// What every answer tells a browser about itself: scripts of this server only, no frame, no guessing of types. Inline style attributes are
/// allowed because the components set sizes and positions by them; style elements and inline scripts are not.
/// </summary>
public static class SecurityHeaders
{
    /// <summary>Path to which browsers report violations of <see cref="Policy"/>.</summary>
    public const string ReportPath = "/csp";

    /// <summary>The content security policy. <c>base-uri</c> is 'self', not 'none': deep links need the base element.</summary>
    public const string Policy = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; style-src 'self'; "
        + "style-src-attr 'unsafe-inline'; form-action 'self'; base-uri 'self'; object-src 'none'; frame-ancestors 'none'; report-uri ";

    private const string StrictTransport = "max-age=31536000; includeSubDomains";

    /// <summary>Sets the headers of every answer that comes through it.</summary>
    /// <param name="app">The web server.</param>
    /// <param name="trustedCertificate">
    /// HTTPS has a certificate of the customer's own: browsers may be told to insist on HTTPS. With a generated one that would lock people out.
    /// </param>
    public static void UseSecurityHeaders(this IApplicationBuilder app, bool trustedCertificate) => app.Use((context, next) =>
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy + context.Request.PathBase + ReportPath;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Embedder-Policy"] = "require-corp";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (trustedCertificate && context.Request.IsHttps)
        {
            headers.StrictTransportSecurity = StrictTransport;
        }

        context.Response.OnStarting(static state =>
        {
            var response = (HttpResponse)state;
            if (response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true)
            {
                // What a page says is old at once, and not for the next user of the same browser.
                response.Headers.CacheControl = "no-store";
            }

            return Task.CompletedTask;
        }, context.Response);
        return next(context);
    });
}
