using System.Globalization;
using System.Net;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.VirtualIp;

/// <summary>Asks the network, before an address is put on the list, whether another machine has it.</summary>
internal static class AddressStrangers
{
    /// <summary>One problem for each address that neither server has and somebody answers for. Takes 0.3 s, and twice that when somebody does.</summary>
    /// <param name="wanted">The list as it is wanted.</param>
    /// <param name="managed">Addresses that are managed already: the pair itself may answer.</param>
    /// <param name="peerAddress">Own address of the other server; empty when there is none.</param>
    /// <param name="time">Clock.</param>
    public static async Task<IReadOnlyList<ConfigurationProblem>> FindAsync(IReadOnlyList<AddressDefinition> wanted, IEnumerable<string> managed, string peerAddress, TimeProvider time)
    {
        if (!AddressSurvey.MayUseFrames())
        {
            return [];
        }

        var known = managed.Select(text => CidrAddress.TryParse(text, out var cidr) ? cidr.Address : null).ToHashSet();
        var found = await Task.WhenAll(wanted.Select(async (one, index) =>
            CidrAddress.TryParse(one.Address, out var cidr) && !known.Contains(cidr.Address) ? await AskAsync(one, cidr, index, peerAddress, time) : null));
        return [.. found.OfType<ConfigurationProblem>()];
    }

    private static async Task<ConfigurationProblem?> AskAsync(AddressDefinition one, CidrAddress cidr, int index, string peerAddress, TimeProvider time)
    {
        if (LocalInterfaces.Find(one.Interface, cidr) is not { IsUp: true, IsEthernet: true } target)
        {
            return null;
        }

        try
        {
            var owners = await Neighbours.OwnersAsync(target, cidr.Address, time);
            var peer = owners.Count > 0 && IPAddress.TryParse(peerAddress, out var other) ? await Neighbours.OwnersAsync(target, other, time) : [];
            var strangers = owners.Except(peer).Select(Neighbours.Text).ToList();
            return strangers.Count == 0 ? null : new ConfigurationProblem(
                string.Create(CultureInfo.InvariantCulture, $"Addresses:{index}:Address"),
                string.Create(CultureInfo.InvariantCulture, $"Addresses:{index}:Address is {cidr}; another machine, {string.Join(", ", strangers)}, answers for it on {target.Name}: take it away there first"));
        }
        catch (IOException)
        {
            // Not being able to ask is no answer.
            return null;
        }
    }
}
