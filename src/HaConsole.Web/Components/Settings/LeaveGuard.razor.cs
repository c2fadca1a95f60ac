using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Settings;

/// <summary>Asks before a page is left on which something is typed and not saved.</summary>
public sealed partial class LeaveGuard
{
    private string? target;
    private bool leaving;

    /// <summary>Something is typed and not saved.</summary>
    [Parameter, EditorRequired]
    public bool IsChanged { get; set; }

    /// <summary>The page is left without saving.</summary>
    [Parameter]
    public EventCallback OnLeave { get; set; }

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private IStringLocalizer<SettingsTexts> S { get; set; } = null!;

    private void Ask(LocationChangingContext context)
    {
        // Another view of the same page loses nothing.
        var here = new Uri(Navigation.Uri).AbsolutePath;
        if (!IsChanged || leaving || Navigation.ToAbsoluteUri(context.TargetLocation).AbsolutePath == here)
        {
            return;
        }

        context.PreventNavigation();
        target = context.TargetLocation;
        StateHasChanged();
    }

    private async Task GoAsync()
    {
        leaving = true;
        await OnLeave.InvokeAsync();
        Navigation.NavigateTo(target!);
    }
}
