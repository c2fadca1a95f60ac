using HaConsole.Storage;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages.EventParts;

/// <summary>The facts that an event was founded on.</summary>
public sealed partial class EvidenceTable
{
    /// <summary>The event.</summary>
    [Parameter, EditorRequired]
    public EventRow Row { get; set; } = null!;

    [Inject]
    private IStringLocalizer<Events> T { get; set; } = null!;
}
