namespace HaConsole.Web.Components.Layout;

/// <summary>One page, as menu, shortcuts and help know it.</summary>
/// <param name="Path">Path below the base address.</param>
/// <param name="Name">Its text is <c>page.</c> and this.</param>
/// <param name="Icon">Icon in the menu; empty: it is not in the menu.</param>
/// <param name="Key">Letter that leads there after <c>g</c>; empty: none.</param>
/// <param name="Chapter">Chapter of the documentation about it.</param>
public sealed record ConsolePage(string Path, string Name, string Icon, string Key, string Chapter);

/// <summary>All pages, in the order of the menu.</summary>
public static class ConsolePages
{
    /// <summary>The pages; the first one is the overview.</summary>
    public static IReadOnlyList<ConsolePage> All { get; } =
    [
        new("", "overview", "dashboard", "o", "overview"),
        new("hot-standby", "hot-standby", "tune", "h", "hot-standby"),
        new("services", "services", "deployed_code", "s", "hot-standby"),
        new("checks", "checks", "monitor_heart", "c", "checks"),
        new("sync", "sync", "sync", "n", "synchronisation"),
        new("load-balancer", "load-balancer", "alt_route", "b", "load-balancers"),
        new("events", "events", "timeline", "e", "history"),
        new("logs", "logs", "description", "l", "history"),
        new("simulator", "simulator", "science", "m", "simulator"),
        new("notifications", "notifications", "notifications", "t", "notifications"),
        new("drills", "drills", "exercise", "d", "drills"),
        new("access", "access", "group", "a", "access"),
        new("audit", "audit", "history", "u", "history"),
        new("system", "system", "settings", "y", "history"),
        new("why", "why", "", "w", "overview"),
        new("setup", "setup", "", "", "configuration"),
    ];

    /// <summary>The page at an address relative to the base, whatever its query; null when it is none of them.</summary>
    public static ConsolePage? At(string relative)
    {
        ArgumentNullException.ThrowIfNull(relative);
        var path = relative.Split('?', '#')[0].Trim('/');
        return All.FirstOrDefault(page => page.Path == path) ?? All.FirstOrDefault(page => page.Path.Length > 0 && path.StartsWith(page.Path + "/", StringComparison.Ordinal));
    }
}
