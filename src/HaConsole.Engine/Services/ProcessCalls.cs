using System.Runtime.InteropServices;

namespace HaConsole.Engine.Services;

/// <summary>The few system calls about processes that the class library does not offer.</summary>
internal static partial class ProcessCalls
{
    internal const int SigKill = 9;
    internal const int SigTerm = 15;
    internal const int SigContinue = 18;
    private const int NoSuchProcess = 3;

    /// <summary>Sends a signal to one process; false when it is gone.</summary>
    internal static bool Signal(int pid, int signal) => pid > 1 && (Kill(pid, signal) == 0 || Marshal.GetLastPInvokeError() != NoSuchProcess);

    /// <summary>Sends a signal to every process of a group; false when no process is left in it.</summary>
    internal static bool SignalGroup(int group, int signal) => group > 1 && (Kill(-group, signal) == 0 || Marshal.GetLastPInvokeError() != NoSuchProcess);

    /// <summary>Ends this process at once: nothing of it runs any more when the call "returns".</summary>
    internal static void KillSelf() => _ = Kill(Environment.ProcessId, SigKill);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int pid, int signal);
}
