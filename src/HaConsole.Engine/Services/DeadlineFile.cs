using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace HaConsole.Engine.Services;

/// <summary>
/// A few lines in memory that the supervisor makes, the engine's process writes its deadline into, and the guard reads, each by
/// <c>/proc</c>: none of them has to wait for another one, or to trust that another one still runs.
/// </summary>
/// <remarks>
/// Line 1: deadline in hundredths of a second since the start of the machine, 0 = none; then the last renewal (<see cref="LeaseSign"/>), its
/// durations in ticks. Line 2: process groups. Line 3: commands.
/// </remarks>
internal sealed partial class DeadlineFile : IDisposable
{
    private const int FieldLength = 19;
    private const int Fields = 5;
    private const int LineLength = (Fields * FieldLength) + Fields - 1;
    private const uint CloseOnExec = 1;
    private readonly SafeFileHandle handle;

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
        file.Clear();
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

    /// <summary>Moves the deadline by a renewal that was given just now.</summary>
    internal void Set(LeaseSign sign) => WriteLine(Uptime() + (long)(sign.GoneBy.TotalSeconds * 100), sign);

    /// <summary>From now on there is no deadline.</summary>
    internal void Clear() => WriteLine(0, default);

    /// <summary>The last renewal; null when there is none.</summary>
    internal LeaseSign? Read()
    {
        Span<byte> line = stackalloc byte[LineLength];
        Span<byte> again = stackalloc byte[LineLength];
        do
        {
            // Until it was not written meanwhile.
            if (RandomAccess.Read(handle, line, 0) < LineLength || RandomAccess.Read(handle, again, 0) < LineLength)
            {
                return null;
            }
        }
        while (!line.SequenceEqual(again));

        var numbers = new long[Fields];
        for (var i = 0; i < Fields; i++)
        {
            if (!long.TryParse(line.Slice(i * (FieldLength + 1), FieldLength), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return null;
            }
        }

        return numbers[0] == 0 ? null : new LeaseSign(numbers[1], numbers[2], TimeSpan.FromTicks(numbers[3]), TimeSpan.FromTicks(numbers[4]));
    }

    /// <summary>Replaces what is to be done then; the deadline stays.</summary>
    internal void Write(string groups, string commands)
    {
        var text = Encoding.ASCII.GetBytes($"\n{groups}\n{commands}\n");
        RandomAccess.Write(handle, text, LineLength);
        RandomAccess.SetLength(handle, LineLength + text.Length);
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private void WriteLine(long due, LeaseSign sign)
    {
        var fields = new[] { due, sign.At, sign.Since, sign.ValidFor.Ticks, sign.GoneBy.Ticks };
        RandomAccess.Write(handle, Encoding.ASCII.GetBytes(string.Join(' ', fields.Select(field => field.ToString(CultureInfo.InvariantCulture).PadLeft(FieldLength)))), 0);
    }

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
