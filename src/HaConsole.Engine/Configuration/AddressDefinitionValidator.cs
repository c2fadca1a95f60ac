using System.Globalization;
using System.Net;
using System.Net.Sockets;
using FluentValidation;
using HaConsole.Engine.VirtualIp;

namespace HaConsole.Engine.Configuration;

/// <summary>Rules of one managed address that hold on any machine; <see cref="AddressSurvey"/> has those of this machine.</summary>
public sealed class AddressDefinitionValidator : AbstractValidator<AddressDefinition>
{
    private const int LongestInterface = 15;

    /// <summary>Makes the rules.</summary>
    public AddressDefinitionValidator()
    {
        this.Check(x => x.Name, (_, v) => DefinitionRules.Name(v));
        this.Check(x => x.Address, (_, v) => Address(v));
        this.Check(x => x.Interface, (_, v) => v.Length == 0 || IsInterface(v) ? null : "it must be the name of a network interface such as eth0, or empty");
        this.Check(x => x.SwitchInterface, (x, v) => !v ? null
            : x.Interface.Length == 0 ? "the interface that is switched must be named"
            : x.AddCommand.Length > 0 ? "it must be false when AddCommand and RemoveCommand are set: they do it" : null);
        this.Check(x => x.Label, (x, v) => Label(x, v));
        this.Range(x => x.Announcements, 1, 100);
        this.Range(x => x.AnnounceInterval, 0.1, 60, "seconds");
        this.Check(x => x.AddCommand, (x, v) => DefinitionRules.Script(v) ?? (v.Length == 0 && x.RemoveCommand.Length > 0 ? "it must be set together with RemoveCommand" : null));
        this.Check(x => x.RemoveCommand, (x, v) => DefinitionRules.Script(v) ?? (v.Length == 0 && x.AddCommand.Length > 0 ? "it must be set together with AddCommand" : null));
    }

    private static string? Address(string text)
    {
        if (!CidrAddress.TryParse(text, out var cidr))
        {
            return "it must be an IP address with the length of its prefix, such as 10.1.1.100/24 or fd00::100/64";
        }

        return IPAddress.IsLoopback(cidr.Address) || cidr.Address.IsIPv6LinkLocal ? "it must be an address that other machines reach" : null;
    }

    private static string? Label(AddressDefinition address, string label)
    {
        if (label.Length == 0)
        {
            return null;
        }

        if (CidrAddress.TryParse(address.Address, out var cidr) && cidr.Address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return "it must be empty: IPv6 addresses have no label";
        }

        return IsInterface(label) && (address.Interface.Length == 0 || label.StartsWith(address.Interface + ":", StringComparison.Ordinal)) && label.Contains(':', StringComparison.Ordinal)
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"it must be INTERFACE:WORD of at most {LongestInterface} characters, such as eth0:vip");
    }

    private static bool IsInterface(string name)
        => name.Length is >= 1 and <= LongestInterface && name is not ("." or "..") && !name.StartsWith('-') && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':' or '@');
}
