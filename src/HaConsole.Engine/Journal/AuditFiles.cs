using System.Globalization;
using System.Text;
using HaConsole.Engine.State;

namespace HaConsole.Engine.Journal;

/// <summary>The files of the audit log, one per month (UTC), for their owner only. Appends whole lines or nothing. For one thread; reading is free.</summary>
internal sealed class AuditFiles(string folder)
{
    private string current = "";

    /// <summary>All files, oldest first.</summary>
    public IReadOnlyList<string> List() => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, "audit-??????.jsonl").Where(IsMonth).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Appends a line and syncs it; on failure nothing of it stays in the file.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Append(DateTimeOffset at, string line)
    {
        Folders.Create(folder);
        var wanted = Path.Combine(folder, $"audit-{at.UtcDateTime.ToString("yyyyMM", CultureInfo.InvariantCulture)}.jsonl");
        if (current.Length == 0)
        {
            current = List() is [.., var newest] ? newest : wanted;
        }

        // A clock that was set back must not put an entry before those that it follows.
        current = string.CompareOrdinal(wanted, current) > 0 ? wanted : current;
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(current, options);
        var end = file.Length;
        var isNew = end == 0;
        try
        {
            var bytes = Encoding.UTF8.GetBytes((EndsTorn(file) ? "\n" : "") + line + "\n");
            file.Seek(0, SeekOrigin.End);
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            file.SetLength(end);
            throw;
        }

        if (isNew)
        {
            FileCalls.SyncDirectory(folder);
        }
    }

    /// <summary>Lines of a file; none when it cannot be read.</summary>
    public static IEnumerable<string> Lines(string path)
    {
        StreamReader reader;
        try
        {
            reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone or not ours to read: the chain shows the gap.
            yield break;
        }

        using (reader)
        {
            while (reader.ReadLine() is { } line)
            {
                yield return line;
            }
        }
    }

    /// <summary>Sound entries of all files with a sequence above one, oldest first.</summary>
    public IEnumerable<AuditEntry> Read(long after)
    {
        var files = List();
        for (var i = 0; i < files.Count; i++)
        {
            // A whole file is skipped when the next one begins at or below what is wanted.
            if (i + 1 < files.Count && Lines(files[i + 1]).Select(AuditLine.Read).FirstOrDefault(e => e is not null) is { } next && next.Sequence <= after + 1)
            {
                continue;
            }

            foreach (var entry in Lines(files[i]).Select(AuditLine.Read).OfType<AuditEntry>().Where(e => e.Sequence > after))
            {
                yield return entry;
            }
        }
    }

    private static bool EndsTorn(FileStream file)
    {
        if (file.Length == 0)
        {
            return false;
        }

        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() != '\n';
    }

    private static bool IsMonth(string path) => Path.GetFileName(path).AsSpan(6, 6).IndexOfAnyExceptInRange('0', '9') < 0;
}
