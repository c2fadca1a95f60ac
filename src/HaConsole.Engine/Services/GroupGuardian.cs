using System.Diagnostics;
using System.Globalization;

namespace HaConsole.Engine.Services;

/// <summary>
/// A tiny process that outlives this one by a moment: when this process dies, in whatever way, it kills the process groups of the
/// services. The kernel's own signal on the death of a parent reaches only the first process of a service, not its children.
/// </summary>
internal static class GroupGuardian
{
    // Each line is the whole list; the end of its input is the death of this process.
    // Commands are one word each, every byte as an octal number.
    private const string Script = "exec >/dev/null 2>&1; trap '' INT TERM HUP QUIT; while read -r tag rest; do case $tag in G) groups=$rest;; C) commands=$rest;; esac; done; for group in $groups; do kill -s KILL -- -$group; done; for command in $commands; do printf '%b' \"$command\" | /bin/sh; done";
    private static readonly Lock Gate = new();
    private static readonly HashSet<int> Groups = [];
    private static readonly Dictionary<string, string> Commands = new(StringComparer.Ordinal);
    private static Process? guardian;

    /// <summary>From now on this group dies with this process.</summary>
    internal static void Add(int group) => Change(() => Groups.Add(group));

    /// <summary>The group is gone; its number may be another's soon.</summary>
    internal static void Remove(int group) => Change(() => Groups.Remove(group));

    /// <summary>From now on this shell command is run when this process dies, after the groups are killed.</summary>
    internal static void AddCommand(string name, string command) => Change(() =>
    {
        Commands[name] = command;
        return true;
    });

    /// <summary>The command is not needed any more.</summary>
    internal static void RemoveCommand(string name) => Change(() => Commands.Remove(name));

    private static void Change(Func<bool> change)
    {
        lock (Gate)
        {
            if (!change())
            {
                return;
            }

            try
            {
                Tell();
            }
            catch (Exception e) when (e is IOException or InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // Somebody killed it: the next change starts another one. Until then the successor's search finds what is left.
                guardian = null;
            }
        }
    }

    private static void Tell()
    {
        if (guardian is null or { HasExited: true })
        {
            guardian = Start();
        }

        var input = guardian.StandardInput;
        input.Write("G " + string.Join(' ', Groups.Select(group => group.ToString(CultureInfo.InvariantCulture))) + "\n");
        input.Write("C " + string.Join(' ', Commands.Values.Select(Octal)) + "\n");
        input.Flush();
    }

    private static string Octal(string command) => string.Concat(System.Text.Encoding.UTF8.GetBytes(command).Select(b => "\\0" + Convert.ToString(b, 8)));

    private static Process Start()
    {
        // A session of its own: what a terminal sends to this process must not end it first.
        List<string> line = ["/bin/sh", "-c", Script];
        if (ProcessLauncher.FindProgram("setsid", null) is { } setsid)
        {
            line.Insert(0, setsid);
        }

        return Process.Start(new ProcessStartInfo(line[0], line.Skip(1)) { RedirectStandardInput = true })!;
    }
}
