using System.Net;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.VirtualIp;

/// <summary>What the options of the VIP address (guide 3.1.2.1, 5.1) mean together with managed addresses and with what a load balancer asks.</summary>
public static class VipRules
{
    /// <summary>Key of the managed address that is the VIP address, such as <c>Addresses:0:Address</c>; null when a load balancer has it.</summary>
    public static string? ManagedAs(PairConfiguration pair)
    {
        ArgumentNullException.ThrowIfNull(pair);
        if (!Addresses.TryParse(pair.HotStandby.VipAddress, out var vip))
        {
            return null;
        }

        var index = pair.Addresses.ToList().FindIndex(one => CidrAddress.TryParse(one.Address, out var cidr) && cidr.Address.Equals(vip));
        return index < 0 ? null : FormattableString.Invariant($"Addresses:{index}:Address");
    }

    /// <summary>Why this server could not be reached at the VIP address that it holds itself; null when it can.</summary>
    /// <param name="pair">Configuration as it is wanted.</param>
    /// <param name="node">Options of this server.</param>
    /// <param name="server">1 or 2.</param>
    public static ConfigurationProblem? NotListening(PairConfiguration pair, NodeOptions node, int server)
    {
        ArgumentNullException.ThrowIfNull(pair);
        ArgumentNullException.ThrowIfNull(node);
        var own = pair.HotStandby;
        if (node.HttpAddress == "*" || Addresses.Same(node.HttpAddress, own.VipAddress) || !(own.TestVipDestination || own.UseVipToBuildUrls) || ManagedAs(pair) is not { } managed)
        {
            return null;
        }

        var listens = node.HttpAddress.Length > 0 ? node.HttpAddress : node.LocalAddress;
        return new ConfigurationProblem(
            "HotStandby:VipAddress",
            FormattableString.Invariant($"HotStandby:VipAddress is {own.VipAddress}; the pair holds it itself ({managed}) and server #{server} listens on {(listens.Length > 0 ? listens : "127.0.0.1")} alone: set Node:HttpAddress to * on both servers and start them again"),
            IsWarning: true);
    }

    /// <summary>The sentence that explains why somebody who asks for the role must not move an address that the role follows; null when nobody asks.</summary>
    public static string? Circle(IReadOnlyCollection<IPAddress> pollers)
    {
        ArgumentNullException.ThrowIfNull(pollers);
        return pollers.Count == 0 ? null
            : $"{string.Join(", ", pollers)} asks again and again for mod=FT, while the test of the VIP address is on: a load balancer that follows the role moves the VIP, and the role follows the VIP. Have the balancer check mod=NONE or mod=IPSWS, or switch the test off.";
    }
}
