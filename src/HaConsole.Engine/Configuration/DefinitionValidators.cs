using System.Globalization;
using System.Text.RegularExpressions;
using FluentValidation;

namespace HaConsole.Engine.Configuration;

/// <summary>Rules that definitions of services and checks have in common.</summary>
internal static partial class DefinitionRules
{
    private const int LongestLine = 500;
    private const int LongestScript = 8000;

    /// <summary>Legal names: they stand in log lines, in the body of <c>mod=IPSWS</c> and in file names.</summary>
    public static string? Name(string text)
        => NameForm().IsMatch(text) ? null : "it must be 1 … 64 letters, digits, -, _ or . and begin with a letter or digit";

    /// <summary>A needed text.</summary>
    public static string? Needed(string text, bool needed, string kind)
        => needed && string.IsNullOrWhiteSpace(text) ? $"it must be set for type {kind}" : null;

    /// <summary>An absolute URL of a web server.</summary>
    public static string? Url(string text, bool needed, string kind)
        => text.Length == 0
            ? needed ? $"it must be a URL such as http://127.0.0.1:9000/health for type {kind}" : null
            : Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0 ? null
            : "it must be a URL such as http://127.0.0.1:9000/health";

    /// <summary>One line for people or for the system: no control characters, and none that turn the direction of the text around.</summary>
    public static string? Line(string text)
        => text.Length > LongestLine || text.Any(c => char.IsControl(c) || IsDirection(c)) ? $"it must be one line of at most {LongestLine} characters" : null;

    /// <summary>A shell command, which may have several lines.</summary>
    public static string? Script(string text)
        => text.Length > LongestScript || text.Any(c => (char.IsControl(c) && c is not ('\n' or '\r' or '\t')) || IsDirection(c))
            ? $"it must be at most {LongestScript} characters without control characters" : null;

    /// <summary>An absolute path without steps upwards; may be empty when it is not needed.</summary>
    public static string? FilePath(string text, bool needed = false)
        => text.Length == 0 ? needed ? "it must be the absolute path of a file such as /etc/ssl/private/portal.pem" : null
            : Line(text) ?? (text.StartsWith('/') && !text.EndsWith('/') && !text.Split('/').Contains("..") ? null : "it must be the absolute path of a file such as /etc/ssl/private/portal.pem");

    private static bool IsDirection(char c) => c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex NameForm();
}

/// <summary>Rules of one managed service.</summary>
public sealed class ServiceDefinitionValidator : AbstractValidator<ServiceDefinition>
{
    private const int MostNeeds = 50;

    /// <summary>Makes the rules.</summary>
    public ServiceDefinitionValidator()
    {
        this.Check(x => x.Name, (_, v) => DefinitionRules.Name(v));
        this.Check(x => x.Command, (x, v) => DefinitionRules.Needed(v, x.Type == ServiceType.Process, "process"));
        this.Check(x => x.Unit, (x, v) => DefinitionRules.Needed(v, x.Type == ServiceType.Systemd, "systemd"));
        this.Check(x => x.Unit, (_, v) => v.Any(c => char.IsWhiteSpace(c) || c == '/') || v.StartsWith('-') ? "it must be the name of a systemd unit such as cti.service" : null);
        this.Check(x => x.StartCommand, (x, v) => DefinitionRules.Needed(v, x.Type == ServiceType.Command, "command"));
        this.Check(x => x.StopCommand, (x, v) => DefinitionRules.Needed(v, x.Type == ServiceType.Command, "command"));
        this.Check(x => x.StatusCommand, (x, v) => DefinitionRules.Needed(v, x.Type == ServiceType.Command, "command"));
        this.Check(x => x.Url, (x, v) => DefinitionRules.Url(v, x.Type == ServiceType.Http, "http"));
        this.Check(x => x.Command, (_, v) => DefinitionRules.Line(v));
        this.Check(x => x.WorkingDirectory, (_, v) => DefinitionRules.Line(v));
        this.Check(x => x.StartCommand, (_, v) => DefinitionRules.Script(v));
        this.Check(x => x.StopCommand, (_, v) => DefinitionRules.Script(v));
        this.Check(x => x.StatusCommand, (_, v) => DefinitionRules.Script(v));
        this.Check(x => x.Url, (_, v) => DefinitionRules.Line(v));
        this.Range(x => x.StartTimeout, 0.1, 3600, "seconds");
        this.Range(x => x.StopTimeout, 0.1, 3600, "seconds");
        this.Range(x => x.StartDelay, 0, 3600, "seconds");
        this.Range(x => x.CtiPorts, 0, 100000);
        this.Range(x => x.CtiDevices, 0, 100000);
        this.Range(x => x.RestartBudget, 0, 1000);
        this.Check(x => x.RestartAt, (x, v) => v.Length == 0 || TimeOnly.TryParseExact(v, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? null : "it must be a local time 00:00 … 23:59, or empty");
        this.Check(x => x.Port, (x, v) => StandbyRules.Port(v, x.StandbyResponder));
        this.Check(x => x.RedirectTo, (_, v) => StandbyRules.Target(v));
        this.Check(x => x.Needs, (x, v) => v.Count > MostNeeds || v.Any(n => DefinitionRules.Name(n) is not null) ? $"it must be at most {MostNeeds} names of services or checks"
            : v.Any(n => n.Equals(x.Name, StringComparison.OrdinalIgnoreCase)) ? "a service must not need itself" : null);
    }
}
