using HaConsole.Engine.Configuration;

namespace HaConsole.Web.Operations;

/// <content>Notification channels and rules, one at a time.</content>
public sealed partial class ConfigurationOperations
{
    /// <summary>Adds a channel, or replaces the one that was seen. Secrets that are empty keep what they are; rules follow a new name.</summary>
    public Task<OperationResult<ConfigurationChange>> SaveChannelAsync(Actor actor, NotificationChannel wanted, NotificationChannel? seen)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return NotifyAsync(actor, ListOperation("notification channel", seen?.Name, wanted.Name), now => now with
        {
            Channels = Replaced(now.Channels, KeepSecrets(wanted, seen), seen, c => c.Name, "notification channel"),
            Rules = seen is null ? now.Rules : [.. now.Rules.Select(r => r with { Channels = [.. r.Channels.Select(c => IsNamed(c, seen.Name) ? wanted.Name : c)] })],
        });
    }

    /// <summary>Removes a channel. A rule that spoke on it alone is switched off: without names it would speak on all.</summary>
    public Task<OperationResult<ConfigurationChange>> RemoveChannelAsync(Actor actor, NotificationChannel seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        return NotifyAsync(actor, ListOperation("notification channel", seen.Name, null), now => now with
        {
            Channels = Without(now.Channels, seen, c => c.Name, "notification channel"),
            Rules = [.. now.Rules.Select(r => r.Channels.Any(c => IsNamed(c, seen.Name))
                ? r with { Channels = [.. r.Channels.Where(c => !IsNamed(c, seen.Name))], Enabled = r.Enabled && r.Channels.Any(c => !IsNamed(c, seen.Name)) }
                : r)],
        });
    }

    /// <summary>Adds a rule, or replaces the one that was seen.</summary>
    public Task<OperationResult<ConfigurationChange>> SaveRuleAsync(Actor actor, NotificationRule wanted, NotificationRule? seen)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return NotifyAsync(actor, ListOperation("notification rule", seen?.Name, wanted.Name), now => now with { Rules = Replaced(now.Rules, wanted, seen, r => r.Name, "notification rule") });
    }

    /// <summary>Removes a rule.</summary>
    public Task<OperationResult<ConfigurationChange>> RemoveRuleAsync(Actor actor, NotificationRule seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        return NotifyAsync(actor, ListOperation("notification rule", seen.Name, null), now => now with { Rules = Without(now.Rules, seen, r => r.Name, "notification rule") });
    }

    private Task<OperationResult<ConfigurationChange>> NotifyAsync(Actor actor, Operation operation, Func<NotificationSettings, NotificationSettings> edit)
        => ChangeAsync(actor, operation, now => now with { Notifications = edit(now.Notifications) });

    private static NotificationChannel KeepSecrets(NotificationChannel wanted, NotificationChannel? seen)
        => seen is null ? wanted : new NotificationSettings { Channels = [wanted] }.KeepSecretsOf(new NotificationSettings { Channels = [seen with { Name = wanted.Name }] }).Channels[0];
}
