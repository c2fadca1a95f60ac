using System.Globalization;
using System.Net.Mail;
using FluentValidation;
using FluentValidation.Results;

namespace HaConsole.Engine.Configuration;

/// <summary>Rules of one notification channel.</summary>
public sealed class NotificationChannelValidator : AbstractValidator<NotificationChannel>
{
    private const int MostReceivers = 50;
    private const int LongestSecret = 500;
    private const string TokenPlace = "{token}";
    private const string Form = "it must be a URL without a user, with {token} in its path or query only";

    /// <summary>Makes the rules.</summary>
    public NotificationChannelValidator()
    {
        this.Check(x => x.Name, (_, v) => DefinitionRules.Name(v));
        this.Check(x => x.Host, (x, v) => x.Type is ChannelType.Email or ChannelType.Syslog ? Host(v) ?? DefinitionRules.Needed(v, true, Kind(x)) : Host(v));
        this.Range(x => x.Port, 0, 65535);
        this.Check(x => x.User, (x, v) => DefinitionRules.Line(v) ?? (v.Length > 0 && x is { Type: ChannelType.Email, Security: MailSecurity.None } ? "it must be empty while Security is none: no password is sent in clear text" : null));
        this.Check(x => x.Password, (_, v) => Secret(v));
        this.Check(x => x.From, (x, v) => v.Length == 0 && x.Type != ChannelType.Email ? null : MailAddressProblem(v));
        this.Check(x => x.To, (x, v) => x.Type == ChannelType.Email && (v.Count is 0 or > MostReceivers || v.Any(to => MailAddressProblem(to) is not null)) ? $"it must be 1 … {MostReceivers} e-mail addresses such as on-call@example.com" : null);
        this.Check(x => x.Url, (x, v) => WebUrl(v, x.Type == ChannelType.Webhook));
        this.Check(x => x.Token, (_, v) => Secret(v) ?? (v.Any(c => c is <= ' ' or > '~') ? "it must be letters, digits and signs without spaces" : null));
        this.Check(x => x.SigningKey, (_, v) => Secret(v));
        this.Range(x => x.Facility, 0, 23);
        this.Check(x => x.Command, (x, v) => DefinitionRules.Needed(v, x.Type == ChannelType.Command, "command") ?? DefinitionRules.FilePath(v));
        this.Check(x => x.Arguments, (_, v) => v.Count > 100 || v.Any(a => a.Contains('\0') || a.Length > 8000) ? "it must be at most 100 arguments of at most 8000 characters" : null);
        this.Check(x => x.Fingerprint, (_, v) => v.Length == 0 || IsFingerprint(v) ? null : "it must be the SHA-256 of a certificate, 64 hexadecimal digits, or empty");
        this.Range(x => x.Timeout, 1, 60, "seconds");
        this.Check(x => x.QuietFrom, (x, v) => Time(v) ?? (v.Length == 0 && x.QuietTo.Length > 0 ? "it must be set together with QuietTo" : null));
        this.Check(x => x.QuietTo, (x, v) => Time(v) ?? (v.Length == 0 && x.QuietFrom.Length > 0 ? "it must be set together with QuietFrom" : v.Length > 0 && v == x.QuietFrom ? "it must differ from QuietFrom" : null));
        this.Check(x => x.QuietZone, (_, v) => v.Length == 0 || (DefinitionRules.Line(v) is null && TimeZoneInfo.TryFindSystemTimeZoneById(v, out TimeZoneInfo? _)) ? null : "it must be a time zone such as Europe/Paris, or empty for UTC");
    }

    private static string Kind(NotificationChannel channel) => ProblemRules.Kebab(channel.Type.ToString());

    private static string? Host(string text)
        => text.Length == 0 || (text.Length <= 253 && Uri.CheckHostName(text) != UriHostNameType.Unknown) ? null : "it must be a host name or an IP address";

    private static string? Secret(string text)
        => text.Length > LongestSecret || text.Any(char.IsControl) ? $"it must be at most {LongestSecret} characters without control characters" : null;

