using HaConsole.Web.Model.Pair;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Layout;

/// <summary>Says how far the clocks of both servers are apart: mild above 2 s, red above 30 s, with what was measured.</summary>
public sealed partial class ClockStrip
{
    /// <summary>The offset; null: nothing is said.</summary>
    [Parameter, EditorRequired]
    public ClockOffset? Offset { get; set; }

    [Inject]
    private IStringLocalizer<Shared> T { get; set; } = null!;
}
