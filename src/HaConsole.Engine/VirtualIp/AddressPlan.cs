using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.VirtualIp;

/// <summary>The managed addresses of a pair as one server has to know them.</summary>
/// <param name="Addresses">In the order in which they are added.</param>
/// <param name="PeerAddress">Own address of the other server, by which its hardware address is found; empty on a lone server.</param>
public sealed record AddressPlan(IReadOnlyList<AddressDefinition> Addresses, string PeerAddress)
{
    /// <summary>No address.</summary>
    public static AddressPlan None { get; } = new([], "");
}
