using System.Globalization;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Services;

namespace HaConsole.Engine.VirtualIp;

/// <summary>
/// Whether this machine could hold the managed addresses: interface, subnet, program, privilege. Looked at when they are saved, so that
/// nobody learns of it by a failover.
/// </summary>
internal static class AddressSurvey
{
    private const int NetAdmin = 12;
    private const int NetRaw = 13;

    /// <summary>Problems of this server; the sentences name it.</summary>
    /// <param name="addresses">The list as it is wanted.</param>
    /// <param name="server">1 or 2.</param>
    /// <param name="managed">Addresses that are managed already, which may be on an interface because of that.</param>
    public static IReadOnlyList<ConfigurationProblem> Problems(IReadOnlyList<AddressDefinition> addresses, int server, IEnumerable<string> managed)
        => addresses.Count == 0 ? [] : Problems(addresses, server, managed, LocalInterfaces.All(), Capabilities(), ProcessLauncher.FindProgram("ip", null) is not null);

    public static IReadOnlyList<ConfigurationProblem> Problems(
        IReadOnlyList<AddressDefinition> addresses, int server, IEnumerable<string> managed, IReadOnlyList<LocalInterface> interfaces, ulong capabilities, bool hasIp)
    {
        var known = managed.Select(text => CidrAddress.TryParse(text, out var cidr) ? cidr.Address : null).ToHashSet();
        var problems = new List<ConfigurationProblem>();
        for (var i = 0; i < addresses.Count; i++)
        {
            var one = addresses[i];
            void Add(string key, string value, string text) => problems.Add(new ConfigurationProblem(
                string.Create(CultureInfo.InvariantCulture, $"Addresses:{i}:{key}"),
                string.Create(CultureInfo.InvariantCulture, $"Addresses:{i}:{key} is {(value.Length == 0 ? "empty" : value)}; on server #{server} {text}")));

            if (!CidrAddress.TryParse(one.Address, out var cidr))
            {
                continue;
            }

            if (one.Interface.Length > 0 && interfaces.All(x => x.Name != one.Interface))
            {
                Add("Interface", one.Interface, $"there is no such interface, only {string.Join(", ", interfaces.Select(x => x.Name))}");
            }
            else if (LocalInterfaces.Find(interfaces, one.Interface, cidr) is null)
            {
                Add("Address", one.Address, "no interface has a subnet that holds it: name the interface");
            }
            else if (one.SwitchInterface && interfaces.FirstOrDefault(x => x.Name == one.Interface)?.Subnets.FirstOrDefault(own => !own.Address.IsIPv6LinkLocal && !known.Contains(own.Address)) is { } own)
            {
                Add("SwitchInterface", "true", $"interface {one.Interface} has {own} too, which would be lost when it is switched off");
            }
            else if (LocalInterfaces.Carrier(interfaces, cidr.Address) is { } carrier && !known.Contains(cidr.Address))
            {
                Add("Address", one.Address, $"interface {carrier.Name} has this address already: remove it there first, HaConsole adds it itself");
            }

            if (one.AddCommand.Length > 0)
            {
                continue;
            }

            if (!hasIp)
            {
                Add("AddCommand", "", "the program ip (iproute2) is missing: install it, or set AddCommand and RemoveCommand");
            }
            else if (Missing(capabilities) is { Length: > 0 } missing)
            {
                Add("AddCommand", "", $"the process lacks {missing}: run it as root, add AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW to its systemd unit, or set AddCommand and RemoveCommand");
            }
        }

        return problems;
    }

    /// <summary>The process may open sockets that see whole frames.</summary>
    public static bool MayUseFrames() => (Capabilities() & (1UL << NetRaw)) != 0;

    private static string Missing(ulong capabilities)
        => string.Join(" and ", new[] { (NetAdmin, "CAP_NET_ADMIN"), (NetRaw, "CAP_NET_RAW") }.Where(x => (capabilities & (1UL << x.Item1)) == 0).Select(x => x.Item2));

    /// <summary>The effective capabilities of this process, which its supervisor has too; none where there is no such thing.</summary>
    private static ulong Capabilities()
    {
        try
        {
            var line = File.ReadLines("/proc/self/status").FirstOrDefault(x => x.StartsWith("CapEff:", StringComparison.Ordinal));
            return line is null ? 0 : ulong.Parse(line.AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return 0;
        }
    }
}
