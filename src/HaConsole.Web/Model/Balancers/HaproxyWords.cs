using System.Globalization;
using System.Text;

namespace HaConsole.Web.Model.Balancers;

/// <summary>Words and times as HAProxy writes them (configuration manual, 2.2 and 2.5).</summary>
internal static class HaproxyWords
{
    /// <summary>Words of a line, without quotes and comment.</summary>
    /// <param name="line">The line.</param>
    /// <param name="problem">Why it cannot be split; null when it can.</param>
    public static List<string> Split(string line, out string? problem)
    {
        problem = null;
        var words = new List<string>();
        var word = new StringBuilder();
        var quote = '\0';
        var begun = false;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (c == '\\' && quote != '\'' && i + 1 < line.Length)
            {
                word.Append(line[++i]);
                begun = true;
            }
            else if (quote != '\0')
            {
                (quote, begun) = (c == quote ? '\0' : quote, true);
                _ = quote == '\0' ? word : word.Append(c);
            }
            else if (c is '"' or '\'')
            {
                (quote, begun) = (c, true);
            }
            else if (c == '#')
            {
                break;
            }
            else if (!char.IsWhiteSpace(c))
            {
                word.Append(c);
                begun = true;
            }
            else if (begun)
            {
                words.Add(word.ToString());
                word.Clear();
                begun = false;
            }
        }

        problem = quote == '\0' ? null : $"a quote {quote} is opened and not closed.";
        if (begun)
        {
            words.Add(word.ToString());
        }

        return words;
    }

    /// <summary>Seconds of a time: a number with us, ms, s, m, h or d; without a unit milliseconds. Null when it is none.</summary>
    public static double? Seconds(string text)
    {
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        return digits > 0 && double.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? text[digits..] switch
            {
                "us" => number / 1_000_000,
                "" or "ms" => number / 1000,
                "s" => number,
                "m" => number * 60,
                "h" => number * 3600,
                "d" => number * 86400,
                _ => null,
            }
            : null;
    }
}
