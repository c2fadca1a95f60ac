using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace HaConsole.Engine.Configuration;

/// <summary>IP addresses as people write them.</summary>
public static class Addresses
{
    /// <summary>Reads the address of one host. Unlike the framework's parser it refuses <c>1</c>, <c>10.1</c>, <c>0x7f.1</c> and addresses that are no host's.</summary>
    public static bool TryParse(string? text, out IPAddress address)
    {
        address = IPAddress.None;
        if (!IPAddress.TryParse(text, out var parsed) || (parsed.AddressFamily == AddressFamily.InterNetwork && parsed.ToString() != text))
        {
            return false;
        }

        if (parsed.Equals(IPAddress.Any) || parsed.Equals(IPAddress.IPv6Any) || parsed.Equals(IPAddress.Broadcast) || parsed.IsIPv6Multicast
            || (parsed.AddressFamily == AddressFamily.InterNetwork && parsed.GetAddressBytes()[0] is >= 224 and <= 239))
        {
            return false;
        }

        address = parsed;
        return true;
    }

    /// <summary>Whether two texts are the same address.</summary>
    public static bool Same(string? a, string? b) => TryParse(a, out var first) && TryParse(b, out var second) && first.Equals(second);

    /// <summary>Whether a text is <c>address</c> or <c>address:port</c> (<c>[address]:port</c> for IPv6).</summary>
    public static bool IsTarget(string? text)
    {
        if (TryParse(text, out _))
        {
            return true;
        }

        var colon = text?.LastIndexOf(':') ?? -1;
        return colon > 0
            && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535
            && TryParse(text![..colon].TrimStart('[').TrimEnd(']'), out _);
    }
}
