using System.Globalization;
using System.Text;
using HaConsole.Engine.Status;

namespace HaConsole.Web.Cli;

/// <summary>The snapshot for people at a terminal, and the exit code that stands for it.</summary>
public static class StatusText
{
    /// <summary>0 healthy · 2 degraded · 3 no Active · 4 two Actives.</summary>
    public static int ExitCodeOf(StatusSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var actives = snapshot.Servers.Count(s => s.Role == "Active");
        if (actives != 1)
        {
            return actives == 0 ? ExitCode.NoActive : ExitCode.TwoActives;
        }

        var well = snapshot.Alarms.Count == 0
            && !snapshot.Paused
            && snapshot.Servers.All(s => s.Health == "Healthy")
            && (snapshot.Servers.Count < 2 || snapshot.SwitchWouldSucceed);
        return well ? ExitCode.Done : ExitCode.Degraded;
    }

    /// <summary>Who is Active since when, and would a switch succeed now: what stands on top of everything.</summary>
    public static string Headline(StatusSnapshot snapshot) => $"{WhoIsActive(snapshot)} {WouldSwitch(snapshot)}".TrimEnd();

    /// <summary>Who is Active, since when.</summary>
    public static string WhoIsActive(StatusSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return snapshot.Servers.Where(s => s.Role == "Active").ToList() switch
        {
            [] => NobodyIs(snapshot),
            [{ Since: { } since } one] => $"Server #{one.Server} has been Active for {Values.Age((snapshot.At - since).TotalSeconds)}.",
            [var one] => $"Server #{one.Server} is Active.",
            _ => "TWO servers are Active.",
        };
    }

    /// <summary>Would a switch succeed now, and if not why; empty when there is nothing to say.</summary>
    public static string WouldSwitch(StatusSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        if (snapshot.Servers.Count < 2)
        {
            return "It has no peer: there is nothing to switch to.";
        }

        if (snapshot.SwitchWouldSucceed)
        {
            var standby = snapshot.Servers.FirstOrDefault(s => s.Role != "Active");
            return standby is null ? "" : $"Server #{standby.Server} is ready: a switch now would succeed.";
        }

        var why = string.Join("; ", snapshot.NotReady.Select(r => r.Sentence.TrimEnd('.')));
        return $"A switch now would not succeed{(why.Length > 0 ? ": " + why : "")}.";
    }

    /// <summary>No Active: on its way, or not.</summary>
    private static string NobodyIs(StatusSnapshot snapshot)
    {
        var moving = snapshot.Servers.FirstOrDefault(s => s.Role is "Starting" or "Yielding");
        return moving is null ? "No server is known to be Active." : $"No server is known to be Active: server #{moving.Server} is {moving.Role.ToLowerInvariant()}.";
    }

