using System.Globalization;
using System.Text;

namespace HaConsole.Engine.Journal;

/// <summary>Reads the fault tolerant log files of this server. Only files that it lists itself are read: a name is never taken as a path.</summary>
internal sealed class LogReader(string dataDirectory)
{
    /// <summary>Most bytes of one part.</summary>
    public const int MostBytes = 1_000_000;

    /// <summary>All files, newest first.</summary>
    public IReadOnlyList<LogFile> List() => [.. Paths().Reverse().Select(Describe).OfType<LogFile>()];

    /// <summary>A part of a file; null when it is not one of <see cref="List"/>.</summary>
    public LogPart? Read(string name, long fromByte, int maxBytes)
    {
        if (Paths().FirstOrDefault(path => Path.GetFileName(path) == name) is not { } path)
        {
            return null;
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var length = file.Length;
            var from = Math.Clamp(fromByte < 0 ? length + fromByte : fromByte, 0, length);
            var bytes = new byte[Math.Min(Math.Clamp(maxBytes, 1, MostBytes), length - from)];
            file.Seek(from, SeekOrigin.Begin);
            var count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            var (start, end) = WholeLines(bytes.AsSpan(0, count), startsInLine: fromByte < 0 && from > 0);
            return new LogPart(name, from + start, from + end, length, Encoding.UTF8.GetString(bytes, start, end - start));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Deleted by the sweep meanwhile.
            return null;
        }
    }

    private IReadOnlyList<string> Paths()
    {
        using var files = new DayFiles(Path.Combine(dataDirectory, "logs"), "ft", "log", new FileJournalOptions());
        return files.List();
    }

    /// <summary>Cuts half lines off at both ends, unless that leaves nothing.</summary>
    private static (int Start, int End) WholeLines(ReadOnlySpan<byte> bytes, bool startsInLine)
    {
        var end = bytes.LastIndexOf((byte)'\n') + 1;
        var start = startsInLine ? bytes.IndexOf((byte)'\n') + 1 : 0;
        return end > start ? (start, end) : (0, bytes.Length);
    }

    private static LogFile? Describe(string path)
    {
        var file = new FileInfo(path);
        var day = file.Name.AsSpan(3, 8);
        return file.Exists ? new LogFile(file.Name, string.Create(CultureInfo.InvariantCulture, $"{day[..4]}-{day[4..6]}-{day[6..]}"), file.Length) : null;
    }
}
