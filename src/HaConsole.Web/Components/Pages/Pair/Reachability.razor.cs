using HaConsole.Engine.Status;
using HaConsole.Web.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages.Pair;

/// <summary>Who reaches whom, as each server sees it itself.</summary>
public sealed partial class Reachability
{
    /// <summary>Snapshot shown.</summary>
    [Parameter, EditorRequired]
    public StatusSnapshot Snapshot { get; set; } = null!;

    [Inject]
    private IStringLocalizer<Overview> T { get; set; } = null!;

    /// <inheritdoc/>
    protected override string Shows => SnapshotFacts.Of(Snapshot).Views;

    private static string Tone(string state) => state switch
    {
        "Ok" or "Connected" or "Up" => "good",
        "UpUnverified" => "",
        "Unknown" or "Off" => "dim",
        _ => "bad",
    };

    private static string Shape(string state) => Tone(state) switch { "good" => "●", "bad" => "✕", _ => "○" };
}
