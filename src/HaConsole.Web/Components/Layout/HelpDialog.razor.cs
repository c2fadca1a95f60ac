using HaConsole.Web.Model.Help;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Layout;

/// <summary>
/// What the words mean, which keys lead where, and the chapter about the page that is open. A native dialog that the browser opens and
/// closes by itself (js/console.js): it works also while the connection is lost.
/// </summary>
public sealed partial class HelpDialog : IDisposable
{
    private static readonly string[] Words = ["active", "standby", "starting", "unknown", "switch", "failover", "failback", "hold", "pause", "maintenance", "epoch", "vip"];

    [Inject]
    private IStringLocalizer<HelpDialog> T { get; set; } = null!;

    [Inject]
    private IStringLocalizer<Shared> S { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    /// <summary>The chapter about the page that is open, and the page's title.</summary>
    private (string Name, string Title)? Chapter
        => ConsolePages.At(Navigation.ToBaseRelativePath(Navigation.Uri)) is { } page && HelpChapters.Names.Contains(page.Chapter) ? (page.Chapter, S["page." + page.Name]) : null;

    /// <inheritdoc/>
    public void Dispose() => Navigation.LocationChanged -= OnLocationChanged;

    /// <inheritdoc/>
    protected override void OnInitialized() => Navigation.LocationChanged += OnLocationChanged;

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e) => _ = InvokeAsync(StateHasChanged);
}
