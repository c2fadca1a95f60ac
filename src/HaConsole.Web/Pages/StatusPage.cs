using System.Net;
using HaConsole.Engine;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Status;
using HaConsole.Failover;
using HaConsole.Web.Cli;
using HaConsole.Web.Hosting;

namespace HaConsole.Web.Pages;

/// <summary>
/// The plain status page: made on the server, works without script (then the browser reloads it), says no more than
/// <c>GET /api/v1/status</c>.
/// </summary>
public static class StatusPage
{
    private const int Events = 12;

    /// <summary>Maps <c>/status</c>.</summary>
    public static void Map(IEndpointRouteBuilder app, IHaEngine engine, IJournal journal)
    {
        Task Answer(HttpContext context)
        {
            var headers = context.Response.Headers;
            headers.ContentType = "text/html; charset=utf-8";
            headers.CacheControl = "no-store";
            var known = ControlConnection.Carries(context) || context.User.Identity?.IsAuthenticated == true;
            var page = known ? Render(engine.Current, journal.Latest(Events), ListenerOf(context)) : Render(ForAnybody(engine.Current), [], ListenerOf(context));
            return context.Response.WriteAsync(page, context.RequestAborted);
        }

        app.MapMethods("/status", ["GET", "HEAD"], Answer);
    }

    /// <summary>What somebody who has not signed in may see: roles, readiness and alarms, nothing of what runs and who did what.</summary>
    public static StatusSnapshot ForAnybody(StatusSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return snapshot with
        {
            Rules = [],
            LastSwitch = null,
            Hold = Bare(snapshot.Hold),
            Pause = Bare(snapshot.Pause),
            Maintenance = [.. snapshot.Maintenance.Select(Bare).OfType<ControlStatus>()],
            Servers = [.. snapshot.Servers.Select(server => server with { Services = [], Checks = [], SoftwareVersion = "", SettingsRevision = "", SettingsHash = "", ProcessId = null, View = null })],
        };

        static ControlStatus? Bare(ControlStatus? control) => control is null ? null : control with { Owner = "", Reason = "" };
    }

