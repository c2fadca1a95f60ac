using System.Security.Cryptography;
using HaConsole.Engine.State;

namespace HaConsole.Engine.Certificates;

/// <summary>How reading a file ended.</summary>
internal enum FileEnd
{
    Read,
    Missing,
    Unreadable,
}

/// <summary>What came of reading a file.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Bytes">Its content; empty unless it was read.</param>
/// <param name="Sentence">Why it was not read; empty when it was.</param>
internal sealed record FileContent(FileEnd End, byte[] Bytes, string Sentence);

/// <summary>Reads small regular files. Never waits for the other end of a pipe, and never takes in more than its bound.</summary>
internal static class BoundedFile
{
    /// <summary>Longest file, in bytes.</summary>
    public const int Longest = 1024 * 1024;

    private const int MostPasses = 4;

    /// <summary>Reads a file; never throws for what is there or is not.</summary>
    public static FileContent Read(string path)
    {
        try
        {
            using var handle = FileCalls.OpenWithoutWaiting(path);
            if (FileCalls.FactsOf(handle).Kind != UnixFileKind.Regular)
            {
                return Refused($"{path} is no regular file");
            }

            var buffer = new byte[Math.Min(RandomAccess.GetLength(handle), Longest) + 1];
            var length = 0;
            while (true)
            {
                // The file may grow while it is read: what counts is what comes, not what its size was.
                var read = RandomAccess.Read(handle, buffer.AsSpan(length), length);
                length += read;
                if (length > Longest)
                {
                    CryptographicOperations.ZeroMemory(buffer);
                    return Refused($"{path} is longer than {Longest / 1024} KiB");
                }

                if (read == 0)
                {
                    var bytes = buffer[..length];
                    CryptographicOperations.ZeroMemory(buffer);
                    return new FileContent(FileEnd.Read, bytes, "");
                }

                if (length == buffer.Length)
                {
                    var longer = new byte[Math.Min(buffer.Length * 2, Longest + 1)];
                    buffer.CopyTo(longer, 0);
                    CryptographicOperations.ZeroMemory(buffer);
                    buffer = longer;
                }
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new FileContent(FileEnd.Missing, [], $"{path} does not exist");
        }
        catch (UnauthorizedAccessException)
        {
            return Refused($"{path} may not be read by the user that this server runs as");
        }
        catch (Exception e) when (e is IOException or NotSupportedException or ArgumentException)
        {
            return Refused($"{path} cannot be read: {e.Message}");
        }
    }

    /// <summary>
    /// Reads several files as they stand at one moment: again until two passes give the same. Null when they change all the time; whoever
    /// replaces a certificate and its key is not done then.
    /// </summary>
    public static IReadOnlyList<FileContent>? ReadTogether(IReadOnlyList<string> paths, Action? betweenPasses = null)
    {
        var before = paths.Select(Read).ToList();
        for (var pass = 1; pass < MostPasses; pass++)
        {
            betweenPasses?.Invoke();
            var now = paths.Select(Read).ToList();
            var same = before.Zip(now).All(pair => pair.First.End == pair.Second.End && pair.First.Bytes.AsSpan().SequenceEqual(pair.Second.Bytes));
            Forget(before);
            if (same)
            {
                return now;
            }

            before = now;
        }

        Forget(before);
        return null;
    }

    /// <summary>Overwrites what was read: it may be a key.</summary>
    public static void Forget(IEnumerable<FileContent> files)
    {
        foreach (var file in files)
        {
            CryptographicOperations.ZeroMemory(file.Bytes);
        }
    }

    private static FileContent Refused(string sentence) => new(FileEnd.Unreadable, [], sentence);
}
