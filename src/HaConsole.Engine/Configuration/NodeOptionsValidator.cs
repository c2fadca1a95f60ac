using System.Net;
using FluentValidation;
using FluentValidation.Results;

namespace HaConsole.Engine.Configuration;

/// <summary>Rules of this server's own options.</summary>
public sealed class NodeOptionsValidator : AbstractValidator<NodeOptions>
{
    /// <summary>Fewest characters of a pair secret.</summary>
    public const int ShortestSecret = 16;

    private const int LongestInterface = 15;

    /// <summary>Makes the rules.</summary>
    public NodeOptionsValidator()
    {
        this.Check(x => x.DataDirectory, (_, v) => string.IsNullOrWhiteSpace(v) ? "it must be a directory" : null);
        this.Check(x => x.LocalAddress, (_, v) => AddressOrEmpty(v));
        this.Check(x => x.PeerAddress, (_, v) => AddressOrEmpty(v));
        this.Check(x => x.RedundancyAddress, (_, v) => AddressOrEmpty(v));
        this.Check(x => x.HttpAddress, (_, v) => v == "*" ? null : AddressOrEmpty(v) is { } text ? text + " or *" : null);
        this.Range(x => x.HttpPort, 1, 65535);
        this.Range(x => x.HttpsPort, 0, 65535);
        this.Range(x => x.PeerPort, 1, 65535);
        this.Check(x => x.HttpsPort, (x, v) => v > 0 && v == x.HttpPort ? $"it must differ from Node:HttpPort ({x.HttpPort})" : null);
        this.Check(x => x.PeerPort, (x, v) => !SharesAddress(x) ? null
            : v == x.HttpPort ? $"it must differ from Node:HttpPort ({x.HttpPort})"
            : x.HttpsPort > 0 && v == x.HttpsPort ? $"it must differ from Node:HttpsPort ({x.HttpsPort})" : null);
        this.Check(x => x.RedirectToHttps, (x, v) => v && x.HttpsPort == 0 ? "it needs Node:HttpsPort" : null);
        this.Check(x => x.PathBase, (_, v) => v.Length == 0 || IsPathBase(v) ? null : "it must be empty or begin with / and not end with it, such as /ha; letters, digits, - _ . and / only");
        this.Check(x => x.PeerAddress, (x, v) => Addresses.Same(v, x.LocalAddress) ? "it must differ from Node:LocalAddress"
            : Addresses.Same(v, x.RedundancyAddress) ? "it must differ from Node:RedundancyAddress" : null);
        SecondPath();
        RuleFor(x => x.PairSecret).Custom((v, context) =>
        {
            // The value is a secret: its length is all that is shown.
            if (v.Length is > 0 and < ShortestSecret)
            {
                context.AddFailure(new ValidationFailure(nameof(NodeOptions.PairSecret), $"PairSecret has {v.Length} characters; it must have {ShortestSecret} or more, or be empty"));
            }
        });
        RuleForEach(x => x.KnownProxies).Custom((v, context) =>
        {
            if (!IPAddress.TryParse(v, out _) && !IPNetwork.TryParse(v, out _))
            {
                context.AddFailure(new ValidationFailure(
                    context.PropertyPath, $"{ProblemRules.KeyOf(context.PropertyPath)} is {ProblemRules.Show(v)}; it must be an IP address or a network such as 10.1.0.0/16"));
            }
        });
        RuleForEach(x => x.LanTargets).Custom((v, context) =>
        {
            if (!Addresses.IsTarget(v))
            {
                context.AddFailure(new ValidationFailure(
                    context.PropertyPath, $"{ProblemRules.KeyOf(context.PropertyPath)} is {ProblemRules.Show(v)}; it must be an IP address (ping) or address:port (TCP)"));
            }
        });
    }

    /// <summary>The second path must be another one than the first, and whole.</summary>
    private void SecondPath()
    {
        this.Check(x => x.RedundancyInterface, (_, v) => InterfaceOrEmpty(v));
        this.Check(x => x.RedundancyInterface2, (x, v) => InterfaceOrEmpty(v) ?? (v.Length > 0 && x.RedundancyAddress2.Length == 0 ? "it needs Node:RedundancyAddress2" : null));
        this.Check(x => x.RedundancyAddress2, (x, v) => AddressOrEmpty(v)
            ?? (v.Length == 0 && x.PeerAddress2.Length > 0 ? "it must be set, since Node:PeerAddress2 is"
                : v.Length == 0 ? null
                : Addresses.Same(v, x.RedundancyAddress.Length > 0 ? x.RedundancyAddress : x.LocalAddress) ? "it must differ from the address of the first path" : null));
        this.Check(x => x.PeerAddress2, (x, v) => AddressOrEmpty(v)
            ?? (v.Length == 0 && x.RedundancyAddress2.Length > 0 ? "it must be set, since Node:RedundancyAddress2 is"
                : v.Length == 0 ? null
                : Addresses.Same(v, x.PeerAddress) ? "it must differ from Node:PeerAddress"
                : Addresses.Same(v, x.RedundancyAddress2) || Addresses.Same(v, x.RedundancyAddress) || Addresses.Same(v, x.LocalAddress) ? "it must not be an address of this server" : null));
    }

    private static string? InterfaceOrEmpty(string name)
        => name.Length == 0 || (name.Length <= LongestInterface && name.All(c => c is > ' ' and < (char)127 and not '/' and not ':')) ? null : "it must be the name of an interface such as eth1, or empty";

    private static bool IsPathBase(string path)
        => path[0] == '/' && path[^1] != '/' && !path.Contains("//", StringComparison.Ordinal) && path.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/');

    private static string? AddressOrEmpty(string text)
        => text.Length == 0 || Addresses.TryParse(text, out _) ? null : "it must be an IP address such as 10.1.1.1, or empty";

    private static bool SharesAddress(NodeOptions x)
    {
        var http = x.HttpAddress.Length == 0 ? x.LocalAddress : x.HttpAddress;
        var peer = x.RedundancyAddress.Length == 0 ? x.LocalAddress : x.RedundancyAddress;
        return http == "*" || http == peer || Addresses.Same(http, peer) || (x.RedundancyAddress2.Length > 0 && Addresses.Same(http, x.RedundancyAddress2));
    }
}
