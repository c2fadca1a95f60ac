using System.Text.RegularExpressions;

namespace HaConsole.Web.Model.Logs;

/// <summary>How much a line of the log matters, by its words.</summary>
public enum LogTone
{
    /// <summary>Nothing special.</summary>
    Plain,

    /// <summary>A role changes, a service starts or stops.</summary>
    Change,

    /// <summary>Something is not as it should be.</summary>
    Warning,

    /// <summary>Something fails.</summary>
    Bad,
}

/// <summary>One line of the fault tolerant log.</summary>
/// <param name="Time">As written, <c>yyyy/MM/dd_HH:mm:ss:fff</c>; empty when the line has another form.</param>
/// <param name="Component">Who wrote it.</param>
/// <param name="Message">The rest; the whole line when it has another form.</param>
/// <param name="Tone">How much it matters.</param>
public sealed partial record LogLine(string Time, string Component, string Message, LogTone Tone)
{
    /// <summary>The line as it is in the file.</summary>
    public string Text => Time.Length == 0 ? Message : $"{Time} {Component} : {Message}";

    /// <summary>Reads a line. Control characters, which a terminal would obey, become visible.</summary>
    public static LogLine Read(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var visible = Controls().Replace(line, "\uFFFD");
        var match = Form().Match(visible);
        return match.Success
            ? new LogLine(match.Groups["time"].Value, match.Groups["component"].Value, match.Groups["message"].Value, ToneOf(match.Groups["message"].Value))
            : new LogLine("", "", visible, ToneOf(visible));
    }

    /// <summary>Whether all words, separated by blanks, occur in the line, in any case.</summary>
    public bool Has(IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        return words.Count == 0 || words.All(word => Text.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    private static LogTone ToneOf(string message)
        => BadWords().IsMatch(message) ? LogTone.Bad
            : WarningWords().IsMatch(message) ? LogTone.Warning
            : ChangeWords().IsMatch(message) ? LogTone.Change
            : LogTone.Plain;

    [GeneratedRegex(@"^(?<time>\d{4}/\d\d/\d\d_\d\d:\d\d:\d\d:\d{3}) (?<component>.{1,40}?) : (?<message>.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    [GeneratedRegex(@"[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]", RegexOptions.CultureInvariant)]
    private static partial Regex Controls();

    [GeneratedRegex(@"\b(fail(s|ed|ure)?|error|lost|alarm|two Actives|no Active|refused|crashed|gave up)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex BadWords();

    [GeneratedRegex(@"\b(warning|unreachable|timeout|timed out|retry|damaged|late|does not answer|not answer(ed)?)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex WarningWords();

    [GeneratedRegex(@"\b(SWITCH|Active|Standby|primary|backup|started|stopped|restarted|paused|resumed)\b", RegexOptions.CultureInvariant)]
    private static partial Regex ChangeWords();
}
