using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace HaConsole.Engine.VirtualIp;

/// <summary>Ethernet frames by which machines of one network tell and ask who has an address: ARP (IPv4) and neighbour discovery (IPv6).</summary>
internal static class NeighbourFrames
{
    /// <summary>Frame type of ARP.</summary>
    public const ushort Arp = 0x0806;

    /// <summary>Frame type of IPv6.</summary>
    public const ushort Ipv6 = 0x86DD;

    private const int Ethernet = 14;
    private const int IcmpAt = Ethernet + 40;
    private const byte Icmpv6 = 58;
    private const byte Solicitation = 135;
    private const byte Advertisement = 136;

    /// <summary>Frame type that speaks of addresses of that family.</summary>
    public static ushort TypeOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? Arp : Ipv6;

    /// <summary>
    /// "This address is at this hardware address", to all. IPv4: gratuitous ARP as a request and as a reply, because some devices believe
    /// one of them only. IPv6: an unsolicited neighbour advertisement.
    /// </summary>
    public static IReadOnlyList<byte[]> Announcements(PhysicalAddress mac, IPAddress address)
        => address.AddressFamily == AddressFamily.InterNetwork
            ? [ArpFrame(mac, 1, address, address), ArpFrame(mac, 2, address, address)]
            : [Neighbour(mac, Advertisement, address, IPAddress.Parse("ff02::1"), address, 0x20, linkOption: 2)];

    /// <summary>"Who has this address?", asked so that nobody learns anything false from the question.</summary>
    public static byte[] Probe(PhysicalAddress mac, IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return ArpFrame(mac, 1, IPAddress.Any, address);
        }

        var group = IPAddress.Parse("ff02::1:ff00:0").GetAddressBytes();
        address.GetAddressBytes().AsSpan(13, 3).CopyTo(group.AsSpan(13));
        return Neighbour(mac, Solicitation, IPAddress.IPv6Any, new IPAddress(group), address, 0, linkOption: 0);
    }

    /// <summary>The hardware address of the machine that says in this frame that the address is its own; null when the frame says no such thing.</summary>
    public static PhysicalAddress? OwnerIn(ReadOnlySpan<byte> frame, IPAddress address)
    {
        if (frame.Length < Ethernet + 28)
        {
            return null;
        }

        var type = BinaryPrimitives.ReadUInt16BigEndian(frame[12..]);
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return type == Arp && frame.Slice(Ethernet + 14, 4).SequenceEqual(address.GetAddressBytes()) ? new PhysicalAddress(frame.Slice(Ethernet + 8, 6).ToArray()) : null;
        }

        return type == Ipv6 && frame.Length >= IcmpAt + 24 && frame[Ethernet + 6] == Icmpv6 && frame[IcmpAt] == Advertisement && frame.Slice(IcmpAt + 8, 16).SequenceEqual(address.GetAddressBytes())
            ? new PhysicalAddress(frame.Slice(6, 6).ToArray())
            : null;
    }

    private static byte[] ArpFrame(PhysicalAddress mac, byte operation, IPAddress sender, IPAddress target)
    {
        var frame = new byte[60];
        var own = mac.GetAddressBytes();
        frame.AsSpan(0, 6).Fill(0xFF);
        own.CopyTo(frame, 6);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), Arp);
        byte[] head = [0, 1, 8, 0, 6, 4, 0, operation];
        head.CopyTo(frame, Ethernet);
        own.CopyTo(frame, Ethernet + 8);
        sender.GetAddressBytes().CopyTo(frame, Ethernet + 14);
        if (operation == 2)
        {
            frame.AsSpan(Ethernet + 18, 6).Fill(0xFF);
        }

        target.GetAddressBytes().CopyTo(frame, Ethernet + 24);
        return frame;
    }

    private static byte[] Neighbour(PhysicalAddress mac, byte type, IPAddress source, IPAddress group, IPAddress target, byte flags, byte linkOption)
    {
        var length = 24 + (linkOption == 0 ? 0 : 8);
        var frame = new byte[IcmpAt + length];
        var to = group.GetAddressBytes();
        frame[0] = frame[1] = 0x33;
        to.AsSpan(12, 4).CopyTo(frame.AsSpan(2));
        mac.GetAddressBytes().CopyTo(frame, 6);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), Ipv6);
        frame[Ethernet] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(Ethernet + 4), (ushort)length);
        frame[Ethernet + 6] = Icmpv6;
        frame[Ethernet + 7] = 255;
        source.GetAddressBytes().CopyTo(frame, Ethernet + 8);
        to.CopyTo(frame, Ethernet + 24);
        frame[IcmpAt] = type;
        frame[IcmpAt + 4] = flags;
        target.GetAddressBytes().CopyTo(frame, IcmpAt + 8);
        if (linkOption != 0)
        {
            frame[IcmpAt + 24] = linkOption;
            frame[IcmpAt + 25] = 1;
            mac.GetAddressBytes().CopyTo(frame, IcmpAt + 26);
        }

        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(IcmpAt + 2), Checksum(frame.AsSpan(Ethernet + 8, 32), frame.AsSpan(IcmpAt, length)));
        return frame;
    }

    private static ushort Checksum(ReadOnlySpan<byte> addresses, ReadOnlySpan<byte> message)
    {
        uint sum = (uint)message.Length + Icmpv6;
        foreach (var part in (ReadOnlySpan<byte[]>)[addresses.ToArray(), message.ToArray()])
        {
            for (var i = 0; i < part.Length; i += 2)
            {
                sum += BinaryPrimitives.ReadUInt16BigEndian(part.AsSpan(i));
            }
        }

        while (sum >> 16 != 0)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)~sum;
    }
}
