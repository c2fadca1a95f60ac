using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Standby;

/// <summary>The one answer that a Standby has for a request on a service's port. Nothing of the request but its path and query comes back.</summary>
internal static class StandbyAnswer
{
    /// <summary>Longest request line and headers that are read: 8 kB.</summary>
    public const int MostBytes = 8192;

    private const int LongestTarget = 4096;

    /// <summary>Scheme, host and port of where a service is: what was set, else the virtual address or the other server. Empty when there is none.</summary>
    public static string Target(ServiceDefinition service, HotStandbyParameters pair, string peerAddress)
    {
        if (service.RedirectTo.Length > 0)
        {
            return service.RedirectTo.TrimEnd('/');
        }

        var host = pair.UseVipToBuildUrls && pair.VipAddress.Length > 0 ? pair.VipAddress : peerAddress;
        return !IPAddress.TryParse(host, out var address) ? ""
            : string.Create(CultureInfo.InvariantCulture, $"http://{(address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address)}:{service.Port}");
    }

    /// <summary>The answer as it is sent.</summary>
    /// <param name="head">Request line and headers, to the empty line or as far as they came.</param>
    /// <param name="target">Where to send the client; empty: nowhere, the answer is 503.</param>
    /// <param name="retryAfter">Seconds after which asking again makes sense.</param>
    public static byte[] To(ReadOnlySpan<byte> head, string target, int retryAfter)
    {
        var path = Path(head);
        var isHead = head.StartsWith("HEAD "u8);
        if (path is null)
        {
            return Made("400 Bad Request", "", "The request is malformed.\n", isHead);
        }

        return target.Length > 0
            ? Made("307 Temporary Redirect", $"Location: {target}{path}\r\n", "This server is the Standby.\n", isHead)
            : Made("503 Service Unavailable", string.Create(CultureInfo.InvariantCulture, $"Retry-After: {retryAfter}\r\n"), "This server is the Standby.\n", isHead);
    }

    /// <summary>
    /// Path and query of a request, safe behind a host: it begins with exactly one slash and holds printable ASCII only, as a legal request does.
    /// Null when the request is none.
    /// </summary>
    internal static string? Path(ReadOnlySpan<byte> head)
    {
        var end = head.IndexOf("\r\n"u8);
        if (end < 0)
        {
            return null;
        }

        var line = Encoding.Latin1.GetString(head[..end]).Split(' ');
        if (line.Length != 3 || line[0].Length is 0 or > 32 || !line[0].All(char.IsAsciiLetterUpper) || line[0] == "CONNECT" || !line[2].StartsWith("HTTP/1.", StringComparison.Ordinal))
        {
            return null;
        }

        var target = line[1];
        if (target.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || target.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            // As a proxy is asked: whom it names is of no interest.
            var path = target.AsSpan(target.IndexOf("//", StringComparison.Ordinal) + 2).IndexOfAny('/', '?');
            target = path < 0 ? "/" : target[(target.IndexOf("//", StringComparison.Ordinal) + 2 + path)..];
            target = target[0] == '?' ? "/" + target : target;
        }

        if (target == "*")
        {
            return "/";
        }

        if (target.Length > LongestTarget || !target.StartsWith('/') || target.Any(c => c is <= ' ' or > '~' or '"' or '<' or '>' or '\\'))
        {
            return null;
        }

        return "/" + target.TrimStart('/');
    }

    private static byte[] Made(string status, string header, string body, bool isHead) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"HTTP/1.1 {status}\r\n{header}Cache-Control: no-store\r\nContent-Type: text/plain\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{(isHead ? "" : body)}"));
}
