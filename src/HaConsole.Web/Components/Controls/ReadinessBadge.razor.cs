using HaConsole.Engine.Status;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Controls;

/// <summary>When the Standby was last proven able to take over, and what it lacks; nothing while no proof is known.</summary>
public sealed partial class ReadinessBadge
{
    /// <summary>What is known of the pair.</summary>
    [Parameter, EditorRequired]
    public StatusSnapshot Snapshot { get; set; } = null!;

    /// <summary>With a link to the drills.</summary>
    [Parameter]
    public bool Link { get; set; }

    [Inject]
    private IStringLocalizer<ReadinessBadge> T { get; set; } = null!;
}
