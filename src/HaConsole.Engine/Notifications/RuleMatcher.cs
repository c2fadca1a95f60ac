using System.Text;
using System.Text.RegularExpressions;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;

namespace HaConsole.Engine.Notifications;

/// <summary>Which rules want an event, and where it goes.</summary>
internal static class RuleMatcher
{
    /// <summary>Kind of an event that tells that a state lasts.</summary>
    public const string LastsKind = "state-lasts";

    /// <summary>Kind of an event that tells that a state which was told to last is over.</summary>
    public const string OverKind = "state-over";

    /// <summary>Kind of an event about a channel that fails.</summary>
    public const string FailingKind = "notification-failing";

    /// <summary>Kind of an event about a channel that works again.</summary>
    public const string WorksKind = "notification-works";

    /// <summary>Kind of an event about messages that were given up.</summary>
    public const string ExpiredKind = "notification-expired";

    /// <summary>The rule by which an event goes to a channel: one that sends at once before one that gathers; null: it does not go there.</summary>
    public static NotificationRule? RuleFor(HaEvent entry, string channel, NotificationSettings settings)
        => entry.Kind is FailingKind or WorksKind or ExpiredKind && Same(entry.Evidence.GetValueOrDefault("channel", ""), channel) ? null
            : settings.Rules.Where(r => Uses(r, channel) && Wants(r, entry)).OrderBy(r => r.Digest).FirstOrDefault();

    /// <summary>Whether a rule speaks on a channel.</summary>
    public static bool Uses(NotificationRule rule, string channel) => rule.Enabled && (rule.Channels.Count == 0 || rule.Channels.Any(c => Same(c, channel)));

    /// <summary>Whether a rule tells again and again that a state lasts.</summary>
    public static bool Repeats(NotificationRule rule, string state) => rule is { Enabled: true, Repeat: > 0 } && IsNamed(rule, state);

    private static bool Wants(NotificationRule rule, HaEvent entry)
        => entry.Kind is LastsKind or OverKind
            ? Same(entry.Evidence.GetValueOrDefault("rule", ""), rule.Name)
            : (int)entry.Severity >= (int)rule.Severity && IsNamed(rule, entry.Kind);

    private static bool IsNamed(NotificationRule rule, string kind)
        => rule.Events.Count == 0 || rule.Events.Any(pattern => pattern.Contains('*', StringComparison.Ordinal) ? Fits(pattern, kind) : Same(pattern, kind));

    private static bool Fits(string pattern, string kind)
    {
        var form = new StringBuilder("^");
        foreach (var part in pattern)
        {
            form.Append(part == '*' ? ".*" : Regex.Escape(part.ToString()));
        }

        return Regex.IsMatch(kind, form.Append("\\z").ToString(), RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
