using System.Text;
using System.Text.Json;

namespace HaConsole.Storage;

/// <summary>The words of a text search and how the database looks for them.</summary>
internal static class SearchTerms
{
    /// <summary>What is searched.</summary>
    public const string Expression = "lower(\"Kind\" || ' ' || \"Sentence\" || ' ' || \"Evidence\"::text)";

    /// <summary>What is searched in the audit: as the model writes it, because the index is built on exactly this text.</summary>
    public const string Audit =
        "\"Action\" || ' ' || \"Target\" || ' ' || \"CommandLine\" || ' ' || \"Sentence\" || ' ' || \"Before\" || ' ' || \"After\" || ' ' || \"User\" || ' ' || \"Address\"";

    /// <summary>Bits of a row's key that its bucket does not have; the trigger that keeps <c>event_buckets</c> has the same number.</summary>
    public const int BucketBits = 14;

    /// <summary>Further bits that a block of buckets does not have.</summary>
    public const int BlockBits = 4;

    /// <summary>A sequence of characters is frequent when more than one of so many rows has it.</summary>
    private const int FrequentShare = 8;
    private const string Signs = ".-:/_@";
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

    /// <summary>The buckets of a row, as the index has them: its own one and, below 0, its block of buckets.</summary>
    public static string Buckets { get; } = $"ARRAY[\"Id\" >> {BucketBits}, -1 - (\"Id\" >> {BucketBits + BlockBits})]";

    /// <summary>
    /// Text for the index. An address or a number with signs in it is a single word there: its sequences of three characters are much rarer than
    /// those of its parts. What the index finds is compared with <see cref="Expression"/> again.
    /// </summary>
    public static string Joined(string lowered) => $"translate({lowered}, '{Signs}', 'ßðþøæœ')";

    /// <summary>
    /// The part of a word that the index is asked for: from its first to its last sequence of three characters that is not in many rows. To read the
    /// long lists of those that are costs more than all the rest. Null when all of them are.
    /// </summary>
    /// <param name="word">Word.</param>
    /// <param name="sample">Some rows, as <see cref="Expression"/> has them.</param>
    public static string? RarePart(string word, IReadOnlyList<string> sample)
    {
        var lowered = word.ToLowerInvariant();
        var rare = Enumerable.Range(0, Math.Max(lowered.Length - 2, 0)).Where(i =>
        {
            var three = lowered.Substring(i, 3);
            return three.All(c => char.IsLetterOrDigit(c) || Signs.Contains(c, StringComparison.Ordinal))
                && sample.Count(t => t.Contains(three, StringComparison.Ordinal)) <= sample.Count / FrequentShare;
        }).ToList();
        return rare.Count == 0 ? null : word[rare[0]..(rare[^1] + 3)];
    }

    /// <summary>The index knows sequences of three characters.</summary>
    public static bool CanUseIndex(IReadOnlyList<string> words) => words.Any(w => w.Length >= 3 && w.Any(char.IsLetterOrDigit));
}
