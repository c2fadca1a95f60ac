using HaConsole.Engine.Configuration;
using HaConsole.Engine.Notifications;

namespace HaConsole.Web.Model.Notifications;

/// <summary>A channel on one server.</summary>
/// <param name="Server">1 or 2.</param>
/// <param name="Status">How it is doing there; null: the server does not answer.</param>
public sealed record ChannelPlace(int Server, ChannelStatus? Status);

/// <summary>A channel as both servers see it. No secret is in it.</summary>
/// <param name="Name">Name.</param>
/// <param name="Type">How it reaches people.</param>
/// <param name="Enabled">It is used.</param>
/// <param name="Target">Where it goes, in one line.</param>
/// <param name="Servers">Both servers.</param>
public sealed record ChannelView(string Name, ChannelType Type, bool Enabled, string Target, IReadOnlyList<ChannelPlace> Servers)
{
    /// <summary>Attempts of some server fail.</summary>
    public bool IsFailing => Enabled && Servers.Any(s => s.Status?.FailingSince is not null);
}

/// <summary>Notifications of the pair: what pages, API and command line show.</summary>
/// <param name="Channels">Channels in the order of the configuration.</param>
/// <param name="Rules">Rules in the order of the configuration.</param>
/// <param name="Log">What waits, then what has ended, newest first; each message once.</param>
public sealed record NotificationView(IReadOnlyList<ChannelView> Channels, IReadOnlyList<NotificationRule> Rules, IReadOnlyList<Delivery> Log);

/// <summary>Brings what both servers say together.</summary>
public static class NotificationViews
{
    /// <summary>The view.</summary>
    /// <param name="settings">Settings in force.</param>
    /// <param name="said">What each server says; null: it does not answer.</param>
    public static NotificationView Of(NotificationSettings settings, IReadOnlyList<(int Server, NotificationStatus? Status)> said)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(said);
        var channels = settings.Channels.Select(c => new ChannelView(c.Name, c.Type, c.Enabled, Target(c), [.. said.Select(s => new ChannelPlace(s.Server, s.Status?.Channels.FirstOrDefault(x => x.Name.Equals(c.Name, StringComparison.OrdinalIgnoreCase))))]));
        var log = said.SelectMany(s => (s.Status?.Log ?? []).Select(d => (s.Server, Delivery: d)))
            .GroupBy(d => (d.Delivery.Channel.ToUpperInvariant(), d.Delivery.Id))
            .Select(same => same.OrderByDescending(d => d.Delivery.State > DeliveryState.Failing).ThenByDescending(d => d.Delivery.Origin == d.Server).First().Delivery)
            .OrderByDescending(d => d.State <= DeliveryState.Failing)
            .ThenByDescending(d => d.Happened);
        return new NotificationView([.. channels], settings.Rules, [.. log]);
    }

    /// <summary>Where a channel goes, without secrets.</summary>
    public static string Target(NotificationChannel channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return channel.Type switch
        {
            ChannelType.Email => string.Join(", ", channel.To),
            ChannelType.Webhook => channel.Url,
            ChannelType.Syslog => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{channel.Host}{(channel.Port > 0 ? $":{channel.Port}" : "")} ({channel.Transport.ToString().ToUpperInvariant()})"),
            _ => string.Join(' ', [channel.Command, .. channel.Arguments]),
        };
    }
}
