using System.Globalization;
using HaConsole.Web.Model.Drills;
using HaConsole.Web.Model.Simulation;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages.DrillParts;

/// <summary>The steps of a drill: what to do, what was seen, measured against expected.</summary>
public sealed partial class DrillSteps
{
    /// <summary>The drill.</summary>
    [Parameter, EditorRequired]
    public DrillView Drill { get; set; } = null!;

    /// <summary>What the parameters in force promise.</summary>
    [Parameter, EditorRequired]
    public DrillTimes Times { get; set; } = null!;

    /// <summary>Says what to do now.</summary>
    [Parameter]
    public bool Instructions { get; set; }

    [Inject]
    private IStringLocalizer<Drills> T { get; set; } = null!;

    /// <summary>What clients saw: shorter than the distance of two looks cannot be told from nothing.</summary>
    public static string Clients(double seconds) => seconds < 0.1 ? "< " + Seconds(0.1) : Seconds(seconds);

    private static string Mark(StepState state) => state switch
    {
        StepState.Passed => "✓",
        StepState.Failed => "✗",
        StepState.Running => "▶",
        StepState.Skipped => "–",
        _ => "○",
    };

    private static string Chip(StepState state) => state switch { StepState.Passed => "good", StepState.Failed => "bad", StepState.Running => "warn", _ => "" };

    private static string Seconds(double seconds) => DurationText.Human(TimeSpan.FromSeconds(seconds));

    private static string Percent(double part) => Math.Round(100 * Math.Clamp(part, 0, 1), 1).ToString("0.#", CultureInfo.InvariantCulture) + "%";

    /// <summary>The facts of a proof are in the engine's words.</summary>
    private string Name(DrillStep step) => Drill.Kind == DrillKind.Proof ? $"{step.Code}: {Spoken(step.Detail)}" : T["step." + step.Code, Drill.From, Drill.To];

    private string? About(DrillStep step)
    {
        var name = step.Code == "rollback" ? Drill.From == 1 && Times.Failback is not null ? "do.rollback.auto" : "do.rollback" : "do." + step.Code;
        var text = T[name, Drill.From, Drill.To, Seconds(Times.ShortestTakeover), Seconds(Times.LongestTakeover)];
        return text.ResourceNotFound ? null : text.Value;
    }
}
