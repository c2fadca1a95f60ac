using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages.SystemParts;

/// <summary>A button that states the consequence first; what confirms is not where the first button was.</summary>
public sealed partial class ConfirmedAction
{
    private bool asking;
    private bool busy;
    private OperationResult? result;

    /// <summary>What it is called.</summary>
    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    /// <summary>What will happen.</summary>
    [Parameter, EditorRequired]
    public string Consequence { get; set; } = "";

    /// <summary>May not be done by who sits here.</summary>
    [Parameter]
    public bool Disabled { get; set; }

    /// <summary>Why not.</summary>
    [Parameter]
    public string Reason { get; set; } = "";

    /// <summary>Does it.</summary>
    [Parameter, EditorRequired]
    public Func<Actor, Task<OperationResult>> Do { get; set; } = null!;

    [Inject]
    private IStringLocalizer<SystemPage> T { get; set; } = null!;

    [Inject]
    private CurrentActor Actor { get; set; } = null!;

    private void Ask() => (asking, result) = (true, null);

    private async Task ConfirmAsync()
    {
        busy = true;
        try
        {
            result = await Do(await Actor.GetAsync());
        }
        finally
        {
            (busy, asking) = (false, false);
        }
    }
}
