using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Layout;

/// <summary>Header, strips, navigation and the page.</summary>
public sealed partial class MainLayout
{
    [Inject]
    private IStringLocalizer<Shared> T { get; set; } = null!;
}
