using HaConsole.Engine.Status;
using HaConsole.Web.Cli;
using HaConsole.Web.Hosting;

namespace HaConsole.Web.Pages;

/// <summary>One server on the status page.</summary>
internal static class ServerCard
{
    public static Html Render(ServerStatus server, DateTimeOffset at, Uri? listener)
    {
        var role = server.Role.ToLowerInvariant();
        var stale = server.Role == "Unknown" ? " stale" : "";
        return Html.Of($"""
            <article class="card {role}{stale}">
            <div class="top">
            <h2>Server #{server.Server}{Html.When(server.Local, () => new Html(" <small class=\"tag\">this server</small>"))}</h2>
            <span class="address">{Address(server, listener)}</span>
            </div>
            <p class="role {role}"><i class="shape"></i>{server.Role}</p>
            <p class="sub">{server.Status}{Since(server, at)}</p>
            <dl>
            <div><dt>Health</dt><dd class="{(server.Health == "Healthy" ? "good" : "bad")}">{server.Health}</dd></div>
            <div><dt>Last heard</dt><dd>{Heard(server)}</dd></div>
            {Html.When(stale.Length == 0, () => Known(server))}
            </dl>
            {Services(server)}
            {Checks(server)}
            </article>
            """);
    }

    /// <summary>What a server tells of itself: nothing of it holds when it is not heard.</summary>
    private static Html Known(ServerStatus server) => Html.Of($"""
        <div><dt>Epoch</dt><dd>{server.Epoch}</dd></div>
        <div><dt>Revision</dt><dd>{Unknown(server.SettingsRevision)}</dd></div>
        <div><dt>Version</dt><dd>{Unknown(server.SoftwareVersion)}</dd></div>
        <div><dt>Clock</dt><dd>{Clock(server)}</dd></div>
        """);

    /// <summary>The other server's address leads to its page.</summary>
    private static Html Address(ServerStatus server, Uri? listener)
        => server.Local || listener is null || PublicUrls.OfServer(server.Address, listener) is not { } there
            ? Html.Of($"{server.Address}")
            : Html.Of($"<a data-other href=\"{there}\">{server.Address} <span aria-hidden=\"true\">↗</span></a>");

    private static Html Since(ServerStatus server, DateTimeOffset at) => server.Since is { } since
        ? Html.Of($" for {LiveTime.Age((at - since).TotalSeconds, StatusPage.Clock(since))}")
        : Html.Empty;

    private static Html Heard(ServerStatus server) => server switch
    {
        { Local: true } => new Html("here"),
        { AgeSeconds: { } seconds } => Html.Of($"{LiveTime.Age(seconds)} ago"),
        _ => new Html("never"),
    };

    private static string Clock(ServerStatus server)
        => server.Local ? "reference" : server.ClockOffsetSeconds is { } offset ? FormattableString.Invariant($"{offset:+0.000;-0.000;0.000} s") : "unknown";

    private static string Unknown(string text) => text.Length > 0 ? text : "unknown";

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
