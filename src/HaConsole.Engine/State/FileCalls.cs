using System.Runtime.InteropServices;

namespace HaConsole.Engine.State;

/// <summary>The few calls of the operating system that .NET does not offer and durable files need.</summary>
internal static partial class FileCalls
{
    private const int ReadOnly = 0;
    private const int CloseOnExec = 0x80000;

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

    private static IOException Failure(string call, string path)
        => new($"{call} {path}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int handle);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string added);
}
