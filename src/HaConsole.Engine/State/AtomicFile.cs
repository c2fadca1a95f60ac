using System.Security.Cryptography;
using System.Text;

namespace HaConsole.Engine.State;

/// <summary>What <see cref="AtomicFile.Read"/> found.</summary>
/// <param name="Text">Content; null when there is no sound copy.</param>
/// <param name="Problems">Sentences for events: what was damaged and what is used instead.</param>
public sealed record AtomicContent(string? Text, IReadOnlyList<string> Problems);

/// <summary>
/// Text files that are replaced as a whole: written beside, synced, renamed, directory synced. The last line is a comment with the
/// SHA-256 of everything before it; the copy before stays as <c>NAME.previous</c> and is used when the present one is damaged.
/// </summary>
public static class AtomicFile
{
    private const string Mark = "// sha256 ";

    /// <summary>Replaces the file durably.</summary>
    /// <param name="path">Path of the file; its directory is made when needed.</param>
    /// <param name="text">New content.</param>
    /// <param name="keepPrevious">Keep the copy before as <c>NAME.previous</c>.</param>
    /// <exception cref="DurableWriteException">It failed; the file is as before.</exception>
    public static void Write(string path, string text, bool keepPrevious = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(text);
        var beside = path + ".tmp";
        try
        {
            var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
            Folders.Create(directory);
            WriteSynced(beside, Seal(text));
            if (keepPrevious && ReadSound(path) is not null)
            {
                KeepPrevious(path);
            }

            File.Move(beside, path, overwrite: true);
            FileCalls.SyncDirectory(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(beside);
            throw DurableWriteException.For(path, e);
        }
    }

    /// <summary>Reads the file, or the copy before when it is damaged.</summary>
    public static AtomicContent Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var name = Path.GetFileName(path);
        var exists = File.Exists(path);
        if (ReadSound(path) is { } text)
        {
            return new AtomicContent(text, []);
        }

        var previous = PreviousOf(path);
        if (ReadSound(previous) is { } older)
        {
            return new AtomicContent(older, [$"{name} is {(exists ? "damaged" : "missing")}; the previous copy is used"]);
        }

        return exists || File.Exists(previous)
            ? new AtomicContent(null, [$"{name} is damaged and there is no sound previous copy"])
            : new AtomicContent(null, []);
    }

    /// <summary>Where the copy before is kept.</summary>
    public static string PreviousOf(string path) => path + ".previous";

    private static byte[] Seal(string text)
    {
        var body = text.EndsWith('\n') ? text : text + "\n";
        return Encoding.UTF8.GetBytes(body + Mark + Sum(body) + "\n");
    }

    private static string? ReadSound(string path)
    {
        try
        {
            var all = File.ReadAllText(path);
            var at = all.LastIndexOf(Mark, StringComparison.Ordinal);
            return at > 0 && all[(at + Mark.Length)..] == Sum(all[..at]) + "\n" ? all[..at] : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not there or not readable: the caller looks at the other copy and reports it.
            return null;
        }
    }

    private static string Sum(string body) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)));

    private static void WriteSynced(string path, byte[] bytes)
    {
        using var handle = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        RandomAccess.Write(handle, bytes, 0);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>A second name and a rename: at no moment is the file itself missing.</summary>
    private static void KeepPrevious(string path)
    {
        var linked = path + ".link";
        TryDelete(linked);
        FileCalls.HardLink(path, linked);
        File.Move(linked, PreviousOf(path), overwrite: true);
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A left-over is overwritten by the next write.
        }
    }
}
