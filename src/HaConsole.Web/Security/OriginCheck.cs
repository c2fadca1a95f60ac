namespace HaConsole.Web.Security;

/// <summary>
/// Live connections are opened by pages of this server only. A browser sends the cookie with a WebSocket to any server, but says truly
/// which page opens it; programs send no origin.
/// </summary>
public static class OriginCheck
{
    private static readonly string[] Guarded = ["/_blazor", "/hubs"];

    /// <summary>Refuses connections of foreign pages with 403.</summary>
    public static void UseOriginCheck(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (!Guarded.Any(path => context.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase)) || IsOwn(context.Request))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    });

    /// <summary>No origin at all, or this server as it was asked for.</summary>
    public static bool IsOwn(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }
}
