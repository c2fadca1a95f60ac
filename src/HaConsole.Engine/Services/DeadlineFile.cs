using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace HaConsole.Engine.Services;

/// <summary>
/// A few lines in memory that the supervisor makes, the engine's process writes its deadline into, and the guard reads, each by
/// <c>/proc</c>: none of them has to wait for another one, or to trust that another one still runs.
/// </summary>
/// <remarks>Line 1: deadline in hundredths of a second since the start of the machine, 0 = none. Line 2: process groups. Line 3: commands.</remarks>
internal sealed partial class DeadlineFile : IDisposable
{
    private const int DeadlineLength = 19;
    private const uint CloseOnExec = 1;
    private readonly SafeFileHandle handle;
    private long length;

    private DeadlineFile(SafeFileHandle handle) => this.handle = handle;

    /// <summary>File descriptor in this process.</summary>
    internal int Descriptor => (int)handle.DangerousGetHandle();

    /// <summary>Makes an empty one; null where the kernel has no such files.</summary>
    internal static DeadlineFile? Create()
    {
        var descriptor = MemoryFile("haconsole-guard", CloseOnExec);
        if (descriptor < 0)
        {
            return null;
        }

        var file = new DeadlineFile(new SafeFileHandle(descriptor, ownsHandle: true));
        file.Write("", "");
        return file;
    }

    /// <summary>Opens that of another process; null when it is not there or not allowed.</summary>
    internal static DeadlineFile? Open(int process, int descriptor)
    {
        try
        {
            return new DeadlineFile(File.OpenHandle(PathOf(process, descriptor), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Where others find it.</summary>
    internal static string PathOf(int process, int descriptor) => string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/fd/{descriptor}");

    /// <summary>Moves the deadline; <see cref="TimeSpan.Zero"/>: there is none.</summary>
    internal void Set(TimeSpan fromNow)
    {
        var due = fromNow == TimeSpan.Zero ? 0 : Uptime() + (long)(fromNow.TotalSeconds * 100);
        RandomAccess.Write(handle, Encoding.ASCII.GetBytes(due.ToString(CultureInfo.InvariantCulture).PadLeft(DeadlineLength)), 0);
    }

    /// <summary>Replaces what is to be done then; the deadline stays.</summary>
    internal void Write(string groups, string commands)
    {
        var text = Encoding.ASCII.GetBytes($"\n{groups}\n{commands}\n");
        if (length == 0)
        {
            RandomAccess.Write(handle, Encoding.ASCII.GetBytes("0".PadLeft(DeadlineLength)), 0);
        }

        RandomAccess.Write(handle, text, DeadlineLength);
        length = DeadlineLength + text.Length;
        RandomAccess.SetLength(handle, length);
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    // The clock of the guard, which has no other: hundredths of a second, as the kernel writes them.
    private static long Uptime()
    {
        var text = File.ReadAllText("/proc/uptime");
        return (long)(double.Parse(text.AsSpan(0, text.IndexOf(' ', StringComparison.Ordinal)), CultureInfo.InvariantCulture) * 100);
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MemoryFile(string name, uint flags);
}
