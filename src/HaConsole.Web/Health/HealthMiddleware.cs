using HaConsole.Engine.Status;

namespace HaConsole.Web.Health;

/// <summary>
/// Answers the health URLs before routing, sign-in and everything else, from bytes that the engine has computed beforehand. A load
/// balancer asks here all the time, so a request costs no allocation of its own.
/// </summary>
public sealed class HealthMiddleware(RequestDelegate next, HealthBoard board, Action<string> nonceArrived)
{
    /// <summary>What the console's own measurements add to the query of the role's URL, so that they are not taken for a load balancer.</summary>
    public const string MeterMark = "meter=1";

    private const string Prefix = "/IPSCFG";
    private const string MonitorPath = "/IPSCFG/admin/monitor.aspx";
    private const string InstancePrefix = "/IPSCFG-";
    private const string HealthPrefix = "/health/";
    private const int LongestNonce = 128;

    private static readonly ReadOnlyMemory<byte> Ok = "OK"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> BadMod = "mod must be one of NONE, IPSWS, IPSW, FT\n"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> BadMethod = "only GET and HEAD are answered here\n"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> NoPair = "no such pair on this server\n"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> Live = "live"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> NotLive = "engine stands still"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> Ready = "ready"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> NotReady = "not ready"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> Active = "active"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> NotActive = "not active"u8.ToArray();

    /// <summary>Answers a health URL; anything else goes on.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var path = context.Request.Path.Value ?? "";
        if (path.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            if (path.Equals(MonitorPath, StringComparison.OrdinalIgnoreCase))
            {
                return Monitor(context);
            }

            // Further pairs on this server answer below /IPSCFG-02 and so on; none is configured here.
            return path.StartsWith(InstancePrefix, StringComparison.OrdinalIgnoreCase)
                ? Write(context, StatusCodes.Status404NotFound, NoPair)
                : next(context);
        }

        return path.StartsWith(HealthPrefix, StringComparison.OrdinalIgnoreCase) ? ByStatusCode(context, path.AsSpan(HealthPrefix.Length)) : next(context);
    }

    private Task Monitor(HttpContext context)
    {
        if (!IsRead(context))
        {
            return RefuseMethod(context);
        }

        var query = (context.Request.QueryString.Value ?? "").AsSpan();
        var nonce = QueryReader.Value(query, "nonce");
        if (nonce.Length is > 0 and <= LongestNonce)
        {
            nonceArrived(Uri.UnescapeDataString(nonce.ToString()));
        }

        var mod = QueryReader.Value(query, "mod");
        if (mod.Equals("FT", StringComparison.OrdinalIgnoreCase))
        {
            if (QueryReader.Value(query, "meter").IsEmpty)
            {
                board.RolePollers.Asked(context.Connection.RemoteIpAddress);
            }

            return Write(context, StatusCodes.Status200OK, board.FaultTolerance);
        }

        if (mod.Equals("IPSWS", StringComparison.OrdinalIgnoreCase) || mod.Equals("IPSW", StringComparison.OrdinalIgnoreCase))
        {
            return Write(context, StatusCodes.Status200OK, board.Application);
        }

        return mod.Equals("NONE", StringComparison.OrdinalIgnoreCase)
            ? Write(context, StatusCodes.Status200OK, Ok)
            : Write(context, StatusCodes.Status400BadRequest, BadMod);
    }

    private Task ByStatusCode(HttpContext context, ReadOnlySpan<char> what)
    {
        bool good;
        ReadOnlyMemory<byte> yes, no;
        if (what.Equals("live", StringComparison.OrdinalIgnoreCase))
        {
            (good, yes, no) = (board.IsLive, Live, NotLive);
        }
        else if (what.Equals("ready", StringComparison.OrdinalIgnoreCase))
        {
            (good, yes, no) = (board.IsReady, Ready, NotReady);
        }
        else if (what.Equals("active", StringComparison.OrdinalIgnoreCase))
        {
            (good, yes, no) = (board.IsActive, Active, NotActive);
        }
        else
        {
            return next(context);
        }

        return IsRead(context)
            ? Write(context, good ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, good ? yes : no)
            : RefuseMethod(context);
    }

    private static bool IsRead(HttpContext context) => HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);

    private static Task RefuseMethod(HttpContext context)
    {
        context.Response.Headers.Allow = "GET, HEAD";
        return Write(context, StatusCodes.Status405MethodNotAllowed, BadMethod);
    }

    private static Task Write(HttpContext context, int status, ReadOnlyMemory<byte> body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.Headers.ContentType = "text/plain";
        response.Headers.CacheControl = "no-store";
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
