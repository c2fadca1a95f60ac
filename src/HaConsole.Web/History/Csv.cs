using System.Buffers;
using System.Text;

namespace HaConsole.Web.History;

/// <summary>Lines of comma-separated values (RFC 4180) that a spreadsheet shows and does not compute.</summary>
public static class Csv
{
    private static readonly SearchValues<char> Special = SearchValues.Create("\",\r\n\t;'");

    /// <summary>One line with its end.</summary>
    public static string Line(params IReadOnlyList<string> fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var line = new StringBuilder();
        for (var i = 0; i < fields.Count; i++)
        {
            if (i > 0)
            {
                line.Append(',');
            }

            Append(line, fields[i]);
        }

        return line.Append("\r\n").ToString();
    }

    private static void Append(StringBuilder line, string field)
    {
        // A spreadsheet takes these for the start of a formula; the apostrophe makes it text.
        var harmless = field.Length > 0 && field.TrimStart() is { Length: > 0 } start && start[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + field : field;
        if (harmless.AsSpan().IndexOfAny(Special) < 0)
        {
            line.Append(harmless);
            return;
        }

        line.Append('"').Append(harmless.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}
