using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Layout;

/// <summary>All pages.</summary>
public sealed partial class NavMenu
{
    [Inject]
    private IStringLocalizer<Shared> T { get; set; } = null!;
}
