using HaConsole.Web.Hosting;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;

namespace HaConsole.Web.Components;

/// <summary>The document around every page: theme and language as the browser's cookies say, before the first paint.</summary>
public sealed partial class App
{
    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    private string Theme => Preferences.Theme(Http);

    private string BaseHref => Http.Request.PathBase.HasValue ? Http.Request.PathBase + "/" : "/";

    /// <summary>Sign-in and setup work without a circuit; everything else is live.</summary>
    private IComponentRenderMode? Mode => Http.AcceptsInteractiveRouting() ? RenderMode.InteractiveServer : null;

    /// <summary>Which of both style sheets applies: what was chosen, else what the system wants.</summary>
    private string Media(string scheme) => Theme switch
    {
        "system" => $"(prefers-color-scheme: {scheme})",
        var chosen => chosen == scheme ? "all" : "not all",
    };
}
