using System.Globalization;
using HaConsole.Simulation.Scenarios;
using HaConsole.Web.Model.Simulation;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages.SimulatorParts;

/// <summary>
/// Faults on a time axis. The clickable parts of the axis snap to round times, so that neither clicking nor dragging needs to know
/// how wide the browser draws it; keyboard and list do the same without a mouse.
/// </summary>
public sealed partial class FaultAxis
{
    private const string Two = "2";
    private const int MostLanes = 3;

    private FaultKind kind = FaultKind.Crash;
    private int server = 1;
    private string at = "10 min";
    private bool wrongTime;
    private FaultDraft? dragged;
    private bool moved;

    /// <summary>Scenario that is edited.</summary>
    [Parameter, EditorRequired]
    public ScenarioDraft Draft { get; set; } = null!;

    /// <summary>All problems of the scenario.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<ScenarioProblem> Problems { get; set; } = [];

    /// <summary>Something was changed.</summary>
    [Parameter]
    public EventCallback Changed { get; set; }

    [Inject]
    private IStringLocalizer<Simulator> T { get; set; } = null!;

    private TimeScale Scale => new(Draft.AxisLength);

    private static string Percent(double value) => Number(Math.Round(value, 3)) + "%";

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private static TimeSpan At(FaultDraft fault)
        => DurationText.TryParse(fault.At, out var seconds) && seconds < 1e10 ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;

    /// <summary>Faults that are close together stand on each other.</summary>
    private int Lane(FaultDraft fault)
    {
        var left = Scale.Left(At(fault));
        return Math.Min(MostLanes, Draft.Faults.TakeWhile(other => other != fault).Count(other => Math.Abs(Scale.Left(At(other)) - left) < 4));
    }

    private async Task AddAsync()
    {
        wrongTime = !DurationText.TryParse(at, out var seconds) || seconds > Scale.Length.TotalSeconds;
        if (!wrongTime)
        {
            Draft.Add(kind, server, TimeSpan.FromSeconds(seconds));
            await Changed.InvokeAsync();
        }
    }

    private Task ClickedAsync(int slot)
    {
        if (moved)
        {
            moved = false;
            return Task.CompletedTask;
        }

        Draft.Add(kind, server, Scale.At(slot));
        return Changed.InvokeAsync();
    }

    private void DraggedOver(int slot)
    {
        if (dragged is { } fault)
        {
            fault.At = DurationText.Exact(Scale.At(slot));
            moved = true;
        }
    }

    private Task DropAsync()
    {
        var dropped = dragged is not null && moved;
        (dragged, moved) = (null, false);
        return dropped ? Changed.InvokeAsync() : Task.CompletedTask;
    }

    private async Task KeyAsync(KeyboardEventArgs e, FaultDraft fault)
    {
        var step = e.ShiftKey ? Scale.Step : Scale.Nudge;
        switch (e.Key)
        {
            case "ArrowRight" or "ArrowUp":
                await SetAsync(() => Draft.Move(fault, step));
                break;
            case "ArrowLeft" or "ArrowDown":
                await SetAsync(() => Draft.Move(fault, -step));
                break;
            case "Home":
                await SetAsync(() => fault.At = "0");
                break;
            case "End":
                await SetAsync(() => fault.At = DurationText.Exact(Scale.Length));
                break;
            case "Delete" or "Backspace":
                await RemoveAsync(fault);
                break;
        }
    }

    private Task RemoveAsync(FaultDraft fault) => SetAsync(() => Draft.Faults.Remove(fault));

    private Task SetAsync(Action change)
    {
        change();
        return Changed.InvokeAsync();
    }
}
