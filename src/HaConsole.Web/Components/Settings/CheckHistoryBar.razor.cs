using HaConsole.Engine.Status;
using HaConsole.Web.Components.Pages;
using HaConsole.Web.Model.Checks;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Settings;

/// <summary>The last looks of a check: a low mark for each success, a high one for each failure.</summary>
public sealed partial class CheckHistoryBar
{
    /// <summary>The looks; null: none known.</summary>
    [Parameter, EditorRequired]
    public CheckBar? Bar { get; set; }

    [Inject]
    private IStringLocalizer<Checks> T { get; set; } = null!;

    private string Sentence => Bar is { } bar ? T["bar", bar.Succeeded, bar.Samples.Count] : "";

    private string Title(CheckSample sample) => T["bar.sample", T["result." + sample.Result], sample.LatencySeconds * 1000, Spoken(sample.Detail)];
}