    /// <summary>The whole page.</summary>
    /// <param name="snapshot">State of the pair.</param>
    /// <param name="events">Last events, oldest first.</param>
    /// <param name="listener">Scheme and port on which this server was asked; the other server's page is looked for on the same. Null: no link to it.</param>
    public static string Render(StatusSnapshot snapshot, IReadOnlyList<HaEvent> events, Uri? listener = null)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return Html.Of($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{ShortRoles(snapshot)} · {snapshot.Pair} · HaConsole</title>
            <link rel="icon" href="data:,">
            <link rel="stylesheet" href="css/site.css">
            <script src="js/status.js" defer></script>
            <noscript><meta http-equiv="refresh" content="2"></noscript>
            </head>
            <body>
            <p id="lost" class="lost" role="alert" hidden></p>
            <div id="page" data-version="{snapshot.Version}">
            <header data-part="header">{Header(snapshot)}</header>
            <div data-part="alarms">{Alarms(snapshot)}</div>
            <main>
            <div data-part="headline">{Headline(snapshot)}</div>
            <div data-part="soon">{RuleList.OnTheirWay(snapshot)}</div>
            <section class="servers" aria-label="Servers" data-part="servers">{Html.All(snapshot.Servers, s => ServerCard.Render(s, snapshot.At, listener))}</section>
            <div data-part="facts">{Facts(snapshot)}</div>
            <section class="panel" data-part="events">{Html.When(events is { Count: > 0 }, () => EventList(events!))}</section>
            {Html.When(snapshot.Rules.Count > 0, () => RuleList.All(snapshot))}
            </main>
            </div>
            </body>
            </html>
            """).Text;
    }

    private static string ShortRoles(StatusSnapshot snapshot)
        => string.Join(" · ", snapshot.Servers.Select(s => $"S{s.Server} {s.Role.ToUpperInvariant()}"));

    private static Html Header(StatusSnapshot snapshot) => Html.Of($"""
        <span class="brand">HaConsole</span>
        <span class="pair">Pair <b>{snapshot.Pair}</b></span>
        <span class="roles">{Html.All(snapshot.Servers, s => Html.Of($"<span class=\"role {s.Role.ToLowerInvariant()}\"><i class=\"shape\"></i>S{s.Server} {s.Role}</span>"))}</span>
        <span class="age">as of <time datetime="{snapshot.At:o}">{snapshot.At:HH:mm:ss} UTC</time></span>
        """);

    /// <summary>Without those that the headline says in larger letters.</summary>
    private static Html Alarms(StatusSnapshot snapshot)
    {
        var alarms = snapshot.Alarms.Where(a => a.Code is not ("no-active" or "two-actives")).ToList();
        return Html.When(alarms.Count > 0, () => Html.Of($"""
            <section class="alarms" role="alert" aria-label="Alarms">{Html.All(alarms, a => Html.Of($"<p><b>{a.Sentence}</b> <code>{a.Code}</code></p>"))}</section>
            """));
    }

    private static Html Headline(StatusSnapshot snapshot)
    {
        var state = StatusText.ExitCodeOf(snapshot) switch { ExitCode.Done => "good", ExitCode.Degraded => "warn", _ => "bad" };
        var would = StatusText.WouldSwitch(snapshot);
        return Html.Of($"""
            <section class="headline {state}">
            <h1>{Who(snapshot)}</h1>
            {Html.When(would.Length > 0, () => Html.Of($"<p>{would}</p>"))}
            {Chips(snapshot)}
            </section>
            """);
    }

    /// <summary>As <see cref="StatusText.WhoIsActive"/>, with an age that runs on.</summary>
    private static Html Who(StatusSnapshot snapshot)
        => snapshot.Servers.Where(s => s.Role == "Active").ToList() is [{ Since: { } since } one]
            ? Html.Of($"Server #{one.Server} has been Active for {LiveTime.Age((snapshot.At - since).TotalSeconds, Clock(since))}.")
            : Html.Of($"{StatusText.WhoIsActive(snapshot)}");

    /// <summary>A moment for people.</summary>
    internal static string Clock(DateTimeOffset at) => FormattableString.Invariant($"since {at:yyyy-MM-dd HH:mm:ss} UTC");

    /// <summary>Where this server was reached, without a proxy's name for it.</summary>
    private static Uri? ListenerOf(HttpContext context) => context.Connection.LocalPort is > 0 and var port
        ? new UriBuilder(context.Request.Scheme, IPAddress.Loopback.ToString(), port).Uri
        : null;

    private static Html Chips(StatusSnapshot snapshot)
    {
        var chips = new List<Html>();
        void Add(string text) => chips.Add(Html.Of($"{text}"));
        if (!snapshot.Enabled)
        {
            Add("Hot standby mode is disabled");
        }

        if (snapshot.Pause is { } pause)
        {
            Add(StatusText.Control("Paused", pause));
        }

        if (snapshot.Hold is { } hold)
        {
            Add(StatusText.Control("Hold on automatic failback", hold));
        }

        foreach (var maintenance in snapshot.Maintenance)
        {
            Add(StatusText.Control($"Maintenance of server #{maintenance.Server}", maintenance));
        }

        if (snapshot.PendingStepDown is { } pending)
        {
            chips.Add(Html.Of($"The other server has not confirmed Standby yet; given up in {LiveTime.Left(pending.EndsInSeconds)}"));
        }

        return Html.When(chips.Count > 0, () => Html.Of($"<ul class=\"chips\">{Html.All(chips, c => Html.Of($"<li>{c}</li>"))}</ul>"));
    }

    private static Html Facts(StatusSnapshot snapshot)
    {
        var link = snapshot.PeerLink;
        var trip = link.RoundTripSeconds is { } seconds ? FormattableString.Invariant($"{link.State}, {seconds * 1000:0.0} ms") : Values.Words(link.State);
        return Html.Of($"""
            <dl class="facts">
            <div{Html.When(link.Detail.Length > 0, () => new Html(" class=\"wide\""))}><dt>Peer link</dt><dd>{trip}{Small(link.Detail)}</dd></div>
            <div><dt>LAN</dt><dd>{Values.Words(snapshot.Lan)}</dd></div>
            <div><dt>Virtual IP</dt><dd>{snapshot.Vip}</dd></div>
            <div><dt>Witness</dt><dd>{snapshot.Witness}</dd></div>
            {LastSwitch(snapshot)}
            </dl>
            """);
    }

    private static Html LastSwitch(StatusSnapshot snapshot)
    {
        if (snapshot.LastSwitch is not { } last)
        {
            return Html.Empty;
        }

        var took = last.MeasuredSeconds is { } seconds ? $", took {Values.Took(seconds)}" : "";
        var row = last.Row > 0 ? $" Row {last.Row}." : "";
        return Html.Of($"<div class=\"wide\"><dt>Last switch</dt><dd>to server #{last.Server}, {LiveTime.Age((snapshot.At - last.At).TotalSeconds, Clock(last.At))} ago{took}{Small(last.Sentence + row)}</dd></div>");
    }

    private static Html Small(string text) => Html.When(text.Length > 0, () => Html.Of($" <small>{text}</small>"));

    private static Html EventList(IReadOnlyList<HaEvent> events) => Html.Of($"""
        <h2>Last events of this server</h2>
        {Html.When(events.Count == 0, () => new Html("<p class=\"hint\">Nothing has happened yet.</p>"))}
        <ol class="events">{Html.All(events.Reverse(), Event)}</ol>
        """);

    private static Html Event(HaEvent entry)
    {
        var row = entry.Row > 0 ? $" · row {entry.Row}" : "";
        var word = entry.Severity == Severity.Info ? Html.Empty : Html.Of($"<b>{entry.Severity}</b> ");
        return Html.Of($"<li class=\"{entry.Severity.ToString().ToLowerInvariant()}\"><time datetime=\"{entry.At:o}\">{entry.At:MM-dd HH:mm:ss}</time><span>{word}{entry.Sentence} <small>{entry.Kind} · epoch {entry.Epoch}{row}</small></span></li>");
    }
}