    /// <summary>Everything, some lines.</summary>
    public static string Render(StatusSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var text = new StringBuilder().AppendLine(Headline(snapshot));
        foreach (var server in snapshot.Servers)
        {
            text.AppendLine().Append(Server(server, snapshot.At));
        }

        text.AppendLine();
        Controls(text, snapshot);
        text.AppendLine(CultureInfo.InvariantCulture, $"LAN {Values.Words(snapshot.Lan)} · VIP {snapshot.Vip} · witness {snapshot.Witness} · peer link {Values.Words(snapshot.PeerLink.State)}{Round(snapshot.PeerLink)}");
        PathText.Append(text, snapshot.PeerLink.Paths);
        foreach (var rule in snapshot.Rules.Where(r => r.Matched || r.DueInSeconds is not null))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"row {rule.Row}{Count(rule)}: {rule.Sentence}");
        }

        if (snapshot.LastSwitch is { } last)
        {
            text.AppendLine(LastSwitch(last, snapshot.At));
        }

        foreach (var alarm in snapshot.Alarms)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"ALARM {alarm.Code}: {alarm.Sentence}");
        }

        return text.ToString().TrimEnd();
    }

    /// <summary>Something set for a while, in one line.</summary>
    public static string Control(string name, ControlStatus control)
    {
        ArgumentNullException.ThrowIfNull(control);
        var until = control.Until is { } end ? string.Create(CultureInfo.InvariantCulture, $" until {end:yyyy-MM-dd HH:mm:ss} UTC") : "";
        return $"{name} by {control.Owner}{until}{(control.Reason.Length > 0 ? ": " + control.Reason : "")}";
    }

    /// <summary>Counter and countdown of a row: <c> (3 of 5), in 1 min 1 s at the earliest</c>.</summary>
    public static string Count(RuleStatus rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var count = rule.Counter is { } n && rule.Of is { } of ? string.Create(CultureInfo.InvariantCulture, $" ({Math.Min(n, of)} of {of})") : "";
        return rule.Matched ? $"{count}, now" : rule.DueInSeconds is { } due ? $"{count}, in {Values.Age(due)} at the earliest" : count;
    }

    private static string LastSwitch(LastSwitchStatus last, DateTimeOffset at)
    {
        var took = last.MeasuredSeconds is { } seconds ? $", took {Values.Took(seconds)}" : "";
        var row = last.Row > 0 ? string.Create(CultureInfo.InvariantCulture, $" (row {last.Row})") : "";
        return string.Create(CultureInfo.InvariantCulture, $"last switch to server #{last.Server} {Values.Age((at - last.At).TotalSeconds)} ago, {last.At:yyyy-MM-dd HH:mm:ss} UTC{took}: {last.Sentence}{row}");
    }

    private static StringBuilder Server(ServerStatus server, DateTimeOffset at)
    {
        var text = new StringBuilder();
        var address = server.Address.Length > 0 ? ", " + server.Address : "";
        var local = server.Local ? ", this server" : "";
        var heard = server.Local ? "" : server.AgeSeconds is { } seconds ? $" · heard {Values.Age(seconds)} ago" : " · never heard";
        text.AppendLine(CultureInfo.InvariantCulture, $"Server #{server.Server}  {server.Role.ToUpperInvariant(),-8} {server.Health}{address}{local}");
        text.AppendLine(CultureInfo.InvariantCulture, $"  {server.Status}{Since(server, at)}{Known(server)}{heard}");
        foreach (var service in server.Services)
        {
            var restarts = service.Restarts > 0 ? $", {service.Restarts} restarts" : "";
            text.AppendLine(CultureInfo.InvariantCulture, $"  service {service.Name}: {service.State}{restarts}{Tail(service.Detail)}");
            if (service.Standby is { State: not "Off" } standby)
            {
                var answer = standby.State == "Failed" ? $"no answer, {standby.Detail}" : standby.Detail is { Length: > 0 } ? $"sends clients to {standby.Detail}" : "answers 503";
                text.AppendLine(CultureInfo.InvariantCulture, $"    port {standby.Port}: {answer}");
            }
        }

        foreach (var held in server.Addresses)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  address {held.Name}: {held.Address} {held.State}{(held.Interface.Length > 0 ? " on " + held.Interface : "")}{Tail(held.Detail)}");
        }

        foreach (var check in server.Checks)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  check {check.Name}: {check.State}{Tail(check.Detail)}");
        }

        return text;
    }

    private static void Controls(StringBuilder text, StatusSnapshot snapshot)
    {
        if (!snapshot.Enabled)
        {
            text.AppendLine("hot standby mode is disabled: nothing switches by itself");
        }

        if (snapshot.Pause is { } pause)
        {
            text.AppendLine(Control("PAUSED", pause));
        }

        if (snapshot.Hold is { } hold)
        {
            text.AppendLine(Control("hold on automatic failback", hold));
        }

        foreach (var maintenance in snapshot.Maintenance)
        {
            text.AppendLine(Control($"maintenance of server #{maintenance.Server}", maintenance));
        }

        if (snapshot.PendingStepDown is { } pending)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"the other server has not yet confirmed that it is Standby; given up in {Values.Age(pending.EndsInSeconds)}");
        }
    }

    private static string Since(ServerStatus server, DateTimeOffset at)
        => server.Since is { } since ? " for " + Values.Age((at - since).TotalSeconds) : "";

    /// <summary>What a server tells of itself: nothing of it holds when it is not heard.</summary>
    private static string Known(ServerStatus server)
    {
        static string Text(string fact) => fact.Length > 0 ? fact : "unknown";
        return server.Role == "Unknown"
            ? " · epoch, revision and version unknown"
            : string.Create(CultureInfo.InvariantCulture, $" · epoch {server.Epoch} · revision {Text(server.SettingsRevision)} · version {Text(server.SoftwareVersion)}");
    }

    private static string Round(PeerLinkInfo link)
        => link.RoundTripSeconds is { } seconds ? string.Create(CultureInfo.InvariantCulture, $" ({seconds * 1000:0.0} ms)") : Tail(link.Detail);

    private static string Tail(string detail) => detail.Length > 0 ? $" ({detail})" : "";
}
