using HaConsole.Engine;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Status;
using HaConsole.Failover;
using HaConsole.Web.Cli;

namespace HaConsole.Web.Pages;

/// <summary>
/// The plain status page: made on the server, works without script (then the browser reloads it), says no more than
/// <c>GET /api/v1/status</c>.
/// </summary>
public static class StatusPage
{
    private const int Events = 12;

    /// <summary>Maps <c>/</c> and <c>/status</c>.</summary>
    public static void Map(IEndpointRouteBuilder app, IHaEngine engine, IJournal journal)
    {
        Task Answer(HttpContext context)
        {
            var headers = context.Response.Headers;
            headers.ContentType = "text/html; charset=utf-8";
            headers.CacheControl = "no-store";
            headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            return context.Response.WriteAsync(Render(engine.Current, journal.Latest(Events)), context.RequestAborted);
        }

        app.MapMethods("/", ["GET", "HEAD"], Answer);
        app.MapMethods("/status", ["GET", "HEAD"], Answer);
    }

    /// <summary>The whole page.</summary>
    public static string Render(StatusSnapshot snapshot, IReadOnlyList<HaEvent> events)
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
            <link rel="stylesheet" href="/css/site.css">
            <script src="/js/status.js" defer></script>
            <noscript><meta http-equiv="refresh" content="2"></noscript>
            </head>
            <body>
            <p id="lost" class="lost" role="alert" hidden></p>
            <div id="page" data-version="{snapshot.Version}">
            {Header(snapshot)}
            {Alarms(snapshot)}
            <main>
            {Headline(snapshot)}
            <section class="servers" aria-label="Servers">{Html.All(snapshot.Servers, s => ServerCard.Render(s, snapshot.At))}</section>
            {Facts(snapshot)}
            {Rules(snapshot)}
            {EventList(events ?? [])}
            </main>
            </div>
            </body>
            </html>
            """).Text;
    }

    private static string ShortRoles(StatusSnapshot snapshot)
        => string.Join(" · ", snapshot.Servers.Select(s => $"S{s.Server} {s.Role.ToUpperInvariant()}"));

    private static Html Header(StatusSnapshot snapshot) => Html.Of($"""
        <header>
        <span class="brand">HaConsole</span>
        <span class="pair">Pair <b>{snapshot.Pair}</b></span>
        <span class="roles">{Html.All(snapshot.Servers, s => Html.Of($"<span class=\"role {s.Role.ToLowerInvariant()}\"><i class=\"shape\"></i>S{s.Server} {s.Role}</span>"))}</span>
        <span class="age">as of <time datetime="{snapshot.At:o}">{snapshot.At:HH:mm:ss} UTC</time></span>
        </header>
        """);

    private static Html Alarms(StatusSnapshot snapshot) => Html.When(snapshot.Alarms.Count > 0, () => Html.Of($"""
        <section class="alarms" role="alert" aria-label="Alarms">{Html.All(snapshot.Alarms, a => Html.Of($"<p><b>{a.Sentence}</b> <code>{a.Code}</code></p>"))}</section>
        """));

    private static Html Headline(StatusSnapshot snapshot)
    {
        var state = StatusText.ExitCodeOf(snapshot) switch { ExitCode.Done => "good", ExitCode.Degraded => "warn", _ => "bad" };
        return Html.Of($"""
            <section class="headline {state}">
            <h1>{StatusText.Headline(snapshot)}</h1>
            {Chips(snapshot)}
            </section>
            """);
    }

    private static Html Chips(StatusSnapshot snapshot)
    {
        var chips = new List<string>();
        if (!snapshot.Enabled)
        {
            chips.Add("Hot standby mode is disabled");
        }

        if (snapshot.Pause is { } pause)
        {
            chips.Add(StatusText.Control("Paused", pause));
        }

        if (snapshot.Hold is { } hold)
        {
            chips.Add(StatusText.Control("Hold on automatic failback", hold));
        }

        chips.AddRange(snapshot.Maintenance.Select(m => StatusText.Control($"Maintenance of server #{m.Server}", m)));
        if (snapshot.PendingStepDown is { } pending)
        {
            chips.Add($"The other server has not confirmed Standby yet; given up in {Values.Age(pending.EndsInSeconds)}");
        }

        return Html.When(chips.Count > 0, () => Html.Of($"<ul class=\"chips\">{Html.All(chips, c => Html.Of($"<li>{c}</li>"))}</ul>"));
    }

    private static Html Facts(StatusSnapshot snapshot)
    {
        var link = snapshot.PeerLink;
        var trip = link.RoundTripSeconds is { } seconds ? FormattableString.Invariant($"{link.State}, {seconds * 1000:0.0} ms") : link.State;
        return Html.Of($"""
            <dl class="facts">
            <div><dt>Peer link</dt><dd>{trip}{Small(link.Detail)}</dd></div>
            <div><dt>LAN</dt><dd>{snapshot.Lan}</dd></div>
            <div><dt>Virtual IP</dt><dd>{snapshot.Vip}</dd></div>
            <div><dt>Witness</dt><dd>{snapshot.Witness}</dd></div>
            {LastSwitch(snapshot)}
            </dl>
            """);
    }

    private static Html LastSwitch(StatusSnapshot snapshot) => snapshot.LastSwitch is not { } last
        ? Html.Empty
        : Html.Of($"<div class=\"wide\"><dt>Last switch</dt><dd>to server #{last.Server}, {Values.Age((snapshot.At - last.At).TotalSeconds)} ago, row {last.Row}{Small(last.Sentence)}</dd></div>");

    private static Html Small(string text) => Html.When(text.Length > 0, () => Html.Of($" <small>{text}</small>"));

    private static Html Rules(StatusSnapshot snapshot) => Html.When(snapshot.Rules.Count > 0, () => Html.Of($"""
        <section class="panel">
        <h2>Why, and why not</h2>
        <p class="hint">The rules of this server in their order; the first that matches acts.</p>
        <div class="scroll"><table>
        <thead><tr><th>Row</th><th>Guide</th><th>Count</th><th>Acts in</th><th>What it would do, and what it waits for</th></tr></thead>
        <tbody>{Html.All(snapshot.Rules, Rule)}</tbody>
        </table></div>
        </section>
        """));

    private static Html Rule(RuleStatus rule)
    {
        var state = rule.Matched ? "matched" : rule.Counter > 0 ? "counting" : "";
        var due = rule.Matched ? "now" : rule.DueInSeconds is { } seconds ? Values.Age(seconds) : "";
        var count = rule.Counter is { } n && rule.Of is { } of
            ? Html.Of($"<progress max=\"{of}\" value=\"{n}\" aria-hidden=\"true\"></progress> {n} of {of}")
            : Html.Empty;
        return Html.Of($"<tr class=\"{state}\"><td class=\"num\">{rule.Row}</td><td>{rule.Guide}</td><td class=\"count\">{count}</td><td class=\"num\">{due}</td><td>{rule.Sentence}</td></tr>");
    }

    private static Html EventList(IReadOnlyList<HaEvent> events) => Html.Of($"""
        <section class="panel">
        <h2>Last events of this server</h2>
        {Html.When(events.Count == 0, () => new Html("<p class=\"hint\">Nothing has happened yet.</p>"))}
        <ol class="events">{Html.All(events.Reverse(), Event)}</ol>
        </section>
        """);

    private static Html Event(HaEvent entry)
    {
        var row = entry.Row > 0 ? $" · row {entry.Row}" : "";
        var word = entry.Severity == Severity.Info ? Html.Empty : Html.Of($"<b>{entry.Severity}</b> ");
        return Html.Of($"<li class=\"{entry.Severity.ToString().ToLowerInvariant()}\"><time datetime=\"{entry.At:o}\">{entry.At:MM-dd HH:mm:ss}</time><span>{word}{entry.Sentence} <small>{entry.Kind} · epoch {entry.Epoch}{row}</small></span></li>");
    }
}
