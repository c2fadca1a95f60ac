using HaConsole.Engine.Status;
using HaConsole.Storage;
using HaConsole.Web.History;
using HaConsole.Web.Model.Pair;
using HaConsole.Web.Model.Settings;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages;

/// <summary>What this server is and how it does: software, process, database, certificates, its own values; backup and restart.</summary>
public sealed partial class SystemPage
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private SystemInfo facts = null!;
    private bool admin;
    private ITimer? timer;

    [Inject]
    private IStringLocalizer<SystemPage> T { get; set; } = null!;

    [Inject]
    private SystemFacts Facts { get; set; } = null!;

    [Inject]
    private SystemOperations Operations { get; set; } = null!;

    [Inject]
    private HistoryHost History { get; set; } = null!;

    [Inject]
    private CurrentActor Actor { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private UpgradeOrder Upgrade => UpgradeOrder.Of(Snapshot);

    private string DatabaseTone => facts.Database.State switch
    {
        DatabaseState.Ready => "good",
        DatabaseState.Starting => "warn",
        _ => "bad",
    };

    private string DatabaseSign => facts.Database.State switch
    {
        DatabaseState.Ready => "✓",
        DatabaseState.Starting => "…",
        _ => "■",
    };

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        facts = Facts.Read();
        History.StatusChanged += Refresh;
        admin = (await Actor.GetAsync()).Has(Right.Administer);
    }

    /// <inheritdoc/>
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            timer = Time.CreateTimer(_ => Refresh(), null, Period, Period);
        }
    }

    /// <inheritdoc/>
    protected override bool Matters(StatusSnapshot before, StatusSnapshot after)
        => before.RestartNeeded != after.RestartNeeded || !before.Servers.Select(s => s.SoftwareVersion).SequenceEqual(after.Servers.Select(s => s.SoftwareVersion));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        timer?.Dispose();
        History.StatusChanged -= Refresh;
        base.Dispose(disposing);
    }

    private void Refresh() => _ = InvokeAsync(() => OwnLanguage.RunAsync(() =>
    {
        facts = Facts.Read();
        StateHasChanged();
    }));

    private string Source(NodeValue value) => value.Source switch
    {
        ValueSource.File => T["source.file", value.Detail],
        ValueSource.Environment => T["source.environment"],
        ValueSource.CommandLine => T["source.line"],
        _ => T["source.default"],
    };

    private string Size(long bytes) => bytes switch
    {
        < 1_000_000 => T["kilobytes", bytes / 1e3],
        < 1_000_000_000 => T["megabytes", bytes / 1e6],
        _ => T["gigabytes", bytes / 1e9],
    };
}
