using System.Globalization;
using HaConsole.Engine.Configuration;
using HaConsole.Failover;

namespace HaConsole.Engine.Notifications;

/// <summary>When a channel is quiet.</summary>
internal static class QuietHours
{
    /// <summary>End of the quiet hours that an event falls into; null when it goes at once.</summary>
    public static DateTimeOffset? EndFor(NotificationChannel channel, Severity severity, DateTimeOffset now)
    {
        if ((severity == Severity.Alarm && channel.AlarmsInQuietHours) || Read(channel.QuietFrom) is not { } from || Read(channel.QuietTo) is not { } to || from == to)
        {
            return null;
        }

        var zone = channel.QuietZone.Length > 0 && TimeZoneInfo.TryFindSystemTimeZoneById(channel.QuietZone, out var found) ? found : TimeZoneInfo.Utc;
        var local = TimeZoneInfo.ConvertTime(now, zone);
        var time = TimeOnly.FromDateTime(local.DateTime);
        if (!time.IsBetween(from, to))
        {
            return null;
        }

        var day = DateOnly.FromDateTime(local.DateTime);
        var end = (time < to ? day : day.AddDays(1)).ToDateTime(to);
        while (zone.IsInvalidTime(end))
        {
            // The clock is put forward over it.
            end = end.AddMinutes(15);
        }

        return new DateTimeOffset(end, zone.GetUtcOffset(end)).ToUniversalTime();
    }

    private static TimeOnly? Read(string text)
        => TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
}
