using HaConsole.Engine;
using HaConsole.Engine.Balancers;
using HaConsole.Engine.Configuration;
using HaConsole.Web.Components.Settings;
using HaConsole.Web.Live;
using HaConsole.Web.Model.Balancers;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Microsoft.JSInterop;

namespace HaConsole.Web.Components.Pages;

/// <summary>The load balancer: what it sees, what differs from the pair, how it is told, and recipes.</summary>
public sealed partial class LoadBalancer
{
    private LoadBalancerSettings? draft;
    private LoadBalancerSettings? seen;
    private Note? note;
    private bool mayChange;
    private bool mayOperate;
    private bool busy;
    private string imported = "";
    private IReadOnlyList<string> importProblems = [];
    private IReadOnlyList<BalancerSeen>? probed;
    private string copied = "";

    /// <summary>Recipe shown.</summary>
    [SupplyParameterFromQuery(Name = "recipe")]
    private string? Wanted { get; set; }

    [Inject]
    private IStringLocalizer<LoadBalancer> T { get; set; } = null!;

    [Inject]
    private IStringLocalizer<SettingsTexts> S { get; set; } = null!;

    [Inject]
    private ConsoleEngine Console { get; set; } = null!;

    [Inject]
    private LoadBalancerOperations Balancer { get; set; } = null!;

    [Inject]
    private ConfigurationOperations Operations { get; set; } = null!;

    [Inject]
    private CurrentActor Actor { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private IJSRuntime Script { get; set; } = null!;

    private PairConfiguration Content => Console.Engine.Configuration.Content;

    private LoadBalancerSettings Settings => Content.LoadBalancer;

    private BalancerState State => Console.Engine.Balancer;

    private IReadOnlyList<BalancerSeen> Places => State.Seen.Count > 0 ? State.Seen : probed ?? [];

    private IReadOnlyList<Finding> Findings => Alignment.Of(Content);

    private string Kind => BalancerRecipes.Kinds.FirstOrDefault(k => k.Kind == Wanted)?.Kind ?? BalancerRecipes.Kinds[0].Kind;

    private string Recipe => Balancer.Recipe(Kind) ?? "";

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        var actor = await Actor.GetAsync();
        (mayChange, mayOperate) = (actor.Has(Right.Administer), actor.Has(Right.Operate));
    }

    private void Edit(LoadBalancerSettings wanted) => (draft, seen, note) = (wanted, Settings, null);

    private void Close(Note? result) => (draft, seen, note) = (null, null, result);

    private async Task<OperationResult<ConfigurationChange>> SaveAsync(LoadBalancerSettings wanted, LoadBalancerSettings? before)
        => await Operations.SaveLoadBalancerAsync(await Actor.GetAsync(), wanted, before ?? new());

    private void Import()
    {
        var read = Balancer.Import(imported, "");
        importProblems = read.Problems;
        if (read.Settings is { } made && mayChange)
        {
            // Into the form: seen, judged and saved like anything that is typed.
            Edit(made);
        }
    }

    private async Task ProbeAsync()
    {
        busy = true;
        try
        {
            probed = await Balancer.ProbeAsync(BalancerMode.Unset, CancellationToken.None);
        }
        finally
        {
            busy = false;
        }
    }

    private void Choose(string kind)
    {
        copied = "";
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("recipe", kind), replace: true);
    }

    private async Task CopyAsync()
    {
        try
        {
            await Script.InvokeVoidAsync("navigator.clipboard.writeText", Recipe);
            copied = T["copied"];
        }
        catch (JSException)
        {
            // Browsers allow it over HTTPS and on this machine only.
            copied = T["not-copied"];
        }
    }
}
