using HaConsole.Engine;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Status;
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
    /// <summary>That long a balancer may take to follow, until it is said that it does not.</summary>
    private static readonly TimeSpan VipPatience = TimeSpan.FromSeconds(30);

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

    /// <summary>The password is asked for before the forced switch goes on; what was typed stays.</summary>
    private bool Confirming { get; set; }

    private bool Running { get; set; }

    /// <summary>The switch is done; the VIP is still looked at.</summary>
    private bool Settling { get; set; }

    private bool Forcing { get; set; }

    private string Typed { get; set; } = "";

    private string Reason { get; set; } = "";

    private OperationResult<SwitchOutcome>? Plan { get; set; }

    private OperationResult<SwitchOutcome>? Outcome { get; set; }

    private Interruption? Seen { get; set; }

    private bool MayForce => Typed.Trim() == ForceWord && Reason.Trim().Length > 0;

    /// <summary>The target when it is Active now, also when it has become so while the panel was open: then there is nothing to offer.</summary>
    private ServerStatus? AlreadyActive => Snapshot.Servers.FirstOrDefault(server => server.Server == Target && server.Role == "Active");

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
            May = (await Actor.GetAsync()).Has(Right.Operate);
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
        (Outcome, Seen, Plan, Forcing, Confirming, Typed) = (null, null, null, false, false, "");
        epoch = PairOperations.EpochOf(Live.Current);
        Plan = await Operations.SwitchAsync(await Actor.GetAsync(), Target, dryRun: true, force: false, "");
    }

    /// <summary>A forced switch needs a password given lately; when it was not, it is asked for first.</summary>
    private async Task ForceAsync()
    {
        Confirming = MayForce && !(await Actor.GetAsync()).IsProven;
        if (MayForce && !Confirming)
        {
            await GoAsync(true);
        }
    }

    private async Task GoAsync(bool force)
    {
        if (Running)
        {
            return;
        }

        Running = true;
        var servers = Live.Current.Servers.OrderBy(server => server.Server).Where(server => server.Address.Length > 0);
        var vip = Parameters.VipAddress is { Length: > 0 } address ? InterruptionMeter.UrlOf(address, Node.HttpPort) : null;
        using var meter = new InterruptionMeter([.. servers.Select(server => InterruptionMeter.UrlOf(server.Address, Node.HttpPort))], Time, vip);
        try
        {
            Outcome = await Operations.SwitchAsync(await Actor.GetAsync(), Target, dryRun: false, force, Reason.Trim(), epoch);
        }
        finally
        {
            (Seen, Running) = (meter.Seen, false);
        }

        if (Outcome is { Succeeded: true })
        {
            Settling = Seen?.Vip is not null;
            StateHasChanged();
            await meter.SettleAsync(VipPatience);
            Settling = false;
        }

        Seen = await meter.FinishAsync();
    }

    private void Close() => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("switch", (int?)null), replace: true);
}
