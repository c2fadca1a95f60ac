using Microsoft.AspNetCore.Components;

namespace HaConsole.Web.Components.Settings;

/// <summary>What an action has done, said in its place.</summary>
/// <param name="Tone"><c>good</c>, <c>warn</c> or <c>bad</c>.</param>
/// <param name="Text">What happened.</param>
public sealed record Note(string Tone, string Text);

/// <summary>Shows what an action has done.</summary>
public sealed partial class ResultNote
{
    /// <summary>What happened; null: nothing yet.</summary>
    [Parameter, EditorRequired]
    public Note? Note { get; set; }

    /// <summary>What can be done about it.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }
}
