using System.Globalization;
using System.Net;
using System.Net.Sockets;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.VirtualIp;

/// <summary>The address of one host with the length of its subnet's prefix.</summary>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">Bits of the subnet: 1 … 32 (IPv4) or 1 … 128 (IPv6).</param>
public sealed record CidrAddress(IPAddress Address, int PrefixLength)
{
    /// <summary>Reads <c>10.1.1.100/24</c>; false for anything that is not the address of one host in that subnet.</summary>
    public static bool TryParse(string? text, out CidrAddress cidr)
    {
        cidr = new CidrAddress(IPAddress.None, 0);
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (slash < 0 || !Addresses.TryParse(text![..slash], out var address) || address.ScopeIdOrZero() != 0
            || !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
        {
            return false;
        }

        var bits = address.GetAddressBytes().Length * 8;
        cidr = new CidrAddress(address, length);
        return length >= 1 && length <= bits && (length >= bits - 1 || !cidr.IsEdge());
    }

    /// <summary>Whether the subnet holds an address.</summary>
    public bool Holds(IPAddress other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.AddressFamily != Address.AddressFamily)
        {
            return false;
        }

        var (a, b) = (Address.GetAddressBytes(), other.GetAddressBytes());
        for (var bit = 0; bit < PrefixLength; bit++)
        {
            if (((a[bit / 8] ^ b[bit / 8]) & (0x80 >> (bit % 8))) != 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>As it is written.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Address}/{PrefixLength}");

    /// <summary>The first address of a subnet is the subnet's own, the last one of an IPv4 subnet that of all its hosts.</summary>
    private bool IsEdge()
    {
        var bytes = Address.GetAddressBytes();
        var host = Enumerable.Range(PrefixLength, (bytes.Length * 8) - PrefixLength).Select(bit => (bytes[bit / 8] & (0x80 >> (bit % 8))) != 0).ToList();
        return host.TrueForAll(set => !set) || (Address.AddressFamily == AddressFamily.InterNetwork && host.TrueForAll(set => set));
    }
}

/// <summary>What only one family of addresses has.</summary>
internal static class AddressFamilies
{
    /// <summary>Scope of an IPv6 address; 0 for IPv4, which has none.</summary>
    public static long ScopeIdOrZero(this IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? address.ScopeId : 0;
}
