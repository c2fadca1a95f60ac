using System.Text.Json;
using HaConsole.Engine.Commands;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Notifications;
using HaConsole.Engine.Notifications.Senders;
using HaConsole.Engine.Peering;
using HaConsole.Failover;
using Microsoft.Extensions.Logging;

namespace HaConsole.Engine;

/// <content>Who is told what happens.</content>
public sealed partial class HaEngine
{
    private readonly NotificationCenter notifications;

    /// <inheritdoc/>
    public NotificationStatus Notifications => notifications.Status();

    /// <inheritdoc/>
    public async Task<NotificationStatus?> NotificationsOfAsync(int server, CancellationToken cancellationToken)
        => server == parts.Rank.Number() ? Notifications : await calls.AskAsync(NotificationCenter.StatusPath, "", NotificationJson.Default.NotificationStatus, QuickCall, cancellationToken);

    /// <inheritdoc/>
    public async Task<DeliveryResult> TestNotificationAsync(string channel, int server, string owner, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(channel);
        if (server == parts.Rank.Number())
        {
            return await notifications.TestAsync(channel, owner, cancellationToken);
        }

        var longest = keeper.Current.Content.Notifications.Channels.Select(c => c.Timeout).DefaultIfEmpty(0).Max();
        var body = JsonSerializer.Serialize(new TestCall(channel, owner), NotificationJson.Default.TestCall);
        return await calls.AskAsync(NotificationCenter.TestPath, body, NotificationJson.Default.DeliveryResult, TimeSpan.FromSeconds(longest) + QuickCall, cancellationToken)
            ?? new DeliveryResult(false, NoAnswer(server), false, []);
    }

    private NotificationCenter MakeNotifications()
    {
        var urls = parts.PublicUrl ?? new OwnConsoleUrl(parts.Options);
        var folder = Path.Combine(parts.Options.DataDirectory, "notifications");
        ISender smtp = new SmtpSender(urls, parts.Time), webhook = new WebhookSender(urls, parts.Time), syslog = new SyslogSender(), command = new CommandSender(urls, parts.Options.DataDirectory);
        return new NotificationCenter(new NotificationContext
        {
            Server = parts.Rank.Number(),
            Folder = folder,
            Time = parts.Time,
            Timing = parts.NotificationTiming,
            Journal = parts.Journal,
            Settings = () => keeper.Current.Content.Notifications,
            SenderOf = type => type switch { ChannelType.Webhook => webhook, ChannelType.Syslog => syslog, ChannelType.Command => command, _ => smtp },
            HasPeer = parts.Link is not null,
            PeerConnected = () => parts.Link?.Status.State == PeerLinkState.Connected,
            PeerHealthy = () => Current.Servers.FirstOrDefault(s => !s.Local)?.Health == "Healthy",
            AskPeer = async (path, body, bound, token) => parts.Link is { } link && await link.ForwardAsync(new ForwardedRequest("POST", path, body, new Dictionary<string, string>()), bound, token) is { Status: 200 } answer ? answer.Body : null,
            Record = entry => Record(entry with { Epoch = box.State.HighestEpoch.Value }),
            Snapshot = () => Current,
            Changed = feed.Changed,
            Failed = e => LogNotifications(logger, e),
        });
    }

    [LoggerMessage(1041, LogLevel.Error, "The notifications met a problem and go on.")]
    private static partial void LogNotifications(ILogger logger, Exception exception);
}
