using HaConsole.Engine.Status;
using HaConsole.Web.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages.Pair;

/// <summary>The last probes as one tick each, oldest first: high and green when it went well, low and red when not.</summary>
public sealed partial class ProbeBar
{
    /// <summary>Probes, oldest first; a list that is not changed any more.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<ProbeSample> Samples { get; set; } = [];

    /// <summary>What they are.</summary>
    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    [Inject]
    private IStringLocalizer<Overview> T { get; set; } = null!;

    private ProbeTicks Ticks => ProbeTicks.Of(Samples);

    /// <inheritdoc/>
    protected override string Shows => Ticks.Signature + Label;

    private string Summary => $"{Label}: {T["of", Ticks.WentWell, Samples.Count]} ok";
}
