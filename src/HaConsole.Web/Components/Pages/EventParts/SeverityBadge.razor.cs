using HaConsole.Failover;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages.EventParts;

/// <summary>How much an event matters, in word, shape and colour.</summary>
public sealed partial class SeverityBadge
{
    /// <summary>How much.</summary>
    [Parameter, EditorRequired]
    public Severity Severity { get; set; }

    [Inject]
    private IStringLocalizer<Events> T { get; set; } = null!;

    private string Sign => Severity switch
    {
        Severity.Alarm => "■",
        Severity.Warning => "▲",
        _ => "○",
    };
}
