using Microsoft.AspNetCore.Components;

namespace HaConsole.Web.Components.Controls;

/// <summary>How long until something happens; counts down in the browser.</summary>
public sealed partial class Countdown
{
    /// <summary>When it happens, by this server's clock; null: nothing is shown.</summary>
    [Parameter, EditorRequired]
    public DateTimeOffset? Due { get; set; }
}
