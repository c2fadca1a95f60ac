using System.Text;
using HaConsole.Engine;

namespace HaConsole.Web.Support;

/// <summary>Something that a support bundle takes from one server.</summary>
/// <param name="Name">Name in the bundle, for example <c>logs/ft-20261120.log</c>.</param>
/// <param name="Bytes">Size; 0 for a document that is made when it is read.</param>
public sealed record SupportFile(string Name, long Bytes);

/// <summary>
/// The files of a data directory that support may see: logs, journal and audit log. Only what is listed is read, a name is never taken
/// as a path, links are not followed, and keys, settings and states are in other folders.
/// </summary>
public sealed class SupportFiles(string dataDirectory, SecretScrubber scrubber)
{
    /// <summary>Most bytes of one part.</summary>
    public const int PartBytes = 500_000;

    private static readonly string[] Folders = ["logs", "journal", "audit"];
    private static readonly string[] Endings = [".log", ".jsonl"];

    /// <summary>All files, folder by folder, the newest first.</summary>
    public IReadOnlyList<SupportFile> List() => [.. Folders.SelectMany(Listed).Select(file => new SupportFile($"{file.Directory!.Name}/{file.Name}", file.Length))];

    /// <summary>A part of a file without secrets, in whole lines as far as a line fits; null when there is no such file.</summary>
    public LogPart? Read(string name, long from, int most)
    {
        if (Folders.SelectMany(Listed).FirstOrDefault(each => $"{each.Directory!.Name}/{each.Name}" == name) is not { } file)
        {
            return null;
        }

        try
        {
            using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var length = stream.Length;
            var start = Math.Clamp(from, 0, length);
            var bytes = new byte[Math.Min(Math.Clamp(most, 1, PartBytes), length - start)];
            stream.Seek(start, SeekOrigin.Begin);
            var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            var line = bytes.AsSpan(0, count).LastIndexOf((byte)'\n') + 1;
            var taken = line > 0 ? line : count;
            return new LogPart(name, start, start + taken, length, scrubber.Clean(Encoding.UTF8.GetString(bytes, 0, taken)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Deleted by the sweep meanwhile.
            return null;
        }
    }

    private IEnumerable<FileInfo> Listed(string folder)
    {
        var directory = new DirectoryInfo(Path.Combine(dataDirectory, folder));
        try
        {
            return directory.Exists && directory.LinkTarget is null
                ? [.. directory.EnumerateFiles().Where(f => f.LinkTarget is null && (f.Attributes & FileAttributes.ReparsePoint) == 0 && IsText(f.Name)).OrderByDescending(f => f.LastWriteTimeUtc)]
                : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>By its ending; a log that was turned over has a number behind it.</summary>
    private static bool IsText(string name) => Endings.Any(ending => name.TrimEnd('.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9').EndsWith(ending, StringComparison.OrdinalIgnoreCase));
}
