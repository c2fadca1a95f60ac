using System.Text;

namespace HaConsole.Web.Language;

/// <summary>A sentence of the program with holes, <c>{0} answers again after {1} failures.</c>, and what it is in the other language.</summary>
internal sealed class SentencePattern
{
    private readonly string[] literals;
    private readonly (string Text, int Hole)[] translated;

    /// <param name="english">The sentence with its holes in order: {0}, {1}, …</param>
    /// <param name="other">The same in the other language; the holes may stand in another order.</param>
    public SentencePattern(string english, string other)
    {
        literals = [.. Parts(english).Select(part => part.Text)];
        translated = [.. Parts(other)];
        Weight = literals.Sum(literal => literal.Count(c => c != ' '));
    }

    /// <summary>Letters and signs that must be there: of two patterns that match, the heavier one says more.</summary>
    public int Weight { get; }

    /// <summary>With what every sentence of this pattern begins; empty when it begins with a hole.</summary>
    public string Start => literals[0];

    /// <summary>What stands in the holes; null when the text is not of this pattern. A hole that something must follow is never longer than needed.</summary>
    public string[]? Match(string text)
    {
        var last = literals.Length - 1;
        if (last == 0)
        {
            return text == literals[0] ? [] : null;
        }

        if (text.Length < literals[0].Length + literals[last].Length
            || !text.StartsWith(literals[0], StringComparison.Ordinal) || !text.EndsWith(literals[last], StringComparison.Ordinal))
        {
            return null;
        }

        var values = new string[last];
        var (at, end) = (literals[0].Length, text.Length - literals[last].Length);
        for (var i = 1; i < last; i++)
        {
            var found = text.IndexOf(literals[i], at, StringComparison.Ordinal);
            if (found < 0 || found + literals[i].Length > end)
            {
                return null;
            }

            values[i - 1] = text[at..found];
            at = found + literals[i].Length;
        }

        values[last - 1] = text[at..end];
        return values;
    }

    /// <summary>The sentence in the other language.</summary>
    /// <param name="values">What stood in the holes.</param>
    /// <param name="say">Turns what stood in a hole, given with what follows it, into the other language.</param>
    public string Fill(string[] values, Func<string, string, string> say)
    {
        var text = new StringBuilder();
        for (var i = 0; i < translated.Length; i++)
        {
            var (literal, hole) = translated[i];
            text.Append(literal);
            if (hole >= 0 && hole < values.Length)
            {
                text.Append(say(values[hole], i + 1 < translated.Length ? translated[i + 1].Text : ""));
            }
        }

        return text.ToString();
    }

    /// <summary>Texts with the hole after each; -1 after the last.</summary>
    private static IEnumerable<(string Text, int Hole)> Parts(string template)
    {
        var from = 0;
        for (var i = 0; i + 2 < template.Length; i++)
        {
            if (template[i] == '{' && char.IsAsciiDigit(template[i + 1]) && template[i + 2] == '}')
            {
                yield return (template[from..i], template[i + 1] - '0');
                from = i + 3;
                i += 2;
            }
        }

        yield return (template[from..], -1);
    }
}
