using HaConsole.Engine;
using HaConsole.Engine.Configuration;
using HaConsole.Web.Components.Pages;
using HaConsole.Web.Live;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Dialogs;

/// <summary>
/// "→ Active (Primary)" (guide 6.1.3): what would be done and what follows from it; then the steps as they happen, and what a load balancer
/// has seen of it.
/// </summary>
public sealed partial class SwitchPanel
{
    private ElementReference panel;
    private int planned;
    private long epoch;

    /// <summary>Server that shall be Active, 1 or 2.</summary>
    [Parameter, EditorRequired]
    public int Target { get; set; }

    [Inject]
    private IStringLocalizer<Overview> T { get; set; } = null!;

    [Inject]
    private PairOperations Operations { get; set; } = null!;

    [Inject]
    private CurrentActor Actor { get; set; } = null!;

    [Inject]
    private ConsoleEngine Engine { get; set; } = null!;

    [Inject]
    private NodeOptions Node { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private bool May { get; set; }

    /// <summary>The password was given lately enough for a forced switch.</summary>
    private bool Proven { get; set; } = true;

    private bool Running { get; set; }

    private bool Forcing { get; set; }

    private string Typed { get; set; } = "";

    private string Reason { get; set; } = "";

    private OperationResult<SwitchOutcome>? Plan { get; set; }

    private OperationResult<SwitchOutcome>? Outcome { get; set; }

    private Interruption? Seen { get; set; }

    private string ForceWord => $"server {Target}";

    private HotStandbyParameters Parameters => Engine.Engine.Configuration.Content.HotStandby;

    /// <summary>The guide's trap (6.3.2): a switch to #2 is undone by itself.</summary>
    private bool AutomaticFailback => Target == 2 && Parameters.FirstServerAutoRestart;

    /// <summary>Seconds without service that the start delays alone cost.</summary>
    private double Expected => Math.Round(FailoverTimeBudget.Of(Engine.Engine.Configuration.Content).StartDelay + 0.1, 1);

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (planned != Target && RendererInfo.IsInteractive)
        {
            planned = Target;
            var actor = await Actor.GetAsync();
            (May, Proven) = (actor.Has(Right.Operate), actor.IsProven);
            await AgainAsync();
        }
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await panel.FocusAsync();
        }
    }

    private async Task AgainAsync()
    {
        (Outcome, Seen, Plan, Forcing, Typed) = (null, null, null, false, "");
        epoch = PairOperations.EpochOf(Live.Current);
        Plan = await Operations.SwitchAsync(await Actor.GetAsync(), Target, dryRun: true, force: false, "");
    }

    private async Task GoAsync(bool force)
    {
        if (Running)
        {
            return;
        }

        Running = true;
        var servers = Live.Current.Servers.OrderBy(server => server.Server).Where(server => server.Address.Length > 0);
        using var meter = new InterruptionMeter([.. servers.Select(server => InterruptionMeter.UrlOf(server.Address, Node.HttpPort))], Time);
        try
        {
            Outcome = await Operations.SwitchAsync(await Actor.GetAsync(), Target, dryRun: false, force, Reason.Trim(), epoch);
        }
        finally
        {
            Seen = await meter.FinishAsync();
            Running = false;
        }
    }

    private void Close() => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("switch", (int?)null), replace: true);
}
