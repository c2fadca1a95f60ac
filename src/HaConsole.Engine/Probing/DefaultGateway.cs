using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;

namespace HaConsole.Engine.Probing;

/// <summary>The default gateway of the interface that carries an address: the LAN target when none is configured.</summary>
internal static class DefaultGateway
{
    /// <summary>Its address, or null when the interface has no default route (loopback, a closed network) or cannot be read.</summary>
    public static string? Of(string localAddress)
    {
        if (!IPAddress.TryParse(localAddress, out var local) || IPAddress.IsLoopback(local))
        {
            return null;
        }

        try
        {
            var name = NetworkInterface.GetAllNetworkInterfaces()
                .FirstOrDefault(card => card.GetIPProperties().UnicastAddresses.Any(unicast => unicast.Address.Equals(local)))?.Name;
            return name is null || !File.Exists("/proc/net/route") ? null : File.ReadLines("/proc/net/route").Skip(1).Select(line => FromRoute(line, name)).FirstOrDefault(gateway => gateway is not null);
        }
        catch (Exception e) when (e is NetworkInformationException or IOException or UnauthorizedAccessException)
        {
            // Without a gateway the LAN is "up, unverified" while the interface is up.
            return null;
        }
    }

    private static string? FromRoute(string line, string name)
    {
        var fields = line.Split('\t', StringSplitOptions.TrimEntries);
        if (fields.Length < 8 || fields[0] != name || fields[1] != "00000000" || fields[2] == "00000000")
        {
            return null;
        }

        return new IPAddress(uint.Parse(fields[2], NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString();
    }
}
