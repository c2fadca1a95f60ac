using System.Globalization;
using HaConsole.Engine.Status;
using HaConsole.Web.Model.FileSets;
using HaConsole.Web.Model.Pair;
using HaConsole.Web.Model.Sync;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages.SyncParts;

/// <summary>How far the clocks of both servers were apart in the last hours, as each has measured it.</summary>
public sealed partial class ClockCard
{
    /// <summary>Histories of the servers that answer.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<ClockHistory> Histories { get; set; } = [];

    [Inject]
    private IStringLocalizer<Synchronisation> T { get; set; } = null!;

    private ClockChart Chart { get; set; } = new();

    private string Spoken => string.Join(". ", Histories.Where(h => h.OffsetSeconds is not null).Select(h => $"{T["clocks.seen", h.Server, 3 - h.Server]} {Offset(h.OffsetSeconds!.Value)}")
        .Append(T["clocks.greatest", Amounts.Seconds(Chart.Greatest ?? 0)]));

    /// <inheritdoc/>
    protected override void OnParametersSet() => Chart = ClockChart.Of(Histories);

    private static string N(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Tone(double offset) => ClockOffset.IsAlarm(offset) ? "bad" : ClockOffset.IsWarning(offset) ? "warn" : "good";

    private static string Shape(double offset) => ClockOffset.IsAlarm(offset) ? "✕ " : ClockOffset.IsWarning(offset) ? "▲ " : "✓ ";

    private static string Offset(double offset) => (offset > 0 ? "+" : offset < 0 ? "−" : "") + Amounts.Seconds(Math.Abs(offset));
}
