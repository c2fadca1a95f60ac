using HaConsole.Engine.Status;
using HaConsole.Web.Live;
using HaConsole.Web.Model.Certificates;
using HaConsole.Web.Model.FileSets;
using HaConsole.Web.Model.Sync;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages;

/// <summary>Whether both servers hold the same: configuration, file sets, certificates and clocks, and what can be done when they do not.</summary>
public sealed partial class Synchronisation
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private const int BeatsOfLook = 5;
    private const int BeatsOfClocks = 30;

    private readonly CancellationTokenSource closed = new();
    private bool known;

    [Inject]
    private IStringLocalizer<Synchronisation> T { get; set; } = null!;

    [Inject]
    private ConsoleEngine Console { get; set; } = null!;

    [Inject]
    private SyncOperations Operations { get; set; } = null!;

    [Inject]
    private FileSetLook Files { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private SyncView View { get; set; } = new();

    private IReadOnlyList<FileSetView> Sets { get; set; } = [];

    private IReadOnlyList<CertificateView> Certificates { get; set; } = [];

    private IReadOnlyList<ClockHistory> Clocks { get; set; } = [];

    private SyncVerdict Verdict => SyncVerdict.Of(View, Sets, Certificates);

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        base.OnInitialized();
        Sets = FileSetViews.Of(Console.Engine.Configuration.Content.FileSets, [.. Snapshot.Servers.Select(s => new ServerFileSets(s.Server, s.Local ? Console.Engine.FileSets : null))], Time.GetUtcNow());
        Read();
    }

    /// <inheritdoc/>
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _ = FollowAsync(closed.Token);
        }
    }

    /// <inheritdoc/>
    protected override void OnSnapshot() => Read();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        closed.Cancel();
        closed.Dispose();
    }

    private void Read()
    {
        View = Operations.Current;
        Certificates = CertificateViews.Of(Console.Engine.Configuration.Content.Certificates, Console.Engine.Certificates, [.. Snapshot.Servers.Select(s => s.Server)]);
    }

    /// <summary>What the other server has in force, and files, are no part of the snapshot: they are asked for while the page is open.</summary>
    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var timer = new PeriodicTimer(Beat, Time);
            for (var beat = 0; !cancellationToken.IsCancellationRequested; beat++)
            {
                var now = beat;
                await InvokeAsync(() => BeatAsync(now, cancellationToken));
                await timer.WaitForNextTickAsync(cancellationToken);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The page is closed.
        }
    }

    private async Task BeatAsync(int beat, CancellationToken cancellationToken)
    {
        Sets = await Files.GetAsync(cancellationToken);
        known = true;
        Read();
        StateHasChanged();
        if (beat % BeatsOfClocks == 0)
        {
            Clocks = [.. (await Task.WhenAll(Snapshot.Servers.Select(s => Console.Engine.ClockHistoryOfAsync(s.Server, cancellationToken)))).OfType<ClockHistory>()];
            StateHasChanged();
        }

        // Asks the other server only when it has something else in force.
        if (beat % BeatsOfLook == 0 && View.State != "equal")
        {
            View = await Operations.LookAsync(cancellationToken);
            StateHasChanged();
        }
    }

    private async Task LookAsync()
    {
        Files.Forget();
        Sets = await Files.GetAsync(closed.Token);
        View = await Operations.LookAsync(closed.Token);
        StateHasChanged();
    }
}
