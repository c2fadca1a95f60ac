using System.Text;

namespace HaConsole.Storage;

/// <summary>Text as PostgreSQL can keep it: it refuses U+0000 and halves of surrogate pairs.</summary>
internal static class StoredText
{
    /// <summary>Characters of a name (kind, user) that is part of an index, which refuses long ones.</summary>
    public const int LongestName = 200;

    private const char NulSign = '\u2400';
    private const char Replacement = '\uFFFD';

    /// <summary>U+0000 becomes its visible sign ␀, half a surrogate pair becomes U+FFFD; everything else stays.</summary>
    public static string Clean(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') && !text.Contains('\0', StringComparison.Ordinal))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                clean.Append(c).Append(text[++i]);
            }
            else
            {
                clean.Append(c == '\0' ? NulSign : char.IsSurrogate(c) ? Replacement : c);
            }
        }

        return clean.ToString();
    }

    /// <summary>As <see cref="Clean(string?)"/>, cut to what an index can take.</summary>
    public static string Name(string? text)
    {
        var clean = Clean(text);
        if (clean.Length <= LongestName)
        {
            return clean;
        }

        var end = char.IsHighSurrogate(clean[LongestName - 2]) ? LongestName - 2 : LongestName - 1;
        return clean[..end] + "…";
    }

    /// <summary>Names and values; names that become equal are told apart by an apostrophe.</summary>
    public static Dictionary<string, string> Clean(IReadOnlyDictionary<string, string> evidence)
    {
        var clean = new Dictionary<string, string>(evidence.Count);
        foreach (var (name, value) in evidence)
        {
            var key = Clean(name);
            while (!clean.TryAdd(key, Clean(value)))
            {
                key += "'";
            }
        }

        return clean;
    }
}
