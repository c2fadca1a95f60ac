using System.Globalization;
using System.Text.Json.Nodes;

namespace HaConsole.Web.Cli;

/// <summary>Reads and changes the configuration's JSON by configuration keys (<c>Services:0:Name</c>), in any case.</summary>
public static class SettingsTree
{
    /// <summary>All values below a node, as key and text.</summary>
    public static IEnumerable<(string Key, string Value)> Flatten(JsonNode? node, string path) => node switch
    {
        JsonObject o => o.SelectMany(p => Flatten(p.Value, Join(path, Title(p.Key)))),
        JsonArray a => a.SelectMany((item, i) => Flatten(item, Join(path, i.ToString(CultureInfo.InvariantCulture)))),
        null => [(path, "")],
        _ => [(path, node.ToString())],
    };

    /// <summary>All values at or below a key; an unknown key is a <see cref="CliException"/> that lists the known ones.</summary>
    public static IEnumerable<(string Key, string Value)> Find(JsonObject root, string key)
    {
        var (parent, name, path) = Resolve(root, key);
        return Flatten(Child(parent, name), Join(path, name));
    }

    /// <summary>Changes the value at a key. The present value says which kind it must have.</summary>
    public static void Set(JsonObject root, string key, string text)
    {
        var (parent, name, path) = Resolve(root, key);
        var full = Join(path, name);
        var value = Child(parent, name) switch
        {
            JsonObject or JsonArray => throw new CliException(ExitCode.Invalid, $"{full}: must be one of its values, for example {Flatten(Child(parent, name), full).Select(f => f.Key).FirstOrDefault(full)}"),
            JsonValue v when v.TryGetValue<bool>(out _) => bool.TryParse(text, out var flag) ? JsonValue.Create(flag) : throw new CliException(ExitCode.Invalid, $"{full}: must be true or false, not '{text}'"),
            JsonValue v when v.TryGetValue<double>(out _) => Number(full, text),
            _ => JsonValue.Create(text),
        };
        if (parent is JsonObject o)
        {
            o[o.First(p => Title(p.Key) == name).Key] = value;
        }
        else
        {
            parent.AsArray()[int.Parse(name, CultureInfo.InvariantCulture)] = value;
        }
    }

    private static JsonValue Number(string key, string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return JsonValue.Create(whole);
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? JsonValue.Create(number)
            : throw new CliException(ExitCode.Invalid, $"{key}: must be a number, not '{text}'");
    }

    /// <summary>The holder of a key's value, the value's real name in it, and the holder's own path.</summary>
    private static (JsonNode Parent, string Name, string Path) Resolve(JsonObject root, string key)
    {
        JsonNode node = root;
        var path = "";
        var parts = key.Split(':');
        for (var i = 0; ; i++)
        {
            var name = Match(node, parts[i]) ?? throw Unknown(key, node, path);
            if (i == parts.Length - 1)
            {
                return (node, name, path);
            }

            path = Join(path, name);
            node = Child(node, name) ?? throw Unknown(key, node, path);
        }
    }

    private static CliException Unknown(string key, JsonNode node, string path)
    {
        var known = node switch
        {
            JsonObject o => string.Join(", ", o.Select(p => Title(p.Key))),
            JsonArray { Count: > 0 } a => $"0 to {a.Count - 1}",
            _ => "nothing",
        };
        return new CliException(ExitCode.Invalid, $"{key}: unknown key; {(path.Length > 0 ? path + " has" : "must begin with one of")} {known}");
    }

    private static string? Match(JsonNode node, string part) => node switch
    {
        JsonObject o => o.Select(p => Title(p.Key)).FirstOrDefault(n => n.Equals(part, StringComparison.OrdinalIgnoreCase)),
        JsonArray a => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var i) && i < a.Count ? part : null,
        _ => null,
    };

    private static JsonNode? Child(JsonNode node, string name) => node is JsonObject o
        ? o.First(p => Title(p.Key) == name).Value
        : node.AsArray()[int.Parse(name, CultureInfo.InvariantCulture)];

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}:{name}";

    private static string Title(string name) => name.Length == 0 ? name : char.ToUpperInvariant(name[0]) + name[1..];
}
