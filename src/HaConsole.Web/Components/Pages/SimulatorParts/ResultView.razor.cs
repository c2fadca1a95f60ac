using HaConsole.Simulation.Results;
using HaConsole.Simulation.Scenarios;
using HaConsole.Web.Model.Simulation;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages.SimulatorParts;

/// <summary>Numbers, pictures and role changes of one run, or of two on the same faults.</summary>
public sealed partial class ResultView
{
    private const int MostRows = 100;

    private static readonly (string Name, string Fill)[] Legend =
    [
        ("active", "url(#a-active)"), ("standby", "url(#a-standby)"), ("changing", "url(#a-changing)"), ("gone", "url(#a-gone)"),
        ("two", "url(#a-two)"), ("none", "url(#a-none)"),
    ];

    /// <summary>Run with parameter set A.</summary>
    [Parameter, EditorRequired]
    public SimulationResult A { get; set; } = null!;

    /// <summary>Run with parameter set B; null: there is none.</summary>
    [Parameter]
    public SimulationResult? B { get; set; }

    /// <summary>What happened in both.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<Fault> Faults { get; set; } = [];

    [Inject]
    private IStringLocalizer<Simulator> T { get; set; } = null!;

    private TimeSpan Axis => B is { } other && other.Duration > A.Duration ? other.Duration : A.Duration;

    private IEnumerable<(string Name, SimulationResult Result)> Results
    {
        get
        {
            yield return (B is null ? "" : "A", A);
            if (B is { } other)
            {
                yield return ("B", other);
            }
        }
    }

    private string Value(ComparedNumber row, string value) => row.Name.StartsWith("final", StringComparison.Ordinal) ? T["condition." + value] : value;
}
