using HaConsole.Engine.Notifications;

namespace HaConsole.Web.Tests.Support;

/// <content>Notifications of both servers.</content>
internal sealed partial class FakeEngine
{
    /// <summary>As this server sees them.</summary>
    public NotificationStatus Notifications { get; set; } = new(1, [], []);

    /// <summary>As the other server sees them; null: it does not answer.</summary>
    public NotificationStatus? NotificationsThere { get; set; } = new(2, [], []);

    /// <summary>What comes of the next test.</summary>
    public DeliveryResult TestResult { get; set; } = new(true, "250 taken", false, ["> DATA", "< 250 taken"]);

    /// <summary>Tests that were asked for.</summary>
    public List<(string Channel, int Server)> Tests { get; } = [];

    public Task<NotificationStatus?> NotificationsOfAsync(int server, CancellationToken cancellationToken)
        => Task.FromResult(Current.Servers.FirstOrDefault(s => s.Local)?.Server == server ? Notifications : NotificationsThere);

    public Task<DeliveryResult> TestNotificationAsync(string channel, int server, string owner, CancellationToken cancellationToken)
    {
        Tests.Add((channel, server));
        return Task.FromResult(TestResult);
    }
}
