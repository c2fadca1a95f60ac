using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace HaConsole.Web.Language;

/// <summary>
/// The sentences of the program in another language. Engine, journal, API and command line speak English; a page looks an English sentence up
/// here. What is not in the book (a line that another version wrote, the words of a person or of another program) stays as it is.
/// </summary>
/// <remarks>The book is the folder of this file: one file for each room of the program, English on the left.</remarks>
public sealed partial class SentenceBook
{
    private const int LongestSentence = 4000;
    private const int Deepest = 6;
    private const int MostKept = 4000;
    private const int MostLooks = 400;

    /// <summary>Looks into the book that a text may still cost: one that is like everything and is nothing must not hold up a page.</summary>
    [ThreadStatic]
    private static int left;

    private readonly FrozenSentences patterns;
    private readonly ConcurrentDictionary<string, string> kept = new(StringComparer.Ordinal);
    private readonly FrozenDictionary<string, string> plain;
    private readonly CultureInfo culture;

    private SentenceBook(IEnumerable<KeyValuePair<string, string>> sentences, CultureInfo culture)
    {
        this.culture = culture;
        var all = sentences.ToList();
        plain = all.Where(sentence => !sentence.Key.Contains("{0}", StringComparison.Ordinal)).GroupBy(sentence => sentence.Key).ToFrozenDictionary(group => group.Key, group => Spaced(group.Last().Value), StringComparer.Ordinal);
        patterns = new FrozenSentences(all.Where(sentence => sentence.Key.Contains("{0}", StringComparison.Ordinal)).Select(sentence => new SentencePattern(sentence.Key, Spaced(sentence.Value))));
    }

    /// <summary>Reads the book of a language; null when there is none.</summary>
    /// <param name="language">Two letters: fr.</param>
    public static SentenceBook? Of(string language)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var sentences = new List<KeyValuePair<string, string>>();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith($"sentences/{language}/", StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            sentences.AddRange(JsonSerializer.Deserialize<Dictionary<string, string>>(stream) ?? []);
        }

