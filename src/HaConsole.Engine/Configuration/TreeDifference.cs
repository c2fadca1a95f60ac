using System.Text.Json.Nodes;

namespace HaConsole.Engine.Configuration;

/// <summary>A place in which two configurations differ.</summary>
internal sealed record TreeChange(string Item, string[] Path, JsonNode? First, JsonNode? Second)
{
    /// <summary>The names of a list are the same, and in another order.</summary>
    public bool IsOrder { get; init; }

    public string Key => string.Join(':', Path);
}

/// <summary>Finds the places in which two configurations differ.</summary>
internal static class TreeDifference
{
    private static readonly string[] Names = ["Id", "Name", "Check"];

    public static IEnumerable<TreeChange> Between(JsonObject first, JsonObject second) => Members("", [], first, second);

    /// <summary>The name of an entry of a list; null when it has none.</summary>
    public static string? NameOf(JsonNode? entry)
        => entry is JsonObject members && Names.Select(n => members[n]).FirstOrDefault(n => n is not null) is JsonValue value && value.TryGetValue(out string? name) && name.Length > 0 ? name : null;

    private static IEnumerable<TreeChange> Members(string item, string[] path, JsonObject first, JsonObject second)
        => first.Select(m => m.Key).Union(second.Select(m => m.Key)).SelectMany(name => At(item, [.. path, name], first[name], second[name]));

    private static IEnumerable<TreeChange> At(string item, string[] path, JsonNode? first, JsonNode? second)
    {
        item = item.Length == 0 ? path[0] : item;
        if (JsonNode.DeepEquals(first, second) || IsNoise(path))
        {
            return [];
        }

        return (first, second) switch
        {
            (JsonObject a, JsonObject b) => Members(item, path, a, b),
            (JsonArray a, JsonArray b) when Named(a) is { } inFirst && Named(b) is { } inSecond => Entries(item, path, inFirst, inSecond),
            _ => [new TreeChange(item, path, first, second)],
        };
    }

    private static IEnumerable<TreeChange> Entries(string item, string[] path, List<(string Name, JsonNode Entry)> first, List<(string Name, JsonNode Entry)> second)
    {
        foreach (var name in first.Select(e => e.Name).Union(second.Select(e => e.Name), StringComparer.OrdinalIgnoreCase))
        {
            var (a, b) = (Entry(first, name), Entry(second, name));
            string[] place = [.. path, name];
            foreach (var change in a is null || b is null ? [new TreeChange(string.Join(':', place), place, a, b)] : At(string.Join(':', place), place, a, b))
            {
                yield return change;
            }
        }

        List<string> kept = [.. first.Select(e => e.Name).Where(n => Entry(second, n) is not null)], now = [.. second.Select(e => e.Name).Where(n => Entry(first, n) is not null)];
        if (!kept.SequenceEqual(now, StringComparer.OrdinalIgnoreCase))
        {
            yield return new TreeChange(string.Join(':', path), path, Order(kept), Order(now)) { IsOrder = true };
        }
    }

    private static JsonValue Order(List<string> names) => JsonValue.Create(string.Join(", ", names));

    private static JsonNode? Entry(List<(string Name, JsonNode Entry)> entries, string name)
        => entries.FirstOrDefault(e => e.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Entry;

    /// <summary>Null when it is a list of something else, or of entries with the same name.</summary>
    private static List<(string Name, JsonNode Entry)>? Named(JsonArray list)
    {
        var entries = list.Select(e => (Name: NameOf(e)!, Entry: e!)).ToList();
        return entries.Any(e => e.Name is null) || entries.DistinctBy(e => e.Name, StringComparer.OrdinalIgnoreCase).Count() != entries.Count ? null : entries;
    }

    /// <summary>When a user was changed says nothing about what was changed.</summary>
    private static bool IsNoise(string[] path) => path is ["Access", "Users", _, "ChangedAt"];
}

/// <summary>Puts single places of one configuration into another.</summary>
internal static class TreeMerge
{
    /// <summary>The value at a place; null when there is none.</summary>
    public static JsonNode? Find(JsonNode? node, IEnumerable<string> path) => path.Aggregate(node, Step);

