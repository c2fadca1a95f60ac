using System.Globalization;
using System.Text;
using HaConsole.Engine.Journal;

namespace HaConsole.Engine.Notifications;

/// <summary>A message in words, the same for every channel.</summary>
internal static class MessageText
{
    private const int LongestLine = 500;

    /// <summary>One line: severity, then what happened.</summary>
    public static string Headline(NotificationMessage message)
        => Line($"{message.Severity.ToString().ToUpperInvariant()}: {message.Title}", LongestLine);

    /// <summary>All events, one paragraph each.</summary>
    public static string Body(NotificationMessage message, string url)
    {
        var text = new StringBuilder();
        foreach (var entry in message.Events)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Time(entry)} server #{entry.Server}, {entry.Severity.ToString().ToLowerInvariant()}, {Line(entry.Kind, 64)}\n");
            text.Append(Line(entry.Sentence, LongestLine * 4)).Append('\n');
            foreach (var (name, value) in entry.Evidence.Take(30))
            {
                text.Append("  ").Append(Line($"{name}: {value}", LongestLine)).Append('\n');
            }

            text.Append('\n');
        }

        text.Append(CultureInfo.InvariantCulture, $"Pair {Line(message.Pair, 64)}, message {message.Id}\n");
        if (url.Length > 0)
        {
            text.Append("Console: ").Append(url).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Wall clock of an event.</summary>
    public static string Time(HaEvent entry) => entry.At.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A text in one line without control characters.</summary>
    public static string Line(string text, int most)
    {
        var line = new StringBuilder(Math.Min(text.Length, most));
        foreach (var c in text)
        {
            if (line.Length >= most)
            {
                line.Append('…');
                break;
            }

            line.Append(char.IsControl(c) || c is '\u2028' or '\u2029' || (char.IsSurrogate(c) && line.Length == most - 1) ? ' ' : c);
        }

        return line.ToString();
    }
}
