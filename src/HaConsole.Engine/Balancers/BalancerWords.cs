using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Balancers;

/// <summary>The commands of HAProxy's runtime API (management guide, 9.3), and what its answers say.</summary>
public static class BalancerWords
{
    private const int NameColumn = 1;

    /// <summary>Asks for the servers of all backends.</summary>
    public const string Look = "show stat -1 4 -1";

    /// <summary>
    /// What is told in a phase; empty when it is not this server's turn to say anything. The server to be used always comes first: at no
    /// moment is there none.
    /// </summary>
    /// <param name="settings">Settings.</param>
    /// <param name="own">Number of this server.</param>
    /// <param name="phase">Its phase.</param>
    public static IReadOnlyList<string> For(LoadBalancerSettings settings, int own, BalancerPhase phase)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var names = (Own: own == 1 ? settings.Server1Name : settings.Server2Name, Peer: own == 1 ? settings.Server2Name : settings.Server1Name);
        return phase switch
        {
            // The other server answers STANDBY for a moment yet: its checks rest until it serves, and connections to it are tried again.
            BalancerPhase.HandingOver => [.. settings.Backends.SelectMany(b => (string[])[$"set server {b}/{names.Peer} state ready", $"disable health {b}/{names.Peer}", $"set server {b}/{names.Peer} health up", $"set server {b}/{names.Own} state drain"])],
            BalancerPhase.Serving => [.. settings.Backends.SelectMany(b => (string[])[$"set server {b}/{names.Own} state ready", $"enable health {b}/{names.Own}", $"set server {b}/{names.Own} health up", .. Standby(settings.Standby, $"{b}/{names.Peer}")])],
            _ => [],
        };
    }

    /// <summary>State of a server in the answer to <see cref="Look"/>, for example <c>UP</c> or <c>MAINT</c>; null when it is not there.</summary>
    public static string? StatusOf(string answer, string backend, string server)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var lines = answer.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0 || !lines[0].StartsWith("# ", StringComparison.Ordinal))
        {
            return null;
        }

        var status = Array.IndexOf(lines[0][2..].Split(','), "status");
        return lines.Skip(1).Select(line => line.Split(','))
            .Where(cells => cells.Length > status && status > NameColumn && cells[0] == backend && cells[NameColumn] == server)
            .Select(cells => cells[status]).FirstOrDefault();
    }

    /// <summary>Whether a state of the Standby or of the server that serves is not what was told.</summary>
    public static bool IsWrong(string? status, bool serves, BalancerStandby standby) => status switch
    {
        null => false,
        _ when serves => !(status.StartsWith("UP", StringComparison.Ordinal) || status == "no check"),
        _ when standby == BalancerStandby.Drain => !(status.StartsWith("DRAIN", StringComparison.Ordinal) || status.StartsWith("DOWN", StringComparison.Ordinal)),
        _ when standby == BalancerStandby.Maint => !status.StartsWith("MAINT", StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>What an answer complains about; null when it is well.</summary>
    public static string? Problem(string answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var text = string.Join(' ', answer.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct());
        return text.Length == 0 ? null : text.Length > 200 ? text[..200] + "…" : text;
    }

    private static string[] Standby(BalancerStandby standby, string server) => standby switch
    {
        BalancerStandby.Drain => [$"enable health {server}", $"set server {server} state drain"],
        BalancerStandby.Maint => [$"enable health {server}", $"set server {server} state maint"],
        _ => [$"set server {server} health down", $"enable health {server}", $"set server {server} state ready"],
    };
}
