using System.Diagnostics;
using System.Globalization;

namespace HaConsole.Engine.Services;

/// <summary>
/// A tiny process beside this one that releases services and addresses when nobody else can: when this process dies, in whatever way, at
/// once; and when this process and the engine both stand still, at the deadline that the engine has moved last. The kernel's own signal on the
/// death of a parent reaches only the first process of a service, not its children, and none at all when the parent is merely stopped.
/// </summary>
internal static class GroupGuardian
{
    // $1: file of deadline and lists, $2: this process.
    // The end of its input is the death of this process; each line before that is the two lists. Commands are one word each, every byte as an
    // octal number, and run side by side: one that hangs must not keep an address. The deadline counts when it has been read twice, since
    // it may be read while it is written. A process that is merely stopped is killed with the rest, so that it can be started anew.
    private const string Script = """
        exec >/dev/null 2>&1
        trap '' INT TERM HUP QUIT TSTP
        release() {
          for group in $groups; do kill -s KILL -- "-$group"; done
          for command in $commands; do printf '%b' "$command" | /bin/sh & done
        }
        watch() {
          done=0
          while :; do
            { read -r due sign; read -r groups; read -r commands; } < "$1" || exit
            read -r up rest < /proc/uptime
            left=$((due - ${up%.*}${up#*.}))
            if [ "$due" -eq 0 ] || [ "$due" = "$done" ]; then
              left=100
            elif [ "$left" -le 0 ]; then
              { read -r again sign; read -r list; read -r last; } < "$1" || exit
              [ "$again $list $last" = "$due $groups $commands" ] || continue
              done=$due
              release
              read -r stat < "/proc/$2/stat" || exit
              case ${stat##*) } in T*) kill -s KILL "$2"; exit;; esac
              continue
            fi
            [ "$left" -ge 5 ] || left=5
            [ "$left" -le 1000 ] || left=1000
            part=$((left % 100))
            [ "$part" -ge 10 ] || part=0$part
            sleep "$((left / 100)).$part" || sleep 1
          done
        }
        if [ -n "$1" ]; then watch "$1" "$2" < /dev/null & watcher=$!; fi
        while read -r tag rest; do case $tag in G) groups=$rest;; C) commands=$rest;; esac; done
        release
        [ -z "$watcher" ] || kill -s KILL "$watcher"
        """;

    private static readonly Lock Gate = new();
    private static readonly HashSet<int> Groups = [];
    private static readonly Dictionary<string, string> Commands = new(StringComparer.Ordinal);
    private static Process? guardian;
    private static DeadlineFile? deadline;

    /// <summary>From now on the guard also acts at the deadline in this file. Before the first service starts.</summary>
    internal static void WatchDeadline(DeadlineFile? file)
    {
        lock (Gate)
        {
            deadline = file;
        }
    }

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
        var groups = string.Join(' ', Groups.Select(group => group.ToString(CultureInfo.InvariantCulture)));
        var commands = string.Join(' ', Commands.Values.Select(Octal));
        deadline?.Write(groups, commands);
        if (guardian is null or { HasExited: true })
        {
            guardian = Start();
        }

        var input = guardian.StandardInput;
        input.Write($"G {groups}\nC {commands}\n");
        input.Flush();
    }

    private static string Octal(string command) => string.Concat(System.Text.Encoding.UTF8.GetBytes(command).Select(b => "\\0" + Convert.ToString(b, 8)));

    private static Process Start()
    {
        // A session of its own: what a terminal sends to this process must not end it first.
        var path = deadline is { } file ? DeadlineFile.PathOf(Environment.ProcessId, file.Descriptor) : "";
        List<string> line = ["/bin/sh", "-c", Script, "haconsole-guard", path, Environment.ProcessId.ToString(CultureInfo.InvariantCulture)];
        if (ProcessLauncher.FindProgram("setsid", null) is { } setsid)
        {
            line.Insert(0, setsid);
        }

        return Process.Start(new ProcessStartInfo(line[0], line.Skip(1)) { RedirectStandardInput = true })!;
    }
}
