using HaConsole.Web.Components.Pages;
using HaConsole.Web.Model.Settings;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Settings;

/// <summary>Settings of this server alone, locked, with their source.</summary>
public sealed partial class NodePanel
{
    /// <summary>The values.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<NodeValue> Values { get; set; } = [];

    [Inject]
    private IStringLocalizer<HotStandby> T { get; set; } = null!;
}
