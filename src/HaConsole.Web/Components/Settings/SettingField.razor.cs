using HaConsole.Web.Model.Settings;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Settings;

/// <summary>
/// One setting with label, unit, help and what is legal. The texts are those of its name: <c>NAME.label</c>, <c>.help</c>, <c>.range</c>
/// and <c>.unit</c>; all but the label may be missing.
/// </summary>
public sealed partial class SettingField
{
    /// <summary>The setting.</summary>
    [Parameter, EditorRequired]
    public FieldSpec Spec { get; set; } = null!;

    /// <summary>Texts of the page.</summary>
    [Parameter, EditorRequired]
    public IStringLocalizer Texts { get; set; } = null!;

    /// <summary>What stands beside the value.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    [CascadingParameter]
    private SettingsForm Editor { get; set; } = null!;

    [Inject]
    private IStringLocalizer<SettingsTexts> S { get; set; } = null!;

    private TextForm Form => Editor.Form;

    private ProblemTexts Problems => new(S, Texts);

    private string Id => "f-" + Spec.Name;

    private string Label => Texts[$"{Spec.Name}.label"];

    private string DescribedBy => $"{Id}-notes";

    private bool IsWrong => Editor.ProblemsOf(Spec.Name, warnings: false).Any();

    private bool IsChanged => Form.Changed.Contains(Spec.Name);

    private string? Invalid => IsWrong ? "true" : null;

    private string? InputMode => Spec.Kind switch
    {
        FieldKind.Number => "decimal",
        FieldKind.Whole => "numeric",
        _ => null,
    };

    private bool Has(string what) => !Texts[$"{Spec.Name}.{what}"].ResourceNotFound;

    private Task SetAsync(string text) => Editor.SetAsync(Spec.Name, text);
}
