using HaConsole.Engine.Configuration;

namespace HaConsole.Web.Model.Settings;

/// <summary>Fields of a notification channel, by its type.</summary>
public static class ChannelFields
{
    private static readonly FieldSpec[] First =
    [
        new(nameof(NotificationChannel.Name), FieldKind.Text),
        new(nameof(NotificationChannel.Type), FieldKind.Choice) { Choices = Enum.GetNames<ChannelType>() },
        new(nameof(NotificationChannel.Enabled), FieldKind.Flag),
    ];

    private static readonly FieldSpec[] Common =
    [
        new(nameof(NotificationChannel.Timeout), FieldKind.Number),
        new(nameof(NotificationChannel.QuietFrom), FieldKind.Text),
        new(nameof(NotificationChannel.QuietTo), FieldKind.Text),
        new(nameof(NotificationChannel.QuietZone), FieldKind.Text),
        new(nameof(NotificationChannel.AlarmsInQuietHours), FieldKind.Flag),
    ];

    private static readonly FieldSpec Fingerprint = new(nameof(NotificationChannel.Fingerprint), FieldKind.Text);

    /// <summary>Fields of a type, in their order.</summary>
    public static IReadOnlyList<FieldSpec> Of(ChannelType type)
    {
        FieldSpec[] own = type switch
        {
            ChannelType.Email =>
            [
                new(nameof(NotificationChannel.To), FieldKind.Lines),
                new(nameof(NotificationChannel.From), FieldKind.Text),
                new(nameof(NotificationChannel.Host), FieldKind.Text),
                new(nameof(NotificationChannel.Security), FieldKind.Choice) { Choices = Enum.GetNames<MailSecurity>() },
                new(nameof(NotificationChannel.Port), FieldKind.Whole),
                new(nameof(NotificationChannel.User), FieldKind.Text),
                new(nameof(NotificationChannel.Password), FieldKind.Secret),
                Fingerprint,
            ],
            ChannelType.Webhook =>
            [
                new(nameof(NotificationChannel.Url), FieldKind.Text),
                new(nameof(NotificationChannel.Token), FieldKind.Secret),
                new(nameof(NotificationChannel.Template), FieldKind.Choice) { Choices = Enum.GetNames<WebhookTemplate>() },
                new(nameof(NotificationChannel.SigningKey), FieldKind.Secret),
                Fingerprint,
            ],
            ChannelType.Syslog =>
            [
                new(nameof(NotificationChannel.Host), FieldKind.Text),
                new(nameof(NotificationChannel.Transport), FieldKind.Choice) { Choices = Enum.GetNames<SyslogTransport>() },
                new(nameof(NotificationChannel.Port), FieldKind.Whole),
                new(nameof(NotificationChannel.Facility), FieldKind.Whole),
                Fingerprint,
            ],
            _ => [new(nameof(NotificationChannel.Command), FieldKind.Text), new(nameof(NotificationChannel.Arguments), FieldKind.Lines)],
        };
        return [.. First, .. own, .. Common];
    }

    /// <summary>The channel without what its type does not use.</summary>
    public static NotificationChannel Only(NotificationChannel channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return Kept.Of(channel, Of(channel.Type));
    }
}

/// <summary>Fields of a notification rule.</summary>
public static class RuleFields
{
    /// <summary>All, in their order.</summary>
    public static IReadOnlyList<FieldSpec> All { get; } =
    [
        new(nameof(NotificationRule.Name), FieldKind.Text),
        new(nameof(NotificationRule.Enabled), FieldKind.Flag),
        new(nameof(NotificationRule.Severity), FieldKind.Choice) { Choices = Enum.GetNames<NotifiedSeverity>() },
        new(nameof(NotificationRule.Events), FieldKind.Lines),
        new(nameof(NotificationRule.Channels), FieldKind.Lines),
        new(nameof(NotificationRule.Digest), FieldKind.Number),
        new(nameof(NotificationRule.Repeat), FieldKind.Number),
    ];
}
