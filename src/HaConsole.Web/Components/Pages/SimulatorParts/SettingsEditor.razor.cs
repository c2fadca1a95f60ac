using HaConsole.Simulation.Scenarios;
using HaConsole.Web.Model.Simulation;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages.SimulatorParts;

/// <summary>Parameters of the simulated pair: one set, or two beside each other.</summary>
public sealed partial class SettingsEditor
{
    private const string TrueText = "true";
    private const string FalseText = "false";
    private const string Two = "2";

    /// <summary>Scenario that is edited.</summary>
    [Parameter, EditorRequired]
    public ScenarioDraft Draft { get; set; } = null!;

    /// <summary>Parameters in force of the real pair.</summary>
    [Parameter, EditorRequired]
    public SettingsDraft Pair { get; set; } = null!;

    /// <summary>All problems of the scenario; those of set B begin with <c>B</c> instead of <c>$</c>.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<ScenarioProblem> Problems { get; set; } = [];

    /// <summary>Something was changed.</summary>
    [Parameter]
    public EventCallback Changed { get; set; }

    [Inject]
    private IStringLocalizer<Simulator> T { get; set; } = null!;

    private bool Differs => SettingsDraft.Fields.Any(each => Draft.Settings.Differs(each, Pair));

    private IEnumerable<(string Letter, SettingsDraft Settings)> Sets => Draft.Other is { } other ? [("A", Draft.Settings), ("B", other)] : [("A", Draft.Settings)];

    private string Value(SettingField field, string text) => field.Kind == DraftFieldKind.Flag ? T[text == TrueText ? "on" : "off"] : field.Kind == DraftFieldKind.Seconds ? text + " s" : text;

    private string? Wrong(string letter, SettingField field)
        => Problems.FirstOrDefault(problem => problem.Path == (letter == "B" ? "B" : "$") + ".settings." + field.Name)?.Message;

    private Task TakePairAsync() => ChangeAsync(() =>
    {
        foreach (var field in SettingsDraft.Fields.Where(field => field.FromPair))
        {
            Draft.Settings[field.Name] = Pair[field.Name];
        }
    });

    private Task CompareAsync(ChangeEventArgs e) => ChangeAsync(() => Draft.Other = e.Value is true ? Draft.Settings.Copy() : null);

    private Task SetAsync(SettingsDraft settings, string name, string value) => ChangeAsync(() => settings[name] = value);

    private Task ChangeAsync(Action change)
    {
        change();
        return Changed.InvokeAsync();
    }
}
