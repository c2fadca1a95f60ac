using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Notifications;

/// <summary>A change of who is told what, in words.</summary>
internal static class SettingsChange
{
    private const int MostNamed = 10;

    /// <summary>What changes; null when nothing does.</summary>
    public static string? Sentence(NotificationSettings before, NotificationSettings after)
    {
        if (Mark(before) == Mark(after))
        {
            return null;
        }

        List<string> changes =
        [
            .. Changes("channel", before.Channels, after.Channels, c => c.Name),
            .. Changes("rule", before.Rules, after.Rules, r => r.Name),
        ];
        if (changes.Count == 0)
        {
            changes.Add("their order");
        }

        var named = string.Join(", ", changes.Take(MostNamed)) + (changes.Count > MostNamed ? $" and {changes.Count - MostNamed} more" : "");
        return $"The notification settings change: {named}. This is said in the way that was in force until now.";
    }

    /// <summary>Differs between different settings; tells nothing about them.</summary>
    public static string Mark(NotificationSettings settings)
        => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(settings, ConfigurationJson.Compact))).AsSpan(0, 6));

    private static IEnumerable<string> Changes<T>(string kind, IReadOnlyList<T> before, IReadOnlyList<T> after, Func<T, string> name)
        where T : class
    {
        foreach (var old in before)
        {
            var now = after.FirstOrDefault(a => Same(name(a), name(old)));
            if (now is null)
            {
                yield return $"{kind} {name(old)} is removed";
            }
            else if (JsonSerializer.Serialize(old, ConfigurationJson.Compact) != JsonSerializer.Serialize(now, ConfigurationJson.Compact))
            {
                yield return now is NotificationChannel { Enabled: false } ? $"{kind} {name(old)} is switched off" : $"{kind} {name(old)} is changed";
            }
        }

        foreach (var added in after.Where(a => !before.Any(b => Same(name(b), name(a)))))
        {
            yield return $"{kind} {name(added)} is added";
        }
    }

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
