using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HaConsole.Engine.State;

/// <summary>Kind of a file.</summary>
internal enum UnixFileKind
{
    /// <summary>Pipe, device, socket, …</summary>
    Other,

    Regular,
    Directory,
}

/// <summary>What the system says of a file.</summary>
/// <param name="Kind">Kind.</param>
/// <param name="User">Number of its owner.</param>
/// <param name="Group">Number of its group.</param>
/// <param name="Mode">Permissions.</param>
internal readonly record struct UnixFileFacts(UnixFileKind Kind, uint User, uint Group, UnixFileMode Mode);

/// <summary>The few calls of the operating system that .NET does not offer and durable files need.</summary>
internal static partial class FileCalls
{
    private const int ReadOnly = 0;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int NoSuchFile = 2;
    private const int NoDirectory = 20;
    private const int NotPermitted = 1;
    private const int AccessDenied = 13;
    private const int EmptyPath = 0x1000;
    private const uint BasicFacts = 0x7FF;
    private const int FactsSize = 256;
    private const int UserAt = 20;
    private const int GroupAt = 24;
    private const int ModeAt = 28;
    private const int KindMask = 0xF000;
    private const int KindRegular = 0x8000;
    private const int KindDirectory = 0x4000;

    /// <summary>Makes the names in a directory durable; without it a renamed file can come back under its old name after a power cut.</summary>
    public static void SyncDirectory(string directory)
    {
        var handle = Open(directory, ReadOnly | CloseOnExec);
        if (handle < 0)
        {
            throw Failure("open", directory);
        }

        var failed = Sync(handle) != 0;
        var failure = failed ? Failure("fsync", directory) : null;
        _ = Close(handle);
        if (failure is not null)
        {
            throw failure;
        }
    }

    /// <summary>Gives a file a second name.</summary>
    public static void HardLink(string existing, string added)
    {
        if (Link(existing, added) != 0)
        {
            throw Failure("link", added);
        }
    }

    /// <summary>Opens a file for reading. A pipe that nobody writes to is opened, too, and does not keep the caller waiting.</summary>
    public static SafeFileHandle OpenWithoutWaiting(string path)
    {
        var handle = Open(path, ReadOnly | CloseOnExec | NonBlocking);
        if (handle >= 0)
        {
            return new SafeFileHandle(handle, ownsHandle: true);
        }

        throw Marshal.GetLastPInvokeError() switch
        {
            NoSuchFile or NoDirectory => new FileNotFoundException($"{path} does not exist", path),
            NotPermitted or AccessDenied => new UnauthorizedAccessException($"{path} may not be opened"),
            _ => Failure("open", path),
        };
    }

    /// <summary>What the system says of an open file.</summary>
    public static UnixFileFacts FactsOf(SafeFileHandle handle)
    {
        Span<byte> facts = stackalloc byte[FactsSize];
        if (Statx(handle, "", EmptyPath, BasicFacts, facts) != 0)
        {
            throw Failure("statx", "an open file");
        }

        var mode = BitConverter.ToUInt16(facts[ModeAt..]);
        var kind = (mode & KindMask) switch { KindRegular => UnixFileKind.Regular, KindDirectory => UnixFileKind.Directory, _ => UnixFileKind.Other };
        return new UnixFileFacts(kind, BitConverter.ToUInt32(facts[UserAt..]), BitConverter.ToUInt32(facts[GroupAt..]), (UnixFileMode)(mode & 0xFFF));
    }

    /// <summary>Gives an open file to an owner and a group.</summary>
    public static void GiveTo(SafeFileHandle handle, uint user, uint group)
    {
        if (Chown(handle, user, group) != 0)
        {
            throw Failure("chown", "a new file");
        }
    }

    private static IOException Failure(string call, string path)
        => new($"{call} {path}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(SafeFileHandle handle, string path, int flags, uint mask, Span<byte> facts);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    private static partial int Chown(SafeFileHandle handle, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int handle);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string added);
}
