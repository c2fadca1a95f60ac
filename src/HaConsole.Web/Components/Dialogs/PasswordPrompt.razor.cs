using HaConsole.Web.Authentication;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Dialogs;

/// <summary>
/// Asks the signed-in user for the password once more, where something needs one given lately. Whatever was typed around it stays; a right
/// password goes on with it.
/// </summary>
public sealed partial class PasswordPrompt
{
    private ElementReference input;

    /// <summary>What the button says: the action that follows.</summary>
    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    /// <summary>The action that follows is dangerous. Default off.</summary>
    [Parameter]
    public bool Danger { get; set; }

    /// <summary>The session is confirmed: what needs it may go on.</summary>
    [Parameter, EditorRequired]
    public EventCallback OnConfirmed { get; set; }

    /// <summary>Thought better of it.</summary>
    [Parameter]
    public EventCallback OnCancel { get; set; }

    [Inject]
    private IStringLocalizer<Shared> T { get; set; } = null!;

    [Inject]
    private StepUp StepUp { get; set; } = null!;

    [Inject]
    private CurrentActor Actor { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private string User { get; set; } = "";

    private string Password { get; set; } = "";

    private string Said { get; set; } = "";

    private DateTimeOffset? Next { get; set; }

    private bool Busy { get; set; }

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync() => User = (await Actor.GetAsync()).Name;

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await input.FocusAsync();
        }
    }

    private async Task ConfirmAsync()
    {
        if (Busy || Password.Length == 0)
        {
            return;
        }

        Busy = true;
        try
        {
            var end = await StepUp.ConfirmAsync(Password);
            Password = "";
            Said = end.Succeeded ? "" : T["confirmation.wrong"].Value;
            Next = end.Wait > TimeSpan.Zero ? Time.GetUtcNow() + end.Wait : null;
            if (end.Succeeded)
            {
                await OnConfirmed.InvokeAsync();
            }
        }
        finally
        {
            Busy = false;
        }
    }
}
