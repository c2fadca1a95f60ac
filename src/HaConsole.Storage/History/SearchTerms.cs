using System.Text;
using System.Text.Json;

namespace HaConsole.Storage;

/// <summary>The words of a text search and how the database looks for them.</summary>
internal static class SearchTerms
{
    /// <summary>What is searched; the index is built on exactly this text.</summary>
    public const string Expression = "lower(\"Kind\" || ' ' || \"Sentence\" || ' ' || \"Evidence\"::text)";

    private const int MostWords = 10;
    private const int LongestWord = 200;

    /// <summary>The words, at most 10 of at most 200 characters.</summary>
    public static IReadOnlyList<string> Words(string text)
        => [.. (StoredText.Clean(text) ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Distinct()
            .Take(MostWords).Select(w => w.Length > LongestWord ? w[..LongestWord] : w)];

    /// <summary>The pattern that finds a word literally anywhere.</summary>
    public static string Pattern(string word)
    {
        var pattern = new StringBuilder("%");
        foreach (var c in word)
        {
            if (c is '%' or '_' or '\\')
            {
                pattern.Append('\\');
            }

            pattern.Append(c);
        }

        return pattern.Append('%').ToString();
    }

    /// <summary>How the word looks inside a JSON text, where quotes and backslashes are escaped; null when it looks the same.</summary>
    public static string? InJson(string word)
    {
        var written = new StringBuilder();
        foreach (var c in word)
        {
            written.Append(c switch { '"' => "\\\"", '\\' => "\\\\", < ' ' => JsonSerializer.Serialize(c.ToString())[1..^1].ToLowerInvariant(), _ => c.ToString() });
        }

        var text = written.ToString();
        return text == word ? null : text;
    }

    /// <summary>The index knows sequences of three characters.</summary>
    public static bool CanUseIndex(IReadOnlyList<string> words) => words.Any(w => w.Length >= 3 && w.Any(char.IsLetterOrDigit));
}
