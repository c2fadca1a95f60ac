using System.Text.Json;
using System.Text.Json.Nodes;

namespace HaConsole.Engine.Configuration;

/// <summary>A setting that differs between two configurations. Secrets are masked.</summary>
/// <param name="Item">What it belongs to: <c>HotStandby</c>, <c>Services:cti</c>, <c>Access:Users:anna</c>; <c>Services</c> for the order of all.</param>
/// <param name="Key">Its key: <c>HotStandby:HeartbeatInterval</c>, <c>Services:cti:Command</c>; that of the item when the whole item is in one only, or when its order differs.</param>
/// <param name="First">Value in the first; empty when it has none.</param>
/// <param name="Second">Value in the second; empty when it has none.</param>
public sealed record FieldDifference(string Item, string Key, string First, string Second);

/// <summary>A setting of a configuration that lost, in which it differs from what is in force. Secrets are masked.</summary>
/// <param name="Item">What it belongs to, as for <see cref="FieldDifference"/>.</param>
/// <param name="Key">Its key, as for <see cref="FieldDifference"/>.</param>
/// <param name="Common">Value that both sides began with; empty when it had none or is not known.</param>
/// <param name="Lost">Value that lost; empty when it was removed there.</param>
/// <param name="Now">Value in force; empty when there is none.</param>
public sealed record LostField(string Item, string Key, string Common, string Lost, string Now);

/// <summary>
/// Compares and merges configurations setting by setting, whatever sections they have. Entries of lists are matched by their names, not by
/// their places.
/// </summary>
public static class ConfigurationTree
{
    /// <summary>What differs, in the order of the document.</summary>
    public static IReadOnlyList<FieldDifference> Between(PairConfiguration first, PairConfiguration second)
        => [.. TreeDifference.Between(Node(first), Node(second)).Select(c => new FieldDifference(c.Item, c.Key, TreeText.Of(c.First, c.Path), TreeText.Of(c.Second, c.Path)))];

    /// <summary>Settings of a configuration that lost which are not in force.</summary>
    /// <param name="common">What both sides began with; null when it is not known: then all that differs is listed.</param>
    /// <param name="lost">The configuration that lost.</param>
    /// <param name="now">The configuration in force.</param>
    public static IReadOnlyList<LostField> Lost(PairConfiguration? common, PairConfiguration lost, PairConfiguration now)
        => [.. Changes(common, lost, now).Select(c => new LostField(c.Change.Item, c.Change.Key, TreeText.Of(c.Common, c.Change.Path), TreeText.Of(c.Change.Second, c.Change.Path), TreeText.Of(c.Change.First, c.Change.Path)))];

    /// <summary>
    /// The configuration in force with settings of the one that lost. Of an entry that is not in force any more the whole entry is taken;
    /// with any setting of a user the end of his sessions, too.
    /// </summary>
    /// <param name="common">What both sides began with; null when it is not known.</param>
    /// <param name="lost">The configuration that lost.</param>
    /// <param name="now">The configuration in force.</param>
    /// <param name="keys">Keys as listed by <see cref="Lost"/>.</param>
    public static PairConfiguration Merge(PairConfiguration? common, PairConfiguration lost, PairConfiguration now, IReadOnlyCollection<string> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var (result, source) = (Node(now), Node(lost));
        foreach (var (change, _) in Changes(common, lost, now).Where(c => keys.Contains(c.Change.Key)))
        {
            TreeMerge.Apply(result, source, change);
        }

        return result.Deserialize<PairConfiguration>(ConfigurationJson.Options)!;
    }

    /// <summary>From what is in force (first) to what lost (second).</summary>
    private static IEnumerable<(TreeChange Change, JsonNode? Common)> Changes(PairConfiguration? common, PairConfiguration lost, PairConfiguration now)
    {
        var (began, ended) = (common is null ? null : Node(common), Node(lost));
        var touched = began is null ? null : TreeDifference.Between(began, ended).ToList();
        foreach (var change in TreeDifference.Between(Node(now), ended))
        {
            // What only the other side has changed was not lost.
            if (touched is null || touched.Any(t => t.IsOrder == change.IsOrder && (Covers(t.Path, change.Path) || Covers(change.Path, t.Path))))
            {
                yield return (change, began is null ? null : change.IsOrder ? touched!.FirstOrDefault(t => t.IsOrder && t.Key == change.Key)?.First : TreeMerge.Find(began, change.Path));
            }
        }
    }

    private static bool Covers(string[] path, string[] other)
        => path.Length <= other.Length && path.Zip(other).All(p => p.First.Equals(p.Second, StringComparison.OrdinalIgnoreCase));

    private static JsonObject Node(PairConfiguration content)
    {
        ArgumentNullException.ThrowIfNull(content);
        var node = JsonSerializer.SerializeToNode(content, ConfigurationJson.Options)!.AsObject();
        node.Remove(nameof(PairConfiguration.Format));
        return node;
    }
}
