using HaConsole.Engine.Configuration;
using HaConsole.Web.Model.Settings;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Settings;

/// <summary>Two operators have changed the same settings: the second one decides field by field.</summary>
public sealed partial class ConflictPanel
{
    /// <summary>What the other one has saved.</summary>
    [Parameter, EditorRequired]
    public ConfigurationDocument Theirs { get; set; } = null!;

    /// <summary>Fields in which both differ; <see cref="ConflictRow.TakeMine"/> is decided here.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<ConflictRow> Rows { get; set; } = [];

    /// <summary>Labels of the fields.</summary>
    [Parameter, EditorRequired]
    public IStringLocalizer Texts { get; set; } = null!;

    /// <summary>Every field is decided.</summary>
    [Parameter]
    public EventCallback OnDecided { get; set; }

    [Inject]
    private IStringLocalizer<SettingsTexts> S { get; set; } = null!;

    private Task TakeAllAsync(bool mine)
    {
        foreach (var row in Rows)
        {
            row.TakeMine = mine;
        }

        return OnDecided.InvokeAsync();
    }

    private Task ContinueAsync() => OnDecided.InvokeAsync();

    private string Shown(string text) => text switch
    {
        "" => S["empty"],
        "true" => S["on"],
        "false" => S["off"],
        _ => text,
    };
}
