using HaConsole.Engine.Checks;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Status;

/// <summary>What the checks of both servers say together. Only fresh facts of both are compared.</summary>
public static class CheckAlarms
{
    /// <summary>Code of the alarm that asks for a switch: only the Standby reaches a third system.</summary>
    public const string OneSided = "link-one-sided";

    /// <summary>Alarms of links to third systems, and of checks that fail on both servers.</summary>
    public static IReadOnlyList<ReasonStatus> Of(IReadOnlyList<ServerStatus> servers, IReadOnlyList<CheckDefinition> checks)
    {
        ArgumentNullException.ThrowIfNull(servers);
        ArgumentNullException.ThrowIfNull(checks);
        var first = servers.FirstOrDefault(s => s.Role == "Active") ?? servers.FirstOrDefault(s => s.Local);
        if (first is null)
        {
            return [];
        }

        var other = servers.FirstOrDefault(s => s != first && s.Role != "Unknown");
        var alarms = new List<ReasonStatus>();
        void Add(string code, IReadOnlyList<string> names, Func<string, string> sentence)
        {
            if (names.Count > 0)
            {
                alarms.Add(new ReasonStatus(code, sentence(string.Join(", ", names))));
            }
        }

        var links = checks.Where(c => c.Type == CheckType.Link).Select(c => c.Name).ToList();
        List<string> Links(string here, string? there) => [.. links.Where(name => StateOf(first, name) == here && StateOf(other, name) == there)];
        Add(OneSided, OneSidedLinks(servers, checks), names => $"Server #{other!.Server} reaches {names}, server #{first.Server} does not: switch?");
        Add("link-standby", Links("Up", "Down"), names => $"Server #{other!.Server} does not reach {names}, server #{first.Server} does: after a switch it would be missing.");
        Add("link-down", Links("Down", "Down"), names => $"Neither server reaches {names}: switching does not help.");
        Add("link-down-here", [.. Links("Down", null), .. Links("Down", "Unknown")], names => $"Server #{first.Server} does not reach {names}.");
        var common = checks.Where(c => c is { Type: not CheckType.Link, Severity: CheckSeverity.Critical } && StateOf(first, c.Name) == "Down" && StateOf(other, c.Name) == "Down").Select(c => c.Name).ToList();
        Add("common-cause", common, names => $"The same check fails on both servers ({names}): switching does not help.");
        return alarms;
    }

    /// <summary>Links that the Standby reaches and the Active does not.</summary>
    internal static IReadOnlyList<string> OneSidedLinks(IReadOnlyList<ServerStatus> servers, IReadOnlyList<CheckDefinition> checks)
    {
        var active = servers.FirstOrDefault(s => s.Role == "Active");
        var standby = servers.FirstOrDefault(s => s.Role == "Standby");
        return active is null || standby is null ? []
            : [.. checks.Where(c => c.Type == CheckType.Link && StateOf(active, c.Name) == "Down" && StateOf(standby, c.Name) == "Up").Select(c => c.Name)];
    }

    /// <summary>State of a check on a server; null when nothing is known of the server or of the check, or when it is muted.</summary>
    private static string? StateOf(ServerStatus? server, string name)
        => server?.Checks.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { Muted: false } check ? check.State : null;
}
