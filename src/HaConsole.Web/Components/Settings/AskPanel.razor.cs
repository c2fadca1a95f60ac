using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Settings;

/// <summary>A dangerous action before it is done.</summary>
/// <param name="Subject">What it is done to, to show the question beside it.</param>
/// <param name="Text">Its consequence.</param>
/// <param name="Yes">Label of the button that does it.</param>
/// <param name="Do">Does it.</param>
public sealed record Question(string Subject, string Text, string Yes, Func<Task> Do);

/// <summary>States the consequence of an action; the button that does it is not where the first one was.</summary>
public sealed partial class AskPanel
{
    /// <summary>The action; null: none.</summary>
    [Parameter, EditorRequired]
    public Question? Question { get; set; }

    /// <summary>Decided, either way.</summary>
    [Parameter]
    public EventCallback OnEnd { get; set; }

    [Inject]
    private IStringLocalizer<SettingsTexts> S { get; set; } = null!;

    private async Task YesAsync()
    {
        var question = Question!;
        await OnEnd.InvokeAsync();
        await question.Do();
    }
}
