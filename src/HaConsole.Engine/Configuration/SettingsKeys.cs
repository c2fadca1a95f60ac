namespace HaConsole.Engine.Configuration;

/// <summary>Single settings by key: <c>settings get KEY</c>, <c>settings set KEY=VALUE …</c>.</summary>
public static class SettingsKeys
{
    /// <summary>
    /// Values of a key or of all keys below it, by full key (<c>HotStandby:HeartbeatInterval</c>); an empty key gives all. A key that
    /// does not exist gives a problem.
    /// </summary>
    public static (IReadOnlyList<KeyValuePair<string, string>> Values, ConfigurationProblem? Problem) Get(PairConfiguration content, string key)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(key);
        var all = SettingsText.Flatten(content);
        var found = all
            .Where(k => key.Length == 0 || k.Key.Equals(key, StringComparison.OrdinalIgnoreCase) || k.Key.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase))
            .Select(k => KeyValuePair.Create(k.Key, k.Value ?? ""))
            .ToList();
        if (found.Count > 0 || ConfigurationSections.IsList(key))
        {
            return (found, null);
        }

        return ([], new ConfigurationProblem(key, $"{key} is not a known key; {StrictBinder.Suggest(key, [.. all.Keys], "settings get without a key lists all")}"));
    }

    /// <summary>Applies <c>KEY=VALUE</c> texts to a configuration; all together are validated, so that their order does not matter.</summary>
    public static SettingsImport Set(PairConfiguration content, IEnumerable<string> assignments)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(assignments);
        var keys = SettingsText.Flatten(content);
        var problems = new List<ConfigurationProblem>();
        foreach (var assignment in assignments)
        {
            var at = assignment.IndexOf('=', StringComparison.Ordinal);
            var key = at > 0 ? assignment[..at].Trim() : "";
            var section = key.Split(':')[0];
            if (key.Length == 0)
            {
                problems.Add(new ConfigurationProblem(assignment, $"{assignment} is no assignment; it must be KEY=VALUE such as HotStandby:HeartbeatInterval=30"));
            }
            else if (section.Equals("Node", StringComparison.OrdinalIgnoreCase) || section.Equals("Database", StringComparison.OrdinalIgnoreCase) || section.Equals("Witness", StringComparison.OrdinalIgnoreCase))
            {
                problems.Add(new ConfigurationProblem(key, $"{key} is local to each server; set it in appsettings.json, the environment or the command line"));
            }
            else if (!ConfigurationSections.IsSection(section) || !key.Contains(':', StringComparison.Ordinal))
            {
                problems.Add(new ConfigurationProblem(key, $"{key} is not a known key; {StrictBinder.Suggest(key, [.. keys.Keys], "settings get without a key lists all")}"));
            }
            else
            {
                keys[key] = assignment[(at + 1)..];
            }
        }

        var made = SettingsText.FromKeys(keys, content.Format, null, problems);
        return made with { Content = made.Content is { } changed ? changed with { Access = content.Access, Mutes = content.Mutes } : null };
    }
}