        return sentences.Count == 0 ? null : new SentenceBook(sentences, CultureInfo.GetCultureInfo(language));
    }

    /// <summary>The sentence in the language of the book, or as it is when the book does not have it.</summary>
    public string Say(string english)
    {
        if (english.Length is 0 or > LongestSentence)
        {
            return english;
        }

        if (kept.TryGetValue(english, out var known))
        {
            return known;
        }

        left = MostLooks;
        var said = Whole(english, 0) ?? Pieces(english, 0);
        if (char.IsUpper(english[0]) && said.Length > 0 && char.IsLower(said[0]) && said != english)
        {
            said = char.ToUpper(said[0], culture) + said[1..];
        }

        if (kept.Count >= MostKept)
        {
            kept.Clear();
        }

        kept[english] = said;
        return said;
    }

    /// <summary>Null when no pattern is the whole text, as it stands or as the beginning of a sentence made of it.</summary>
    private string? Whole(string text, int depth)
    {
        if (depth > Deepest)
        {
            return null;
        }

        // "hot standby mode is disabled" is also written as a sentence of its own.
        var dot = text[^1] == '.' ? 1 : 0;
        var bare = text[..^dot];
        if (bare.Length == 0)
        {
            return null;
        }

        if (plain.TryGetValue(text, out var whole))
        {
            return whole;
        }

        if (plain.TryGetValue(bare, out var undotted))
        {
            return undotted + text[^dot..];
        }

        if (char.IsUpper(bare[0]) && plain.TryGetValue(char.ToLowerInvariant(bare[0]) + bare[1..], out var uncapped))
        {
            return char.ToUpper(uncapped[0], culture) + uncapped[1..] + text[^dot..];
        }

        return Pattern(text, depth) ?? ((char.IsUpper(bare[0]) ? Pattern(char.ToLowerInvariant(bare[0]) + bare[1..], depth) : null) is { } lower
            ? char.ToUpper(lower[0], culture) + lower[1..] + (dot == 1 ? "." : "")
            : dot == 1 && Pattern(bare, depth) is { } without ? without + "." : null);
    }

    private string? Pattern(string text, int depth)
    {
        if (--left < 0)
        {
            return null;
        }

        // Of several that match, the one that leaves nothing of the sentence unsaid; otherwise the one that leaves least.
        string? best = null;
        var least = int.MaxValue;
        foreach (var pattern in patterns.For(text))
        {
            if (pattern.Match(text) is not { } values)
            {
                continue;
            }

            var unsaid = 0;
            var said = pattern.Fill(values, (value, after) =>
            {
                var own = Value(value, after, depth + 1);
                unsaid += own == value && value.Contains(' ', StringComparison.Ordinal) ? value.Length : 0;
                return own;
            });
            if (unsaid == 0)
            {
                return said;
            }

            (best, least) = unsaid < least ? (said, unsaid) : (best, least);
        }

        return best;
    }

    /// <summary>What stands in a hole: a number, a date, a word or another sentence.</summary>
    private string Value(string value, string after, int depth)
    {
        if (value.Length == 0 || value.Trim().Length == 0)
        {
            return value;
        }

        if (Number().Match(value) is { Success: true } number && (number.Groups[3].Length > 0 || Unit().IsMatch(after)))
        {
            return number.Groups[1].Value + culture.NumberFormat.NumberDecimalSeparator + number.Groups[2].Value + number.Groups[3].Value;
        }

        if (Date().Match(value) is { Success: true } date)
        {
            return $"{date.Groups[3].Value}/{date.Groups[2].Value}/{date.Groups[1].Value}{(date.Groups[4].Length > 0 ? " " + date.Groups[4].Value[1..] : "")}{date.Groups[5].Value}";
        }

        return Whole(value, depth) ?? Pieces(value, depth);
    }

    /// <summary>A text put together of several: what is known of it is said, the rest stays.</summary>
    private string Pieces(string text, int depth)
    {
        if (depth > Deepest)
        {
            return text;
        }

        foreach (var mark in (string[])[". ", "; ", ": ", ", "])
        {
            var at = text.IndexOf(mark, StringComparison.Ordinal);
            for (; at > 0; at = text.IndexOf(mark, at + 1, StringComparison.Ordinal))
            {
                // The mark belongs to the first piece when that is a sentence, and to the second when that is an addition.
                var (first, second) = (mark == ". " ? text[..(at + 1)] : text[..at], text[(at + mark.Length)..]);
                var begun = Whole(first, depth + 1);
                var ended = second.Length > 0 ? Whole(second, depth + 1) : null;
                if (begun is not null || ended is not null)
                {
                    var between = mark switch { ". " => " ", "; " => "\u00a0; ", ": " => "\u00a0: ", _ => mark };
                    return (begun ?? (ended is null ? first : Pieces(first, depth + 1))) + between + (ended ?? Pieces(second, depth + 1));
                }
            }
        }

        for (var at = text.IndexOfAny(Beginnings, 1); at > 0 && at < text.Length - 1; at = text.IndexOfAny(Beginnings, at + 1))
        {
            if ((plain.GetValueOrDefault(text[at..]) ?? Pattern(text[at..], depth + 1)) is { } addition)
            {
                var first = text[..at];
                return (Whole(first, depth + 1) ?? first) + addition;
            }
        }

        return text;
    }

    /// <summary>No line of a page begins with a colon.</summary>
    private static string Spaced(string text)
        => text.Replace(" :", "\u00a0:", StringComparison.Ordinal).Replace(" ;", "\u00a0;", StringComparison.Ordinal).Replace(" ?", "\u00a0?", StringComparison.Ordinal)
            .Replace(" »", "\u00a0»", StringComparison.Ordinal).Replace("« ", "«\u00a0", StringComparison.Ordinal).Replace("n° ", "n°\u00a0", StringComparison.Ordinal);

    private static readonly char[] Beginnings = [' ', ';', '.', ',', '(', ':'];

    [GeneratedRegex(@"^([+-]?\d+)\.(\d+)( (?:s|ms|min|h|%|B|KB|MB|GB|TB|kB|KiB|MiB|GiB|TiB))?\z")]
    private static partial Regex Number();

    [GeneratedRegex(@"^[ \u00a0]?(?:s\b|ms\b|min\b|h\b|%|secondes?\b|heures?\b)")]
    private static partial Regex Unit();

    [GeneratedRegex(@"^(\d{4})-(\d\d)-(\d\d)([ T]\d\d:\d\d(?::\d\d)?(?:\.\d+)?)?(Z| UTC)?\z")]
    private static partial Regex Date();

    /// <summary>The patterns, heaviest first, found by the beginning of a text.</summary>
    private sealed class FrozenSentences
    {
        private readonly Dictionary<char, SentencePattern[]> byStart;
        private readonly SentencePattern[] open;

        public FrozenSentences(IEnumerable<SentencePattern> patterns)
        {
            var sorted = patterns.OrderByDescending(pattern => pattern.Weight).ToList();
            open = [.. sorted.Where(pattern => pattern.Start.Length == 0)];
            byStart = sorted.Where(pattern => pattern.Start.Length > 0).GroupBy(pattern => pattern.Start[0])
                .ToDictionary(group => group.Key, group => group.Concat(open).OrderByDescending(pattern => pattern.Weight).ToArray());
        }

        public SentencePattern[] For(string text) => byStart.GetValueOrDefault(text[0], open);
    }
}
