using System.Text.Json;
using System.Text.Json.Nodes;

namespace HaConsole.Storage;

/// <summary>JSON as PostgreSQL can keep it: it refuses U+0000 inside of texts.</summary>
internal static class JsonText
{
    /// <summary>The same document with U+0000 made visible; what is no JSON at all becomes a JSON text.</summary>
    public static string Clean(string json)
    {
        var text = StoredText.Clean(json);
        try
        {
            var node = JsonNode.Parse(text);
            return text.Contains("\\u", StringComparison.Ordinal) ? Cleaned(node)?.ToJsonString() ?? "null" : text;
        }
        catch (JsonException)
        {
            return JsonSerializer.Serialize(text);
        }
    }

    private static JsonNode? Cleaned(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(StoredNames(o)),
        JsonArray a => new JsonArray([.. a.Select(Cleaned)]),
        JsonValue v when v.GetValueKind() == JsonValueKind.String => JsonValue.Create(StoredText.Clean(v.GetValue<string>())),
        _ => node?.DeepClone(),
    };

    private static IEnumerable<KeyValuePair<string, JsonNode?>> StoredNames(JsonObject o)
        => o.Select(p => KeyValuePair.Create(StoredText.Clean(p.Key), Cleaned(p.Value))).DistinctBy(p => p.Key);
}
