using System.Globalization;
using HaConsole.Engine.Configuration;

namespace HaConsole.Web.Model.Settings;

/// <summary>One thing that differs between two configurations.</summary>
/// <param name="Section"><c>HotStandby</c>, <c>Services</c>, <c>Checks</c>, <c>Certificates</c>, <c>FileSets</c>, <c>Addresses</c>, <c>Channels</c> and <c>Rules</c> of notifications, <c>LoadBalancer</c>, <c>Access</c> or <c>Mutes</c>.</param>
/// <param name="Item">Name of the service, check, certificate, file set or address; empty elsewhere.</param>
/// <param name="Field">Name of the setting; empty when the whole item was added, removed or moved.</param>
/// <param name="Before">Value before; empty when there was none.</param>
/// <param name="After">Value afterwards; empty when there is none.</param>
public sealed record FieldChange(string Section, string Item, string Field, string Before, string After)
{
    /// <summary><c>changed</c>, <c>added</c>, <c>removed</c>, <c>moved</c> or <c>secret</c> (changed, and not shown).</summary>
    public string Kind { get; init; } = "changed";
}

/// <summary>What differs between two configurations, without secrets.</summary>
public static class ConfigurationDifference
{
    /// <summary>All that differs.</summary>
    public static IReadOnlyList<FieldChange> Between(PairConfiguration before, PairConfiguration after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var (shownBefore, shownAfter) = (before.WithoutSecrets(), after.WithoutSecrets());
        List<FieldChange> all =
        [
            .. Between(before.HotStandby, after.HotStandby),
            .. Items("Services", shownBefore.Services, shownAfter.Services, s => s.Name),
            .. Secrets(before, after),
            .. Items("Checks", shownBefore.Checks, shownAfter.Checks, c => c.Name),
            .. Items("Certificates", shownBefore.Certificates, shownAfter.Certificates, c => c.Name),
            .. Items("FileSets", shownBefore.FileSets, shownAfter.FileSets, c => c.Name),
            .. Items("Addresses", shownBefore.Addresses, shownAfter.Addresses, a => a.Name),
            .. Items("Channels", shownBefore.Notifications.Channels, shownAfter.Notifications.Channels, c => c.Name),
            .. ChannelSecrets(before.Notifications, after.Notifications),
            .. Items("Rules", shownBefore.Notifications.Rules, shownAfter.Notifications.Rules, r => r.Name),
            .. Fields("LoadBalancer", "", before.LoadBalancer, after.LoadBalancer),
        ];
        if (!Same(before.Access, after.Access))
        {
            all.Add(new FieldChange("Access", "", "", "", ""));
        }

        if (!Same(before.Mutes, after.Mutes))
        {
            all.Add(new FieldChange("Mutes", "", "", string.Join(", ", before.Mutes.Select(m => m.Check)), string.Join(", ", after.Mutes.Select(m => m.Check))));
        }

        return all;
    }

    /// <summary>Parameters that differ, in the order of the screen.</summary>
    public static IReadOnlyList<FieldChange> Between(HotStandbyParameters before, HotStandbyParameters after) => Fields("HotStandby", "", before, after);

    /// <summary>Whether two parts of a configuration are the same, lists entry by entry.</summary>
    public static bool Same<T>(T a, T b)
        => System.Text.Json.JsonSerializer.Serialize(a, ConfigurationJson.Options) == System.Text.Json.JsonSerializer.Serialize(b, ConfigurationJson.Options);

    private static List<FieldChange> Fields<T>(string section, string item, T before, T after)
        where T : class, new()
    {
        var (a, b) = (RecordTexts.Of(before, CultureInfo.CurrentCulture), RecordTexts.Of(after, CultureInfo.CurrentCulture));
        return [.. a.Where(x => b[x.Key] != x.Value).Select(x => new FieldChange(section, item, x.Key, x.Value, b[x.Key]))];
    }

    private static IEnumerable<FieldChange> Items<T>(string section, IReadOnlyList<T> before, IReadOnlyList<T> after, Func<T, string> name)
        where T : class, new()
    {
        var (old, present) = (ByName(before, name), ByName(after, name));
        foreach (var gone in before.Select(name).Where(n => !present.ContainsKey(n)))
        {
            yield return new FieldChange(section, gone, "", gone, "") { Kind = "removed" };
        }

        foreach (var item in after)
        {
            if (!old.TryGetValue(name(item), out var was))
            {
                yield return new FieldChange(section, name(item), "", "", name(item)) { Kind = "added" };
                continue;
            }

            foreach (var change in Fields(section, name(item), was, item))
            {
                yield return change;
            }
        }

        string[] kept = [.. before.Select(name).Where(present.ContainsKey)], now = [.. after.Select(name).Where(old.ContainsKey)];
        if (!kept.SequenceEqual(now, StringComparer.OrdinalIgnoreCase))
        {
            yield return new FieldChange(section, "", "", string.Join(", ", kept), string.Join(", ", now)) { Kind = "moved" };
        }
    }

    private static IEnumerable<FieldChange> Secrets(PairConfiguration before, PairConfiguration after)
    {
        var old = ByName(before.Services, s => s.Name);
        return after.Services.Where(s => old.TryGetValue(s.Name, out var was)
                && s.Environment.Any(v => PairConfiguration.IsSecretName(v.Key) && was.Environment.TryGetValue(v.Key, out var value) && value != v.Value))
            .Select(s => new FieldChange("Services", s.Name, nameof(ServiceDefinition.Environment), "", "") { Kind = "secret" });
    }

    private static IEnumerable<FieldChange> ChannelSecrets(NotificationSettings before, NotificationSettings after)
    {
        var old = ByName(before.Channels, c => c.Name);
        foreach (var now in after.Channels)
        {
            if (!old.TryGetValue(now.Name, out var was))
            {
                continue;
            }

            foreach (var (name, differs) in new[] { (nameof(now.Password), was.Password != now.Password), (nameof(now.Token), was.Token != now.Token), (nameof(now.SigningKey), was.SigningKey != now.SigningKey) })
            {
                if (differs)
                {
                    yield return new FieldChange("Channels", now.Name, name, "", "") { Kind = "secret" };
                }
            }
        }
    }

    private static Dictionary<string, T> ByName<T>(IReadOnlyList<T> items, Func<T, string> name)
        => items.GroupBy(name, StringComparer.OrdinalIgnoreCase).ToDictionary(g => g.Key, g => g.First(), StringComparer.OrdinalIgnoreCase);
}
