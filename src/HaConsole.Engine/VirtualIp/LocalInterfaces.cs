using System.Net;
using System.Net.NetworkInformation;

namespace HaConsole.Engine.VirtualIp;

/// <summary>A network interface as it is now.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Index">The kernel's number of it.</param>
/// <param name="Mac">Its hardware address; empty when it has none.</param>
/// <param name="IsUp">It is up and has a carrier.</param>
/// <param name="Subnets">Its addresses with their prefixes.</param>
internal sealed record LocalInterface(string Name, int Index, PhysicalAddress Mac, bool IsUp, IReadOnlyList<CidrAddress> Subnets)
{
    /// <summary>Whether frames can be sent on it: it has a hardware address of Ethernet's length.</summary>
    public bool IsEthernet => Mac.GetAddressBytes().Length == 6;
}

/// <summary>The network interfaces of this machine.</summary>
internal static class LocalInterfaces
{
    public static IReadOnlyList<LocalInterface> All()
        => [.. NetworkInterface.GetAllNetworkInterfaces().Select(Read).OfType<LocalInterface>()];

    /// <summary>The interface that a managed address belongs on: the named one, the one that has it, or the one whose subnet holds it; null when there is none.</summary>
    public static LocalInterface? Find(string name, CidrAddress address) => Find(All(), name, address);

    public static LocalInterface? Find(IReadOnlyList<LocalInterface> all, string name, CidrAddress address)
        => name.Length > 0
            ? all.FirstOrDefault(one => one.Name == name)
            : all.FirstOrDefault(one => Others(one, address).Any(subnet => subnet.Holds(address.Address))) ?? Carrier(all, address.Address);

    /// <summary>The interface that has the address now; null when none has it.</summary>
    public static LocalInterface? Carrier(IReadOnlyList<LocalInterface> all, IPAddress address)
        => all.FirstOrDefault(one => one.Subnets.Any(own => own.Address.Equals(address)));

    // What the interface has of its own: a leftover must not vouch for itself.
    private static IEnumerable<CidrAddress> Others(LocalInterface one, CidrAddress address) => one.Subnets.Where(own => !own.Address.Equals(address.Address));

    private static LocalInterface? Read(NetworkInterface one)
    {
        try
        {
            var properties = one.GetIPProperties();
            int index;
            try
            {
                index = properties.GetIPv4Properties()?.Index ?? 0;
            }
            catch (NetworkInformationException)
            {
                index = properties.GetIPv6Properties()?.Index ?? 0;
            }

            return new LocalInterface(
                one.Name,
                index,
                one.GetPhysicalAddress(),
                one.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown,
                [.. properties.UnicastAddresses.Select(unicast => new CidrAddress(unicast.Address, unicast.PrefixLength))]);
        }
        catch (NetworkInformationException)
        {
            // It was removed while it was looked at.
            return null;
        }
    }
}
