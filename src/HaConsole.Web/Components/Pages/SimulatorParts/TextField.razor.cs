using HaConsole.Simulation.Scenarios;
using Microsoft.AspNetCore.Components;

namespace HaConsole.Web.Components.Pages.SimulatorParts;

/// <summary>A field of the scenario with the problems that its JSON path has.</summary>
public sealed partial class TextField
{
    /// <summary>Id of the input.</summary>
    [Parameter, EditorRequired]
    public string Id { get; set; } = "";

    /// <summary>Label.</summary>
    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    /// <summary>JSON path of what it holds.</summary>
    [Parameter, EditorRequired]
    public string Path { get; set; } = "";

    /// <summary>All problems of the scenario.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<ScenarioProblem> Problems { get; set; } = [];

    /// <summary>Text.</summary>
    [Parameter, EditorRequired]
    public string Value { get; set; } = "";

    /// <summary>It was changed.</summary>
    [Parameter]
    public EventCallback<string> ValueChanged { get; set; }

    /// <summary>Shown below it while it is right.</summary>
    [Parameter]
    public string Help { get; set; } = "";

    /// <summary>Takes the room that is left.</summary>
    [Parameter]
    public bool Grow { get; set; }

    private List<ScenarioProblem> Wrong => [.. Problems.Where(problem => problem.Path == Path)];
}