    /// <summary>Makes a place of <paramref name="target"/> what it is in <paramref name="source"/>, which is that of the change's second side.</summary>
    public static void Apply(JsonObject target, JsonObject source, TreeChange change)
    {
        if (change.IsOrder)
        {
            Sort((JsonArray)Find(target, change.Path)!, (JsonArray)Find(source, change.Path)!);
            return;
        }

        Put(target, source, change.Path);
        if (change.Path is ["Access", "Users", var user, _])
        {
            Put(target, source, ["Access", "Users", user, nameof(UserDefinition.SecurityStamp)]);
            Put(target, source, ["Access", "Users", user, nameof(UserDefinition.ChangedAt)]);
        }
    }

    private static JsonNode? Step(JsonNode? node, string name) => node switch
    {
        JsonObject members => members[name],
        JsonArray list => list.FirstOrDefault(e => IsNamed(e, name)),
        _ => null,
    };

    private static void Put(JsonObject target, JsonObject source, string[] path)
    {
        JsonNode parent = target;
        for (var depth = 1; depth < path.Length; depth++)
        {
            if (Step(parent, path[depth - 1]) is not { } next)
            {
                // What it belongs to is not there any more: all of that.
                Set(parent, path[depth - 1], Find(source, path.Take(depth)));
                return;
            }

            parent = next;
        }

        Set(parent, path[^1], Find(source, path));
    }

    private static void Set(JsonNode parent, string name, JsonNode? value)
    {
        if (parent is JsonArray list)
        {
            var at = list.ToList().FindIndex(e => IsNamed(e, name));
            if (at >= 0)
            {
                list.RemoveAt(at);
            }

            if (value is not null)
            {
                list.Insert(at >= 0 ? at : list.Count, value.DeepClone());
            }
        }
        else if (value is null)
        {
            parent.AsObject().Remove(name);
        }
        else
        {
            parent.AsObject()[name] = value.DeepClone();
        }
    }

    /// <summary>Entries that both have come into the order of the other; all others stay in their places.</summary>
    private static void Sort(JsonArray list, JsonArray wanted)
    {
        var entries = list.Select(e => e!.DeepClone()).ToList();
        var places = entries.Select((e, i) => (Entry: e, Place: i)).Where(e => wanted.Any(w => IsNamed(w, TreeDifference.NameOf(e.Entry)!))).ToList();
        var sorted = places.Select(p => p.Entry).OrderBy(e => wanted.ToList().FindIndex(w => IsNamed(w, TreeDifference.NameOf(e)!))).ToList();
        for (var i = 0; i < places.Count; i++)
        {
            entries[places[i].Place] = sorted[i];
        }

        list.Clear();
        entries.ForEach(list.Add);
    }

    private static bool IsNamed(JsonNode? entry, string name) => TreeDifference.NameOf(entry)?.Equals(name, StringComparison.OrdinalIgnoreCase) == true;
}

/// <summary>Values of a configuration as people read them.</summary>
internal static class TreeText
{
    /// <summary>Stands for a secret, whatever it is.</summary>
    public const string Mask = "•••";

    public static string Of(JsonNode? value, string[] path) => value switch
    {
        null => "",
        JsonValue leaf when leaf.TryGetValue(out string? text) => text.Length > 0 && IsSecret(path) ? Mask : text,
        _ when IsSecret(path) => Mask,
        JsonObject members => string.Join(", ", members.Where(m => !IsEmpty(m.Value)).Select(m => $"{m.Key}={Of(m.Value, [.. path, m.Key])}")),
        _ => value.ToJsonString(ConfigurationJson.Compact),
    };

    private static bool IsSecret(string[] path)
        => path is ["Access", "Users", _, nameof(UserDefinition.PasswordHash) or nameof(UserDefinition.SecurityStamp)] or ["Access", "Tokens", _, nameof(TokenDefinition.Hash)]
            || (path.Length > 3 && path[^2] == nameof(ServiceDefinition.Environment) && PairConfiguration.IsSecretName(path[^1]))
            || (path[0] is not ("HotStandby" or "Services" or "Checks" or "Access" or "Mutes") && path.Length > 1 && PairConfiguration.IsSecretName(path[^1]));

    private static bool IsEmpty(JsonNode? value) => value switch
    {
        null => true,
        JsonArray list => list.Count == 0,
        JsonObject members => members.Count == 0,
        JsonValue leaf when leaf.TryGetValue(out string? text) => text.Length == 0,
        JsonValue leaf when leaf.TryGetValue(out bool flag) => !flag,
        _ => false,
    };
}
