using HaConsole.Engine.Status;
using HaConsole.Web.Live;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages.Pair;

/// <summary>Pause of the automation and maintenance of a server: what is in force, with its end, and how to change it.</summary>
public sealed partial class PairControlsCard
{
    /// <summary>Snapshot shown.</summary>
    [Parameter, EditorRequired]
    public StatusSnapshot Snapshot { get; set; } = null!;

    [Inject]
    private IStringLocalizer<Overview> T { get; set; } = null!;

    [Inject]
    private PairOperations Operations { get; set; } = null!;

    [Inject]
    private CurrentActor Actor { get; set; } = null!;

    /// <inheritdoc/>
    protected override string Shows => SnapshotFacts.Of(Snapshot).InForce;

    private bool May { get; set; }

    private string Wanted { get; set; } = "";

    private int Server { get; set; }

    private double Seconds { get; set; } = 3600;

    private string Reason { get; set; } = "";

    private string Said { get; set; } = "";

    private bool SaidWell { get; set; }

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync() => May = (await Actor.GetAsync()).Has(Right.Operate);

    private void Want(string what, int server = 0)
        => (Wanted, Server) = Wanted == what && Server == server ? ("", 0) : (what, server);

    private async Task DoAsync()
    {
        var actor = await Actor.GetAsync();
        await SayAsync(Wanted == "pause" ? Operations.PauseAsync(actor, Seconds, Reason.Trim()) : Operations.MaintenanceOnAsync(actor, Server, Seconds, Reason.Trim()));
        (Wanted, Reason) = ("", "");
    }

    private async Task ResumeAsync() => await SayAsync(Operations.ResumeAsync(await Actor.GetAsync()));

    private async Task ClearHoldAsync() => await SayAsync(Operations.ClearHoldAsync(await Actor.GetAsync()));

    private async Task MaintenanceOffAsync(int server) => await SayAsync(Operations.MaintenanceOffAsync(await Actor.GetAsync(), server));

    private async Task SayAsync(Task<OperationResult> operation)
    {
        var result = await operation;
        (Said, SaidWell) = (Spoken(result.Sentence), result.Succeeded);
    }
}
