using HaConsole.Web.Components.Pages;
using HaConsole.Web.Model.Settings;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Settings;

/// <summary>The numbers that the load balancer must be set to.</summary>
public sealed partial class BalancerPanel
{
    /// <summary>The numbers.</summary>
    [Parameter, EditorRequired]
    public BalancerNumbers Numbers { get; set; } = null!;

    [Inject]
    private IStringLocalizer<HotStandby> T { get; set; } = null!;
}
