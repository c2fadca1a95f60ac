using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HaConsole.Engine.Journal;

/// <summary>
/// An audit entry as one line of JSON whose last member seals the text before it. The text itself is hashed, not its meaning: a field that
/// a later version adds does not change what was sealed.
/// </summary>
internal static class AuditLine
{
    private const string HashMember = ",\"hash\":\"";
    private const string End = "\"}";
    private const int HashLength = 64;

    private static readonly AuditJson Json = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    });

    /// <summary>The entry with its hash, and its line.</summary>
    public static (AuditEntry Entry, string Line) Seal(AuditEntry entry)
    {
        var json = JsonSerializer.Serialize(entry with { Hash = null! }, Json.AuditEntry);
        var hash = Sum(json);
        return (entry with { Hash = hash }, json[..^1] + HashMember + hash + End);
    }

    /// <summary>Null when the line is torn or was changed.</summary>
    public static AuditEntry? Read(string line)
    {
        var at = line.Length - End.Length - HashLength - HashMember.Length;
        if (at <= 0 || !line.EndsWith(End, StringComparison.Ordinal) || string.CompareOrdinal(line, at, HashMember, 0, HashMember.Length) != 0)
        {
            return null;
        }

        var json = line[..at] + "}";
        var hash = line.Substring(at + HashMember.Length, HashLength);
        try
        {
            return hash == Sum(json) && JsonSerializer.Deserialize(json, Json.AuditEntry) is { } entry ? entry with { Hash = hash } : null;
        }
        catch (JsonException)
        {
            // Sealed by a version whose entries this one cannot read: the chain shows the gap.
            return null;
        }
    }

    private static string Sum(string json) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)));
}

[JsonSerializable(typeof(AuditEntry))]
internal sealed partial class AuditJson : JsonSerializerContext;
