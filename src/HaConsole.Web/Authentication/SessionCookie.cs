using System.Security.Claims;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;

namespace HaConsole.Web.Authentication;

/// <summary>The cookie of a signed-in browser: it names a session, the session decides.</summary>
public sealed class SessionCookie(SessionRegistry sessions) : CookieAuthenticationEvents
{
    // What asks by itself is not somebody who works.
    private static readonly string[] Unattended = ["/status", "/api/v1/status", "/metrics", "/hubs", "/_blazor", "/_framework", "/_content", "/css", "/js"];

    private static readonly string[] ForPrograms = ["/api", "/hubs", "/_blazor", "/metrics"];

    /// <summary>The principal of a session.</summary>
    public static ClaimsPrincipal Principal(Session session)
    {
        ArgumentNullException.ThrowIfNull(session);
        return new ClaimsPrincipal(new ClaimsIdentity(
            [
                new Claim(ClaimTypes.Name, session.User),
                new Claim(ClaimTypes.Role, AccessNames.Of(session.Role)),
                new Claim(AccessNames.SessionClaim, session.Id),
                new Claim(AccessNames.AddressClaim, session.Address),
                new Claim(AccessNames.OriginClaim, nameof(Origin.Console)),
            ],
            AccessNames.CookieScheme));
    }

    /// <inheritdoc/>
    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (sessions.Find(context.Principal?.FindFirstValue(AccessNames.SessionClaim)) is not { } session)
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(AccessNames.CookieScheme).ConfigureAwait(false);
            return;
        }

        if (!Unattended.Any(path => context.HttpContext.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase)))
        {
            sessions.Touch(session.Id);
        }
    }

    /// <inheritdoc/>
    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context) => AnswerAsync(context, StatusCodes.Status401Unauthorized, base.RedirectToLogin);

    /// <inheritdoc/>
    public override Task RedirectToAccessDenied(RedirectContext<CookieAuthenticationOptions> context) => AnswerAsync(context, StatusCodes.Status403Forbidden, base.RedirectToAccessDenied);

    /// <summary>Programs get a status, people a page.</summary>
    private static Task AnswerAsync(RedirectContext<CookieAuthenticationOptions> context, int status, Func<RedirectContext<CookieAuthenticationOptions>, Task> redirect)
    {
        ArgumentNullException.ThrowIfNull(context);
        var path = context.Request.Path;
        if (ForPrograms.Any(start => path.StartsWithSegments(start, StringComparison.OrdinalIgnoreCase)))
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        }

        return redirect(context);
    }
}

/// <summary>
/// Names the cookie: <c>__Host-</c> before it wherever a browser accepts that, which binds it to this host, to HTTPS and to the whole
/// of it.
/// </summary>
internal sealed class HostCookieManager : ICookieManager
{
    private readonly ChunkingCookieManager inner = new();

    public string? GetRequestCookie(HttpContext context, string key) => inner.GetRequestCookie(context, Name(context, key));

    public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) => inner.AppendResponseCookie(context, Name(context, key), value, options);

    public void DeleteCookie(HttpContext context, string key, CookieOptions options) => inner.DeleteCookie(context, Name(context, key), options);

    private static string Name(HttpContext context, string key) => context.Request is { IsHttps: true, PathBase.HasValue: false } ? "__Host-" + key : key;
}
