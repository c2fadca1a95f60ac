using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Layout;

/// <summary>All pages.</summary>
public sealed partial class NavMenu
{
    /// <summary>Pages in the order of the menu.</summary>
    private static readonly (string Path, string Name, string Icon)[] Pages =
    [
        ("", "overview", "dashboard"),
        ("hot-standby", "hot-standby", "tune"),
        ("services", "services", "deployed_code"),
        ("checks", "checks", "monitor_heart"),
        ("events", "events", "timeline"),
        ("logs", "logs", "description"),
        ("simulator", "simulator", "science"),
        ("drills", "drills", "exercise"),
        ("access", "access", "group"),
        ("audit", "audit", "history"),
        ("system", "system", "settings"),
    ];

    [Inject]
    private IStringLocalizer<Shared> T { get; set; } = null!;
}
