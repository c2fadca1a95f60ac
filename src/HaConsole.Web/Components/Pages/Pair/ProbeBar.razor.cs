using System.Globalization;
using HaConsole.Engine.Status;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages.Pair;

/// <summary>The last probes as one tick each, oldest first: high and green when it went well, low and red when not.</summary>
public sealed partial class ProbeBar
{
    /// <summary>Probes, oldest first.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<ProbeSample> Samples { get; set; } = [];

    /// <summary>What they are.</summary>
    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    [Inject]
    private IStringLocalizer<Overview> T { get; set; } = null!;

    private string Summary => $"{Label}: {T["of", Samples.Count(sample => sample.Result == "ok"), Samples.Count]} ok";

    private static string Title(ProbeSample sample)
        => string.Create(CultureInfo.CurrentCulture, $"{sample.At:HH:mm:ss} UTC · {sample.Kind} · {Spoken(sample.Result)} · {sample.Seconds * 1000:0.#} ms {Spoken(sample.Reason)}");
}