    /// <summary>An address alone, in ASCII: what would end a line or begin another header of a mail is none.</summary>
    private static string? MailAddressProblem(string text)
        => text.Length is > 0 and <= 254 && text.All(c => c is > ' ' and <= '~' and not ('<' or '>' or ',' or ';' or '"' or '(' or ')' or '\\')) && MailAddress.TryCreate(text, out var address) && address.Address == text
            ? null : "it must be an e-mail address such as on-call@example.com";

    private static string? WebUrl(string text, bool needed)
    {
        if (DefinitionRules.Line(text) is { } line)
        {
            return line;
        }

        if (DefinitionRules.Url(text.Replace(TokenPlace, "token", StringComparison.Ordinal), needed, "webhook") is { } problem)
        {
            return problem;
        }

        if (text.Length == 0)
        {
            return null;
        }

        var path = text.IndexOf('/', text.IndexOf("//", StringComparison.Ordinal) + 2);
        var token = text.IndexOf(TokenPlace, StringComparison.Ordinal);
        return new Uri(text.Replace(TokenPlace, "token", StringComparison.Ordinal)).UserInfo.Length > 0 || (token >= 0 && (path < 0 || token < path)) ? Form : null;
    }

    private static bool IsFingerprint(string text) => text.Replace(":", "", StringComparison.Ordinal) is { Length: 64 } digits && digits.All(char.IsAsciiHexDigit);

    private static string? Time(string text)
        => text.Length == 0 || TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? null : "it must be a local time 00:00 … 23:59, or empty";
}

/// <summary>Rules of one notification rule.</summary>
public sealed class NotificationRuleValidator : AbstractValidator<NotificationRule>
{
    /// <summary>Makes the rules.</summary>
    public NotificationRuleValidator()
    {
        this.Check(x => x.Name, (_, v) => DefinitionRules.Name(v));
        this.Check(x => x.Events, (_, v) => v.Count > 100 || v.Any(e => e.Length is 0 or > 64 || !e.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '*')) ? "it must be at most 100 kinds of events such as role-changed or configuration-*" : null);
        this.Check(x => x.Channels, (_, v) => v.Count > 100 || v.Any(c => DefinitionRules.Name(c) is not null) ? "it must be at most 100 names of channels" : null);
        this.Range(x => x.Digest, 0, 86400, "seconds");
        this.Check(x => x.Repeat, (_, v) => v is 0 or (>= 60 and <= 604800) ? null : "it must be 0 (never) or 60 … 604800 seconds");
    }
}

/// <summary>Rules of all of it: unique names, and channels that there are.</summary>
public sealed class NotificationSettingsValidator : AbstractValidator<NotificationSettings>
{
    private const int Most = 50;

    /// <summary>Makes the rules.</summary>
    public NotificationSettingsValidator()
    {
        RuleForEach(x => x.Channels).SetValidator(new NotificationChannelValidator());
        RuleForEach(x => x.Rules).SetValidator(new NotificationRuleValidator());
        this.Check(x => x.Channels, (_, v) => v.Count > Most ? $"it must be at most {Most} channels" : null);
        this.Check(x => x.Rules, (_, v) => v.Count > Most ? $"it must be at most {Most} rules" : null);
        RuleFor(x => x).Custom((settings, context) =>
        {
            Unique("Channels", [.. settings.Channels.Select(c => c.Name)], context);
            Unique("Rules", [.. settings.Rules.Select(r => r.Name)], context);
            for (var i = 0; i < settings.Rules.Count; i++)
            {
                foreach (var missing in settings.Rules[i].Channels.Where(n => !settings.Channels.Any(c => c.Name.Equals(n, StringComparison.OrdinalIgnoreCase))))
                {
                    context.AddFailure(new ValidationFailure($"Notifications.Rules[{i}].Channels", $"Notifications:Rules:{i}:Channels names {missing}; it must be the name of a channel"));
                }
            }
        });
    }

    private static void Unique(string section, string[] names, ValidationContext<NotificationSettings> context)
    {
        for (var i = 0; i < names.Length; i++)
        {
            var first = Array.FindIndex(names, n => n.Equals(names[i], StringComparison.OrdinalIgnoreCase));
            if (first < i && names[i].Length > 0)
            {
                context.AddFailure(new ValidationFailure($"Notifications.{section}[{i}].Name", $"Notifications:{section}:{i}:Name is {names[i]}; it must differ from Notifications:{section}:{first}:Name"));
            }
        }
    }
}
