using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using HaConsole.Engine.Status;
using HaConsole.Web.History;
using HaConsole.Web.Live;
using HaConsole.Web.Model.Drills;
using HaConsole.Web.Model.Simulation;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Microsoft.JSInterop;

namespace HaConsole.Web.Components.Pages;

/// <summary>The guide's test procedure as a guided test, a planned switch there and back, and the proof that a switch would succeed.</summary>
public sealed partial class Drills : IDisposable
{
    private const int Most = 30;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Converters = { new JsonStringEnumConverter() } };

    private readonly PageLanguage language = new();
    private readonly CancellationTokenSource ended = new();
    private IReadOnlyList<DrillView>? results;
    private string? newest;
    private DrillView? there;
    private OperationResult? result;
    private TimeOnly planned = new(3, 0);
    private bool may;
    private bool asking;
    private bool working;

    /// <summary>Drill whose report is shown.</summary>
    [SupplyParameterFromQuery(Name = "drill")]
    public string? Selected { get; set; }

    [Inject]
    private IStringLocalizer<Drills> T { get; set; } = null!;

    [Inject]
    private DrillCoordinator Drilling { get; set; } = null!;

    [Inject]
    private DrillArchive Archive { get; set; } = null!;

    [Inject]
    private OtherDrill Others { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Inject]
    private HistoryHost History { get; set; } = null!;

    [Inject]
    private DrillCircuit Circuit { get; set; } = null!;

    [Inject]
    private LiveStatus Live { get; set; } = null!;

    [Inject]
    private CurrentActor Me { get; set; } = null!;

    [Inject]
    private IJSRuntime Browser { get; set; } = null!;

    private bool Ready => Live.Current.SwitchWouldSucceed;

    private int Active => Live.Current.Servers.FirstOrDefault(server => server.Role == "Active")?.Server ?? 1;

    private int Other => 3 - Active;

    private ServerStatus? OtherOne => Live.Current.Servers.FirstOrDefault(server => !server.Local);

    private int OtherServer => OtherOne?.Server ?? 2;

    /// <summary>This page of the other server's console, which listens as this one does.</summary>
    private Uri? OtherPage => OtherOne is { Address: var address } && Uri.CheckHostName(address) != UriHostNameType.Unknown
        ? new UriBuilder(Navigation.ToAbsoluteUri("drills")) { Host = address }.Uri : null;

    private bool ActiveIsHere => Live.Current.Servers.Any(server => server is { Role: "Active", Local: true });

    private string? NewestHere => Drilling.Results is [var first, ..] ? first.Id : null;

    /// <summary>Drills of both servers that have ended.</summary>
    private List<DrillView> Results => [.. (results ?? []).Where(drill => drill.End != DrillEnd.Running)];

    private DrillView? LastProven => results?.FirstOrDefault(drill => drill is { Kind: DrillKind.Proof, End: DrillEnd.Passed });

    private DrillView? Shown => Selected is { } id ? Results.FirstOrDefault(drill => drill.Id == id) : null;

    /// <summary>Facts of the last proof, of this process or of the journal.</summary>
    private IReadOnlyList<ProofFact> Facts => Drilling.LastFacts.Count > 0 ? Drilling.LastFacts
        : [.. (Drilling.Results.FirstOrDefault(drill => drill.Kind == DrillKind.Proof)?.Steps ?? []).Select(step => new ProofFact(step.Code, step.State == StepState.Passed, step.Detail))];

    /// <inheritdoc/>
    public void Dispose()
    {
        Drilling.Changed -= OnChanged;
        History.Arrived -= OnArrived;
        Live.Changed -= OnSnapshot;
        ended.Cancel();
        ended.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        may = (await Me.GetAsync()).Has(Right.Operate);
        planned = Drilling.Schedule.DailyProofAt ?? planned;
        Drilling.Changed += OnChanged;
        History.Arrived += OnArrived;
        Live.Changed += OnSnapshot;
        if (RendererInfo.IsInteractive)
        {
            _ = WatchOtherAsync();
        }

        await LoadAsync();
    }

    private static string Seconds(double seconds) => DurationText.Human(TimeSpan.FromSeconds(seconds));

    private static string Chip(DrillEnd end) => end switch { DrillEnd.Passed => "good", DrillEnd.Failed => "bad", _ => "warn" };

    private static string Mark(DrillEnd end) => end switch { DrillEnd.Passed => "✓", DrillEnd.Failed => "✗", _ => "!" };

    private static string Export(DrillView drill) => "data:application/json;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(drill, Json)));

    private void OnChanged() => _ = InvokeAsync(() => language.RunAsync(async () =>
    {
        StateHasChanged();

        // A drill under way changes many times; the list only when one has ended.
        if (NewestHere != newest)
        {
            await LoadAsync();
            StateHasChanged();
        }
    }));

    private void OnArrived() => _ = InvokeAsync(() => language.RunAsync(async () =>
    {
        await LoadAsync();
        StateHasChanged();
    }));

    /// <summary>A drill that the other server leads, as long as this page is open.</summary>
    private async Task WatchOtherAsync()
    {
        try
        {
            while (true)
            {
                var seen = await Others.LookAsync(ended.Token);
                if (seen is not null || there is not null)
                {
                    there = seen;
                    StateHasChanged();
                }

                await Task.Delay(OtherDrill.Good, Time, ended.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The page is left.
        }
    }

    private async Task LoadAsync()
    {
        if (ended.IsCancellationRequested)
        {
            return;
        }

        newest = NewestHere;
        try
        {
            results = await Archive.ListAsync(ended.Token);
        }
        catch (OperationCanceledException)
        {
            // The page is left.
        }
    }

    private void OnSnapshot(StatusSnapshot snapshot) => _ = InvokeAsync(() => language.RunAsync(StateHasChanged));

    private async Task StartSwitchAsync()
    {
        asking = false;
        await DoAsync(Drilling.StartSwitchAsync);
    }

    private Task StartWatchAsync() => DoAsync(actor => Drilling.StartWatchAsync(actor, Circuit));

    private Task SwitchBackAsync() => DoAsync(Drilling.SwitchBackAsync);

    private Task PlanAsync() => DoAsync(actor => Drilling.PlanAsync(actor, planned));

    private async Task DoAsync(Func<Actor, Task<OperationResult>> work)
    {
        working = true;
        StateHasChanged();
        try
        {
            result = await work(await Me.GetAsync());
        }
        finally
        {
            working = false;
        }
    }

    private async Task PrintAsync() => await Browser.InvokeVoidAsync("print");
}
