using System.Globalization;
using System.Text;

namespace HaConsole.Engine.Services;

/// <summary>One process as <c>/proc/PID/stat</c> shows it.</summary>
/// <param name="Pid">Process.</param>
/// <param name="State">R, S, D, T, Z …</param>
/// <param name="Group">Process group.</param>
/// <param name="StartTime">Clock ticks since the start of the machine; tells two processes with the same number apart.</param>
internal readonly record struct ProcessStat(int Pid, char State, int Group, long StartTime)
{
    /// <summary>Still able to act: neither a zombie nor dead.</summary>
    public bool Alive => State is not ('Z' or 'X');
}

/// <summary>What the kernel says of processes.</summary>
internal static class ProcFs
{
    /// <summary>Environment variable by which a service's processes are found again: <c>pair/name/data directory</c>.</summary>
    internal const string MarkerVariable = "HACONSOLE_SERVICE";

    private static readonly byte[] MarkerPrefix = Encoding.UTF8.GetBytes(MarkerVariable + "=");

    /// <summary>Changes with every start of the machine; empty when it is not readable.</summary>
    internal static string BootId { get; } = ReadBootId();

    /// <summary>Marker of a service. The data directory is a full path.</summary>
    internal static string Marker(string pair, string name, string dataDirectory) => $"{pair}/{name}{dataDirectory}";

    /// <summary>Reads one process; null when it is gone.</summary>
    internal static ProcessStat? Read(int pid)
    {
        try
        {
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            // The command name may hold blanks and parentheses: fields count from behind its last one.
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return new ProcessStat(pid, fields[0][0], int.Parse(fields[2], CultureInfo.InvariantCulture), long.Parse(fields[19], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException or ArgumentOutOfRangeException)
        {
            // The process ended while it was read.
            return null;
        }
    }

    /// <summary>Whether a process of the group can still act.</summary>
    internal static bool GroupAlive(int group) =>
        ProcessCalls.SignalGroup(group, 0) && Pids().Any(pid => Read(pid) is { Alive: true } stat && stat.Group == group);

    /// <summary>Processes that carry a marker which <paramref name="matches"/> accepts and that can still act.</summary>
    internal static List<int> FindMarked(Func<string, bool> matches) =>
        [.. Pids().Where(pid => pid != Environment.ProcessId && ReadMarker(pid) is { } marker && matches(marker) && Read(pid) is { Alive: true })];

    private static string? ReadMarker(int pid)
    {
        try
        {
            ReadOnlySpan<byte> environment = File.ReadAllBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/environ"));
            foreach (var range in environment.Split((byte)0))
            {
                var variable = environment[range];
                if (variable.StartsWith(MarkerPrefix))
                {
                    return Encoding.UTF8.GetString(variable[MarkerPrefix.Length..]);
                }
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone, or of another user: none of ours.
            return null;
        }
    }

    private static IEnumerable<int> Pids()
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
            {
                yield return pid;
            }
        }
    }

    private static string ReadBootId()
    {
        try
        {
            return File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
