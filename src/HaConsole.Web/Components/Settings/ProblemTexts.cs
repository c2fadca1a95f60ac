using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Settings;

/// <summary>
/// Messages of the engine's rules for the page: with the labels of the fields instead of their keys, and in the language of the page as
/// far as the message is known.
/// </summary>
public sealed partial class ProblemTexts(IStringLocalizer<SettingsTexts> common, IStringLocalizer labels)
{
    private static readonly (string Name, Regex Form)[] Known =
    [
        ("range-seconds", new Regex(@"^it must be (\S+) … (\S+) seconds\z")),
        ("range-hours", new Regex(@"^it must be (\S+) … (\S+) hours\z")),
        ("port-tcp", new Regex(@"^it must be (\S+) … (\S+) for type tcp\z")),
        ("time", new Regex(@"^it must be a local time 00:00 … 23:59, or empty\z")),
        ("name", new Regex(@"^it must be 1 … 64 letters, digits, -, _ or \. and begin with a letter or digit\z")),
        ("standby-port", new Regex(@"^it must be (\S+) … (\S+) while the Standby answers there\z")),
        ("standby-target", new Regex(@"^it must be the beginning of a URL such as (\S+), without a path, or empty\z")),
        ("standby-plain", new Regex(@"answers plain HTTP only: clients that speak TLS to port (\S+) get an error\z")),
        ("range", new Regex(@"^it must be (\S+) … (\S+)\z")),
        ("least", new Regex(@"^it must be (\S+) seconds or more\z")),
        ("below", new Regex(@"^it must be below (.+) \((\S+)\)\z")),
        ("differ", new Regex(@"^it must differ from (.+)\z")),
        ("address-while", new Regex(@"^it must be an IP address(?: such as \S+)? while (.+) is true\z")),
        ("address-or-empty", new Regex(@"^it must be an IP address such as (\S+), or empty\z")),
        ("address", new Regex(@"^it must be an IP address such as (\S+)\z")),
        ("needed", new Regex(@"^it must be set for type (.+)\z")),
        ("url", new Regex(@"^it must be a URL such as (\S+)(?: for type \S+)?\z")),
        ("unit", new Regex(@"^it must be the name of a systemd unit such as (\S+)\z")),
        ("line", new Regex(@"^it must be one line of at most (\d+) characters\z")),
        ("script", new Regex(@"^it must be at most (\d+) characters without control characters\z")),
        ("number", new Regex(@"^it must be a number such as 0\.5 or 30\z")),
        ("whole", new Regex(@"^it must be a whole number such as 5\z")),
        ("variables", new Regex(@"^it must be lines of the form NAME=value\z")),
        ("once", new Regex(@"^it must name (.+) once\z")),
        ("choice", new Regex(@"^it must be one of (.+)\z")),
        ("path", new Regex(@"^it must be the absolute path of a directory such as (\S+), without a slash at its end\z")),
        ("system", new Regex(@"^it must be a directory of an application, not one of the system\z")),
        ("busy", new Regex(@"^below 0\.1 seconds a busy server can miss its beats\z")),
        ("restart", new Regex(@"^\(N-1\) x H is (\S+) seconds, less than (.+) \((\S+)\): .*\z")),
        ("ipsws", new Regex(@"^the load balancer must then check mod=IPSWS\z")),
        ("vip-follows", new Regex(@"^the address would follow the role and the role the address: .*\z")),
        ("vip-unheard", new Regex(@"^the pair holds it itself \((.+)\) and server #(\d) listens on (\S+) alone: .*\z")),
        ("stranger", new Regex(@"^another machine, (.+), answers for it on (\S+): .*\z")),
        ("switched-named", new Regex(@"^the interface that is switched must be named\z")),
        ("margin", new Regex(@"^it should be (\S+) seconds or more, 3 above the timeout of check (.+)\z")),
    ];

    /// <summary>A message as it is shown: a sentence.</summary>
    public string Of(string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var labelled = Key().Replace(message, match => labels[$"{match.Groups[1].Value}.label"] is { ResourceNotFound: false } label ? "“" + label.Value + "”" : match.Value);
        foreach (var (name, form) in Known)
        {
            if (form.Match(labelled) is { Success: true } match)
            {
                return common["rule." + name, [.. match.Groups.Values.Skip(1).Select(object (g) => Number(g.Value))]];
            }
        }

        var spoken = Spoken(labelled);
        return char.ToUpper(spoken[0], CultureInfo.CurrentCulture) + spoken[1..] + ".";
    }

    private static string Number(string text)
        => double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number.ToString("0.######", CultureInfo.CurrentCulture) : text;

    [GeneratedRegex(@"\b(?:HotStandby|(?:Services|Checks|Certificates|FileSets|Addresses|Notifications:Channels|Notifications:Rules):\d+):([A-Za-z0-9]+)")]
    private static partial Regex Key();
}
