using Microsoft.AspNetCore.Components;

namespace HaConsole.Web.Components.Controls;

/// <summary>How long ago something was; grows in the browser, also when nothing arrives any more.</summary>
public sealed partial class Age
{
    /// <summary>When it was, by this server's clock; null: never.</summary>
    [Parameter, EditorRequired]
    public DateTimeOffset? Since { get; set; }
}
