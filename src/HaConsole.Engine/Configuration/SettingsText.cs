using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using HaConsole.Failover;
using Microsoft.Extensions.Configuration;

namespace HaConsole.Engine.Configuration;

/// <summary>What a settings file holds.</summary>
/// <param name="Content">The configuration; null when an error is among the problems.</param>
/// <param name="Revision">Revision that was exported; null when the file names none.</param>
/// <param name="Problems">Every problem, errors and warnings.</param>
public sealed record SettingsImport(PairConfiguration? Content, Revision? Revision, IReadOnlyList<ConfigurationProblem> Problems);

/// <summary>Settings as a file for people: <c>settings export | import | validate</c>.</summary>
public static class SettingsText
{
    private static readonly string[] Members = ["Format", "Revision", "Hash", .. ConfigurationSections.All];

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Pretty JSON with format and revision; without users, tokens and mutes, which are no settings.</summary>
    public static string Export(ConfigurationDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        var settings = document.Content with { Access = AccessConfiguration.Empty, Mutes = [] };
        var content = JsonSerializer.SerializeToNode(settings, ConfigurationJson.Options)!.AsObject();
        var root = new JsonObject { ["Format"] = settings.NeededFormat, ["Revision"] = document.Revision.ToString(), ["Hash"] = document.Hash };
        foreach (var (name, value) in content.Where(m => ConfigurationSections.IsSection(m.Key)))
        {
            if (settings.NeededFormat < PairConfiguration.FilesFormat && name is nameof(PairConfiguration.Certificates) or nameof(PairConfiguration.FileSets) or nameof(PairConfiguration.Addresses) or nameof(PairConfiguration.Notifications) or nameof(PairConfiguration.LoadBalancer))
            {
                // A list that nobody uses does not stand in the way of a version that does not know it.
                continue;
            }

            root[name] = value?.DeepClone();
        }

        return root.ToJsonString(ConfigurationJson.Options) + "\n";
    }

    /// <summary>Reads and validates a file's text. Never throws for what the text holds.</summary>
    public static SettingsImport Import(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            using var json = JsonDocument.Parse(text, Lenient);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? Read(json.RootElement)
                : Refused("$", "the file must hold a JSON object with Format, HotStandby, Services, Checks, Certificates, FileSets, Addresses, Notifications and LoadBalancer");
        }
        catch (JsonException e)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"line {(e.LineNumber ?? 0) + 1}, column {(e.BytePositionInLine ?? 0) + 1}");
            return Refused("$", $"{at}: not JSON: {e.Message.Split(" LineNumber:")[0]}");
        }
    }

    /// <summary>Keys and values of a configuration, as they stand in a configuration file.</summary>
    internal static Dictionary<string, string?> Flatten(PairConfiguration content)
    {
        using var json = JsonSerializer.SerializeToDocument(content, ConfigurationJson.Options);
        var keys = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        Flatten(json.RootElement, "", keys, []);
        foreach (var other in keys.Keys.Where(k => k.Equals("Format", StringComparison.Ordinal) || k.StartsWith("Access:", StringComparison.Ordinal) || k.StartsWith("Mutes", StringComparison.Ordinal)).ToList())
        {
            keys.Remove(other);
        }

        foreach (var empty in keys.Keys.Where(k => k.EndsWith(":Environment", StringComparison.Ordinal)).ToList())
        {
            keys.Remove(empty);
        }

        return keys;
    }

    /// <summary>Reads a pair's configuration from keys, with all rules.</summary>
    internal static SettingsImport FromKeys(Dictionary<string, string?> keys, int format, Revision? revision, IEnumerable<ConfigurationProblem> before)
    {
        var (pair, problems) = ConfigurationReader.ReadDocument(new ConfigurationBuilder().AddInMemoryCollection(keys).Build());
        pair = pair with { Format = format };
        List<ConfigurationProblem> all = [.. before, .. problems, .. ConfigurationRules.Problems(pair)];
        return new SettingsImport(all.Any(p => !p.IsWarning) ? null : pair, revision, ConfigurationReader.Distinct(all));
    }

    private static SettingsImport Read(JsonElement root)
    {
        var problems = new List<ConfigurationProblem>();
        foreach (var member in root.EnumerateObject().Where(m => !Members.Contains(m.Name, StringComparer.OrdinalIgnoreCase)))
        {
            problems.Add(new ConfigurationProblem(member.Name, $"{member.Name} is not a known key; {StrictBinder.Suggest(member.Name, Members)}"));
        }

        var format = ReadFormat(root, problems);
        if (ConfigurationStore.FormatRefusal(format, "the settings in this file") is { } newer)
        {
            // Its other keys mean what a newer version says: listing them as unknown would only mislead.
            return Refused("Format", newer);
        }

        Revision? revision = null;
        if (Member(root, "Revision") is { } text)
        {
            if (text.ValueKind == JsonValueKind.String && Revision.TryParse(text.GetString(), out var parsed))
            {
                revision = parsed;
            }
            else
            {
                problems.Add(new ConfigurationProblem("Revision", $"Revision is {text.GetRawText()}; it must be epoch.counter.origin such as \"7.12.1\""));
            }
        }

        var keys = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var section in ConfigurationSections.All)
        {
            if (Member(root, section) is { } value)
            {
                Flatten(value, section, keys, problems);
            }
        }

        return FromKeys(keys, format, revision, problems);
    }

    private static int ReadFormat(JsonElement root, List<ConfigurationProblem> problems)
    {
        if (Member(root, "Format") is not { } member)
        {
            return PairConfiguration.BasicFormat;
        }

        if (member.ValueKind == JsonValueKind.Number && member.TryGetInt32(out var format))
        {
            return format;
        }

        problems.Add(new ConfigurationProblem("Format", $"Format is {member.GetRawText()}; it must be 1 … {PairConfiguration.CurrentFormat}"));
        return PairConfiguration.BasicFormat;
    }

    private static JsonElement? Member(JsonElement root, string name)
    {
        foreach (var member in root.EnumerateObject())
        {
            if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return member.Value;
            }
        }

        return null;
    }

    private static void Flatten(JsonElement value, string key, Dictionary<string, string?> keys, List<ConfigurationProblem> problems)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when key.Length > 0 && !value.EnumerateObject().Any():
                // An entry without members is an entry all the same, and wrong as such.
                keys.TryAdd(key, "");
                break;
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    Flatten(member.Value, key.Length == 0 ? member.Name : $"{key}:{member.Name}", keys, problems);
                }

                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var entry in value.EnumerateArray())
                {
                    Flatten(entry, $"{key}:{index++}", keys, problems);
                }

                break;
            case JsonValueKind.Null:
                break;
            default:
                if (!keys.TryAdd(key, value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText()))
                {
                    problems.Add(new ConfigurationProblem(key, $"{key} is given twice; it must be given once"));
                }

                break;
        }
    }

    private static SettingsImport Refused(string key, string message) => new(null, null, [new ConfigurationProblem(key, message)]);
}
