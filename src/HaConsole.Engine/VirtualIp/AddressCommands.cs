using System.Globalization;
using System.Net.Sockets;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.VirtualIp;

/// <summary>The commands that add and remove an address, for a shell.</summary>
internal static class AddressCommands
{
    /// <summary>Longest time that one of them may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Adds it to an interface. The search for duplicates is done before, and not again by the kernel, which would hold an IPv6 address back for a second.</summary>
    public static string Add(AddressDefinition definition, CidrAddress address, string on)
        => definition.AddCommand.Length > 0 ? definition.AddCommand
            : address.Address.AddressFamily == AddressFamily.InterNetworkV6 ? string.Create(CultureInfo.InvariantCulture, $"{First(definition, on)}exec ip -6 address add {address} dev {on} nodad preferred_lft 0")
            : string.Create(CultureInfo.InvariantCulture, $"{First(definition, on)}exec ip -4 address add {address} {(address.PrefixLength < 31 ? "broadcast + " : "")}dev {on}{(definition.Label.Length > 0 ? " label " + definition.Label : "")}");

    /// <summary>Removes it from an interface.</summary>
    public static string Remove(AddressDefinition definition, CidrAddress address, string on)
        => definition.RemoveCommand.Length > 0 ? definition.RemoveCommand
            : definition.SwitchInterface ? string.Create(CultureInfo.InvariantCulture, $"ip address del {address} dev {on}; ip link set dev {on} down")
            : string.Create(CultureInfo.InvariantCulture, $"exec ip address del {address} dev {on}");

    /// <summary>Switches its interface on.</summary>
    public static string Up(string on) => $"ip link set dev {on} up";

    private static string First(AddressDefinition definition, string on) => definition.SwitchInterface ? Up(on) + " && " : "";
}
