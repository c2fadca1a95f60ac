using Microsoft.AspNetCore.Components;

namespace HaConsole.Web.Components.Controls;

/// <summary>A moment, in UTC or in the browser's time zone as its user wants; the browser knows which.</summary>
public sealed partial class Moment
{
    /// <summary>The moment; null: unknown.</summary>
    [Parameter, EditorRequired]
    public DateTimeOffset? At { get; set; }
}
