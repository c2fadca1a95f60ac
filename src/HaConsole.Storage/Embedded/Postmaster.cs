using System.Globalization;
using System.Runtime.InteropServices;

namespace HaConsole.Storage.Embedded;

/// <summary>The process that serves a cluster, found by its pid file.</summary>
internal static partial class Postmaster
{
    /// <summary>Ends every session and stops in order.</summary>
    public const int FastStop = 2;

    /// <summary>Stops at once; the next start recovers.</summary>
    public const int ImmediateStop = 3;

    /// <summary>Kills the process.</summary>
    public const int Kill = 9;

    /// <summary>Process id when a PostgreSQL serves exactly this cluster; 0 otherwise.</summary>
    public static int Find(ClusterFolders folders)
    {
        var pid = Written(folders);
        return pid > 0 && IsPostgres(pid) && Serves(pid, folders.Data) ? pid : 0;
    }

    /// <summary>The pid file names a process that is alive and no PostgreSQL at all: left by a crash or a restart of the machine.</summary>
    public static bool IsStale(ClusterFolders folders)
    {
        var pid = Written(folders);
        return pid > 0 && Directory.Exists($"/proc/{pid}") && !IsPostgres(pid);
    }

    /// <summary>Sends a signal; false when the process is gone or not ours.</summary>
    public static bool Signal(int pid, int signal) => pid > 1 && SendSignal(pid, signal) == 0;

    private static int Written(ClusterFolders folders)
    {
        try
        {
            var first = File.ReadLines(folders.PidFile).FirstOrDefault();
            return int.TryParse(first, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var pid) ? Math.Abs(pid) : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static bool IsPostgres(int pid) => Arguments(pid) is [var program, ..] && Path.GetFileName(program) == "postgres";

    private static bool Serves(int pid, string data)
    {
        var arguments = Arguments(pid);
        var at = Array.IndexOf(arguments, "-D");
        return at >= 0 && at + 1 < arguments.Length && arguments[at + 1] == data;
    }

    private static string[] Arguments(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int pid, int signal);
}
