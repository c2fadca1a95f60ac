using HaConsole.Web.Model.Sync;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages.SyncParts;

/// <summary>Whether both servers hold the same, in one sentence, and why not.</summary>
public sealed partial class SyncHeadline
{
    private const int MostReasons = 6;

    /// <summary>The verdict.</summary>
    [Parameter, EditorRequired]
    public SyncVerdict Verdict { get; set; } = null!;

    /// <summary>Number of the other server.</summary>
    [Parameter]
    public int Other { get; set; } = 2;

    [Inject]
    private IStringLocalizer<Synchronisation> T { get; set; } = null!;

    private string Mark => Verdict.Tone switch { "good" => "✓", "warn" => "!", _ => "✕" };
}
