using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Layout;

/// <summary>A page that could not be shown: the rest of the console goes on.</summary>
public sealed partial class PageFailure
{
    /// <summary>What happened.</summary>
    [Parameter, EditorRequired]
    public Exception Error { get; set; } = null!;

    [Inject]
    private IStringLocalizer<Shared> T { get; set; } = null!;
}
