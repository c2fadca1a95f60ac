using System.Globalization;
using HaConsole.Engine.Notifications;
using HaConsole.Web.Live;
using HaConsole.Web.Model.Notifications;

namespace HaConsole.Web.Operations;

/// <summary>What people see of notifications, and the test of a channel. The same for pages, API and command line.</summary>
public sealed class NotificationOperations(ConsoleEngine engine, OperationGate gate)
{
    /// <summary>Channels, rules and delivery log as both servers see them now; the other server is asked, within seconds.</summary>
    public async Task<NotificationView> LookAsync(CancellationToken cancellationToken)
    {
        var said = await Task.WhenAll(engine.Engine.Current.Servers.Select(async s => (s.Server, await engine.Engine.NotificationsOfAsync(s.Server, cancellationToken).ConfigureAwait(false)))).ConfigureAwait(false);
        return NotificationViews.Of(engine.Engine.Configuration.Content.Notifications, said);
    }

    /// <summary>Has a server send a message that only proves that a channel works.</summary>
    /// <param name="actor">Who; an admin.</param>
    /// <param name="channel">Name of the channel.</param>
    /// <param name="server">Server that sends; 0 = the asked one.</param>
    public Task<OperationResult<DeliveryResult>> TestAsync(Actor actor, string channel, int server)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(channel);
        var servers = engine.Engine.Current.Servers;
        var sender = server == 0 ? servers.FirstOrDefault(s => s.Local)?.Server ?? 1 : server;
        var operation = new Operation(
            "notification-test",
            string.Create(CultureInfo.InvariantCulture, $"channel {channel} from server {sender}"),
            string.Create(CultureInfo.InvariantCulture, $"haconsole notifications test {SettingsCommandLine.Word(channel)} --server {sender}"),
            Right.Administer);
        return gate.RunAsync(actor, operation, async () =>
        {
            if (!servers.Any(s => s.Server == sender))
            {
                return new OperationResult<DeliveryResult>(OperationEnd.Invalid, "The server must be one of the pair.", null);
            }

            if (!engine.Engine.Configuration.Content.Notifications.Channels.Any(c => c.Name.Equals(channel, StringComparison.OrdinalIgnoreCase)))
            {
                return new OperationResult<DeliveryResult>(OperationEnd.Refused, $"There is no channel {channel}.", null);
            }

            var result = await engine.Engine.TestNotificationAsync(channel, sender, actor.Name, CancellationToken.None).ConfigureAwait(false);
            return new OperationResult<DeliveryResult>(result.Succeeded ? OperationEnd.Done : OperationEnd.Failed, result.Answer, result);
        }, (end, sentence) => new OperationResult<DeliveryResult>(end, sentence, null));
    }
}
