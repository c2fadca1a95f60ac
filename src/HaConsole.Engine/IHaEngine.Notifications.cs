using HaConsole.Engine.Notifications;

namespace HaConsole.Engine;

/// <content>Who is told what happens.</content>
public partial interface IHaEngine
{
    /// <summary>Channels and delivery log as this server sees them.</summary>
    NotificationStatus Notifications { get; }

    /// <summary>Channels and delivery log as a server sees them; null when it does not answer.</summary>
    Task<NotificationStatus?> NotificationsOfAsync(int server, CancellationToken cancellationToken);

    /// <summary>Has a server send a message that only proves that a channel works; the exact answer of the receiver.</summary>
    Task<DeliveryResult> TestNotificationAsync(string channel, int server, string owner, CancellationToken cancellationToken);
}
