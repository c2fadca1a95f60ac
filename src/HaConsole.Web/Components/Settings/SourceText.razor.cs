using HaConsole.Web.Components.Pages;
using HaConsole.Web.Model.Settings;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Settings;

/// <summary>Why a value is locked: where it comes from.</summary>
public sealed partial class SourceText
{
    /// <summary>The value.</summary>
    [Parameter, EditorRequired]
    public NodeValue Value { get; set; } = null!;

    [Inject]
    private IStringLocalizer<HotStandby> T { get; set; } = null!;
}
