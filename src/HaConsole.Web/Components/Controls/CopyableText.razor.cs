using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Microsoft.JSInterop;

namespace HaConsole.Web.Components.Controls;

/// <summary>A text with a button that copies it; where the browser forbids that, the text is selected.</summary>
public sealed partial class CopyableText
{
    private ElementReference box;
    private bool copied;

    /// <summary>The text.</summary>
    [Parameter, EditorRequired]
    public string Text { get; set; } = "";

    [Inject]
    private IStringLocalizer<Shared> T { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    private async Task CopyAsync()
    {
        await using var module = await Js.InvokeAsync<IJSObjectReference>("import", "./js/history.js");
        copied = await module.InvokeAsync<bool>("copy", Text, box);
    }
}
