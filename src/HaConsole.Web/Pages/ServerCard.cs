using HaConsole.Engine.Status;
using HaConsole.Web.Cli;

namespace HaConsole.Web.Pages;

/// <summary>One server on the status page.</summary>
internal static class ServerCard
{
    public static Html Render(ServerStatus server, DateTimeOffset at)
    {
        var role = server.Role.ToLowerInvariant();
        var stale = server.Role == "Unknown" ? " stale" : "";
        return Html.Of($"""
            <article class="card {role}{stale}">
            <div class="top">
            <h2>Server #{server.Server}{Html.When(server.Local, () => new Html(" <small class=\"tag\">this server</small>"))}</h2>
            <span class="address">{server.Address}</span>
            </div>
            <p class="role {role}"><i class="shape"></i>{server.Role}</p>
            <p class="sub">{server.Status}{Since(server, at)}</p>
            <dl>
            <div><dt>Health</dt><dd class="{(server.Health == "Healthy" ? "good" : "bad")}">{server.Health}</dd></div>
            <div><dt>Last heard</dt><dd>{Heard(server)}</dd></div>
            <div><dt>Epoch</dt><dd>{server.Epoch}</dd></div>
            <div><dt>Revision</dt><dd>{Dash(server.SettingsRevision)}</dd></div>
            <div><dt>Version</dt><dd>{Dash(server.SoftwareVersion)}</dd></div>
            <div><dt>Clock</dt><dd>{Clock(server)}</dd></div>
            </dl>
            {Services(server)}
            {Checks(server)}
            </article>
            """);
    }

    private static Html Since(ServerStatus server, DateTimeOffset at) => server.Since is { } since
        ? Html.Of($" for <time datetime=\"{since:o}\" title=\"since {since:yyyy-MM-dd HH:mm:ss} UTC\">{Values.Age((at - since).TotalSeconds)}</time>")
        : Html.Empty;

    private static string Heard(ServerStatus server) => server switch
    {
        { Local: true } => "here",
        { AgeSeconds: { } seconds } => Values.Age(seconds) + " ago",
        _ => "never",
    };

    private static string Clock(ServerStatus server)
        => server.ClockOffsetSeconds is { } offset ? FormattableString.Invariant($"{offset:+0.000;-0.000;0.000} s") : server.Local ? "reference" : "–";

    private static string Dash(string text) => text.Length > 0 ? text : "–";

    private static Html Services(ServerStatus server) => List(
        "Services",
        server.Services.Select(s => (s.Name, s.State, Look: Look(s.State, server.Role), Note: string.Join(", ", new[] { s.Restarts > 0 ? $"{s.Restarts} restarts" : "", s.Detail }.Where(t => t.Length > 0)))));

    private static Html Checks(ServerStatus server) => List("Checks", server.Checks.Select(c => (c.Name, c.State, Look: Look(c.State, server.Role), Note: c.Detail)));

    /// <summary>A stopped service is as it should be, except on the Active.</summary>
    private static string Look(string state, string role) => state switch
    {
        "Running" or "Ok" or "Up" => "good",
        "Starting" or "Stopping" => "warn",
        "Stopped" => role == "Active" ? "bad" : "calm",
        "None" or "Unknown" => "calm",
        _ => "bad",
    };

    private static Html List(string title, IEnumerable<(string Name, string State, string Look, string Note)> items)
    {
        var all = items.ToList();
        return Html.When(all.Count > 0, () => Html.Of($"""
            <h3>{title}</h3>
            <ul class="items">{Html.All(all, i => Html.Of($"<li><span>{i.Name}</span><span class=\"{i.Look}\">{i.State}</span>{Html.When(i.Note.Length > 0, () => Html.Of($"<small>{i.Note}</small>"))}</li>"))}</ul>
            """));
    }
}
