using System.Collections.ObjectModel;
using HaConsole.Engine;

namespace HaConsole.Web.Model.Logs;

/// <summary>The part of a log file that a page holds: its end at first, more of it on demand, never all of a big file.</summary>
public sealed class LogWindow
{
    /// <summary>Bytes read at once.</summary>
    public const int PartBytes = 200_000;

    /// <summary>Most lines held; the oldest are let go when the file grows.</summary>
    public const int MostLines = 20_000;

    private readonly List<LogLine> lines = [];

    /// <summary>Holds nothing yet.</summary>
    public LogWindow() => Lines = new Collection<LogLine>(lines);

    /// <summary>Lines, oldest first.</summary>
    public Collection<LogLine> Lines { get; }

    /// <summary>First byte held.</summary>
    public long From { get; private set; }

    /// <summary>Where to read on.</summary>
    public long Next { get; private set; }

    /// <summary>Size of the file when it was read last.</summary>
    public long Bytes { get; private set; }

    /// <summary>There is more before what is held, and room for it.</summary>
    public bool HasEarlier => From > 0 && lines.Count < MostLines;

    /// <summary>Where the part before begins.</summary>
    public long EarlierFrom => Math.Max(0, From - PartBytes);

    /// <summary>Holds this part alone.</summary>
    public void Set(LogPart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        lines.Clear();
        (From, Next, Bytes) = (part.From, part.Next, part.Bytes);
        lines.AddRange(Split(part.Text));
    }

    /// <summary>Adds what the file has grown by; returns how many lines.</summary>
    public int Append(LogPart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        if (part.Bytes < Next)
        {
            // Cut off or replaced: what is held is of another file.
            Set(part);
            return lines.Count;
        }

        var added = Split(part.Text);
        (Next, Bytes) = (part.Next, part.Bytes);
        lines.AddRange(added);
        if (lines.Count > MostLines)
        {
            lines.RemoveRange(0, lines.Count - MostLines);

            // The byte of the new first line is not known: nothing earlier is offered any more, a new look begins at the end.
            From = 0;
        }

        return added.Count;
    }

    /// <summary>Adds what is before.</summary>
    public void Prepend(LogPart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        lines.InsertRange(0, Split(part.Text));
        From = part.From;
    }

    private static List<LogLine> Split(string text)
    {
        var result = new List<LogLine>();
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            result.Add(LogLine.Read(line.ToString()));
        }

        // The text ends with a line's end: what follows it is no line.
        if (result.Count > 0 && result[^1].Text.Length == 0)
        {
            result.RemoveAt(result.Count - 1);
        }

        return result;
    }
}
