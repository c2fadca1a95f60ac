using System.Diagnostics;

namespace HaConsole.Engine.Tests.State;

/// <summary>
/// A disk of its own that is soon full: a small tmpfs when the tests run as root and may mount. Elsewhere it refuses in another way:
/// files stand where its folders were.
/// </summary>
public sealed class TinyDisk : IDisposable
{
    private readonly ScratchFolder folder = new();
    private readonly bool mounted;

    public TinyDisk(int kilobytes)
    {
        mounted = Run("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", folder.Path);
    }

    public string Path => folder.Path;

    public bool IsMounted => mounted;

    /// <summary>Fills the disk to the last block; where nothing could be mounted, makes the folders unwritable by putting files in their place.</summary>
    public void Fill(params string[] folders)
    {
        if (!mounted)
        {
            foreach (var name in folders)
            {
                Directory.Delete(System.IO.Path.Combine(Path, name), recursive: true);
                File.WriteAllText(System.IO.Path.Combine(Path, name), "");
            }

            return;
        }

        using var filler = new FileStream(System.IO.Path.Combine(Path, "filler"), FileMode.Append, FileAccess.Write, FileShare.None, 1);
        var block = new byte[4096];
        try
        {
            while (true)
            {
                filler.Write(block);
            }
        }
        catch (IOException)
        {
            // Full, as wanted.
        }
    }

    public void MakeRoom(params string[] folders)
    {
        if (mounted)
        {
            File.Delete(System.IO.Path.Combine(Path, "filler"));
            return;
        }

        foreach (var name in folders)
        {
            File.Delete(System.IO.Path.Combine(Path, name));
        }
    }

    public void Dispose()
    {
        if (mounted)
        {
            Run("umount", folder.Path);
        }

        folder.Dispose();
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
        process!.WaitForExit();
        return process.ExitCode == 0;
    }
}
