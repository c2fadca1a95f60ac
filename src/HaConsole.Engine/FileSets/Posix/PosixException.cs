using System.Runtime.InteropServices;

namespace HaConsole.Engine.FileSets.Posix;

/// <summary>A call of the operating system failed.</summary>
internal sealed class PosixException(string call, string name, int error)
    : IOException($"{call}{(name.Length > 0 ? " " + PathName.Show(name) : "")}: {Marshal.GetPInvokeErrorMessage(error)}")
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int AccessDenied = 13;
    public const int Exists = 17;
    public const int CrossDevice = 18;
    public const int NotDirectory = 20;
    public const int IsDirectory = 21;
    public const int Invalid = 22;
    public const int NoSpace = 28;
    public const int ReadOnlyFileSystem = 30;
    public const int NameTooLong = 36;
    public const int NoCall = 38;
    public const int NotEmpty = 39;
    public const int TooManyLinks = 40;
    public const int NotSupported = 95;
    public const int Quota = 122;

    /// <summary>Number of the operating system.</summary>
    public int Error { get; } = error;

    /// <summary>Whether there is no room left.</summary>
    public static bool IsNoSpace(IOException failure)
        => failure is PosixException { Error: NoSpace or Quota } || (failure.HResult & 0xFFFF) is NoSpace or Quota;

    public static PosixException Last(string call, string name) => new(call, name, Marshal.GetLastPInvokeError());
}
