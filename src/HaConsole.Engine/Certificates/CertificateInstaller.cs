using System.Globalization;
using System.Security.Cryptography;
using HaConsole.Engine.State;

namespace HaConsole.Engine.Certificates;

/// <summary>A file that is to be put in place.</summary>
/// <param name="Path">Where.</param>
/// <param name="Bytes">Its content.</param>
/// <param name="Secret">It holds a key or a password: for its owner only.</param>
internal sealed record InstallFile(string Path, byte[] Bytes, bool Secret);

/// <summary>
/// Replaces the files of one certificate: all of them or none. New files are written beside, synced and renamed; the ones before stay as
/// <c>NAME.bak-TIMESTAMP</c>. Owner, group and permissions stay; a file with a key or a password is for its owner only (0600).
/// </summary>
internal static class CertificateInstaller
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Readable = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Permissions = (UnixFileMode)0x1FF;

    /// <summary>Puts the files in place, in their order.</summary>
    /// <returns>Files that were replaced or made (what was the same already is left alone), and the backups.</returns>
    /// <exception cref="IOException">It failed; everything is as before. The message is a sentence.</exception>
    public static (IReadOnlyList<string> Files, IReadOnlyList<string> Backups) Install(IReadOnlyList<InstallFile> files, DateTimeOffset now)
    {
        var steps = new List<Step>();
        try
        {
            foreach (var file in files)
            {
                if (Prepare(file) is { } step)
                {
                    steps.Add(step);
                }
            }

            var backups = new List<string>();
            foreach (var step in steps)
            {
                if (step.Replaces)
                {
                    step.Backup = KeepBefore(step.Path, now);
                    backups.Add(step.Backup);
                }

                File.Move(step.Beside, step.Path, overwrite: true);
                step.Done = true;
            }

            foreach (var directory in steps.Select(s => Path.GetDirectoryName(s.Path)!).Distinct(StringComparer.Ordinal))
            {
                FileCalls.SyncDirectory(directory);
            }

            return ([.. steps.Select(s => s.Path)], backups);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            Undo(steps);
            throw e as IOException ?? new IOException(e.Message, e);
        }
    }

    /// <summary>Writes the new file beside; null when the present one is the same already.</summary>
    private static Step? Prepare(InstallFile file)
    {
        var present = BoundedFile.Read(file.Path);
        if (present.End == FileEnd.Unreadable)
        {
            throw new IOException(present.Sentence);
        }

        var same = present.End == FileEnd.Read && present.Bytes.AsSpan().SequenceEqual(file.Bytes);
        CryptographicOperations.ZeroMemory(present.Bytes);
        if (same)
        {
            return null;
        }

        UnixFileFacts? facts = null;
        if (present.End == FileEnd.Read)
        {
            using var handle = FileCalls.OpenWithoutWaiting(file.Path);
            facts = FileCalls.FactsOf(handle);
        }

        var beside = $"{file.Path}.new-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        try
        {
            // For its owner only from its first moment on.
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            using var stream = new FileStream(beside, options);
            stream.Write(file.Bytes);
            if (facts is { } before)
            {
                var made = FileCalls.FactsOf(stream.SafeFileHandle);
                if (made.User != before.User || made.Group != before.Group)
                {
                    FileCalls.GiveTo(stream.SafeFileHandle, before.User, before.Group);
                }
            }

            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(stream.SafeFileHandle, file.Secret ? OwnerOnly : (facts?.Mode ?? Readable) & Permissions);
            }

            stream.Flush(flushToDisk: true);
        }
        catch
        {
            TryDelete(beside);
            throw;
        }

        return new Step(file.Path, beside, facts is not null);
    }

    /// <summary>A second name for the file in place, so that at no moment it is missing; a copy where the file system has no second names.</summary>
    private static string KeepBefore(string path, DateTimeOffset now)
    {
        var first = string.Create(CultureInfo.InvariantCulture, $"{path}.bak-{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}");
        var backup = first;
        for (var next = 2; Path.Exists(backup); next++)
        {
            backup = string.Create(CultureInfo.InvariantCulture, $"{first}-{next}");
        }

        try
        {
            FileCalls.HardLink(path, backup);
        }
        catch (IOException)
        {
            File.Copy(path, backup);
        }

        return backup;
    }

    private static void Undo(List<Step> steps)
    {
        foreach (var step in Enumerable.Reverse(steps))
        {
            try
            {
                if (step is { Done: true, Backup: { } backup })
                {
                    File.Move(backup, step.Path, overwrite: true);
                }
                else if (step.Done)
                {
                    File.Delete(step.Path);
                }
                else if (step.Backup is { } unused)
                {
                    File.Delete(unused);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The backup stays beside it, and the comparison of the two servers shows what is in place.
            }

            TryDelete(step.Beside);
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A left-over beside does no harm.
        }
    }

    private sealed class Step(string path, string beside, bool replaces)
    {
        public string Path { get; } = path;

        public string Beside { get; } = beside;

        public bool Replaces { get; } = replaces;

        public string? Backup { get; set; }

        public bool Done { get; set; }
    }
}
