using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HaConsole.Engine.Journal;

/// <summary>An event as one line of JSON whose last member is a checksum of the rest, so that a torn line is told from a whole one.</summary>
internal static class EventLine
{
    private const string SumMember = ",\"sum\":\"";
    private const int SumLength = 16;
    private const string End = "\"}";

    private static readonly EventJson Json = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    });

    public static string Write(HaEvent entry)
    {
        var json = JsonSerializer.Serialize(entry, Json.HaEvent);
        return json[..^1] + SumMember + Sum(json) + End;
    }

    public static HaEvent? Read(string line)
    {
        var at = line.Length - End.Length - SumLength - SumMember.Length;
        if (at <= 0 || !line.EndsWith(End, StringComparison.Ordinal) || string.CompareOrdinal(line, at, SumMember, 0, SumMember.Length) != 0)
        {
            return null;
        }

        var json = line[..at] + "}";
        if (!line.AsSpan(at + SumMember.Length, SumLength).SequenceEqual(Sum(json)))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(json, Json.HaEvent);
        }
        catch (JsonException)
        {
            // Whole, but written by a version whose events this one cannot read: skipped like a torn one, and reported by the caller.
            return null;
        }
    }

    private static string Sum(string json) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)).AsSpan(0, SumLength / 2));
}

[JsonSerializable(typeof(HaEvent))]
internal sealed partial class EventJson : JsonSerializerContext;
