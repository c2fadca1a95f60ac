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

    /// <summary>Who is Active since when, and would a switch succeed now: the sentence on top of everything.</summary>
    public static string Headline(StatusSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var actives = snapshot.Servers.Where(s => s.Role == "Active").ToList();
        var first = actives switch
        {
            [] => "No server is Active.",
            [var one] => $"Server #{one.Server} is Active{Since(one, snapshot.At, " since ")}.",
            _ => "TWO servers are Active.",
        };
        if (snapshot.Servers.Count < 2)
        {
            return first + " It has no peer: there is nothing to switch to.";
        }

        if (snapshot.SwitchWouldSucceed)
        {
            var standby = snapshot.Servers.FirstOrDefault(s => s.Role != "Active");
            return standby is null ? first : $"{first} Server #{standby.Server} is ready: a switch now would succeed.";
        }

        var why = string.Join("; ", snapshot.NotReady.Select(r => r.Sentence.TrimEnd('.')));
        return $"{first} A switch now would not succeed{(why.Length > 0 ? ": " + why : "")}.";
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
        text.AppendLine(CultureInfo.InvariantCulture, $"LAN {snapshot.Lan} · VIP {snapshot.Vip} · witness {snapshot.Witness} · peer link {snapshot.PeerLink.State}{Round(snapshot.PeerLink)}");
        foreach (var rule in snapshot.Rules.Where(r => r.Counter > 0 || r.DueInSeconds is not null))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"row {rule.Row}: {rule.Sentence}{Count(rule)}");
        }

        if (snapshot.LastSwitch is { } last)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"last switch {last.At:yyyy-MM-dd HH:mm:ss} UTC to server #{last.Server}, row {last.Row}: {last.Sentence}");
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

    /// <summary>Counter and countdown of a row: <c>3 of 5, in 61 s</c>.</summary>
    public static string Count(RuleStatus rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var count = rule.Counter is { } n && rule.Of is { } of ? string.Create(CultureInfo.InvariantCulture, $" ({n} of {of})") : "";
        return rule.DueInSeconds is { } due ? $"{count}, in {Values.Age(due)} at the earliest" : count;
    }

    private static StringBuilder Server(ServerStatus server, DateTimeOffset at)
    {
        var text = new StringBuilder();
        var address = server.Address.Length > 0 ? ", " + server.Address : "";
        var local = server.Local ? ", this server" : "";
        var heard = server.Local ? "" : server.AgeSeconds is { } seconds ? $" · heard {Values.Age(seconds)} ago" : " · never heard";
        text.AppendLine(CultureInfo.InvariantCulture, $"Server #{server.Server}  {server.Role.ToUpperInvariant(),-8} {server.Health}{address}{local}");
        text.AppendLine(CultureInfo.InvariantCulture, $"  {server.Status}{Since(server, at, " since ")} · epoch {server.Epoch} · revision {server.SettingsRevision} · version {server.SoftwareVersion}{heard}");
        foreach (var service in server.Services)
        {
            var restarts = service.Restarts > 0 ? $", {service.Restarts} restarts" : "";
            text.AppendLine(CultureInfo.InvariantCulture, $"  service {service.Name}: {service.State}{restarts}{Tail(service.Detail)}");
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

    private static string Since(ServerStatus server, DateTimeOffset at, string before)
        => server.Since is { } since ? before + Values.Age((at - since).TotalSeconds) : "";

    private static string Round(PeerLinkInfo link)
        => link.RoundTripSeconds is { } seconds ? string.Create(CultureInfo.InvariantCulture, $" ({seconds * 1000:0.0} ms)") : Tail(link.Detail);

    private static string Tail(string detail) => detail.Length > 0 ? $" ({detail})" : "";
}
