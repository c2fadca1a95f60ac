using HaConsole.Engine.Journal;
using HaConsole.Engine.Status;
using HaConsole.Web.Live;
using HaConsole.Web.Model.FileSets;
using HaConsole.Web.Model.Pair;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages;

/// <summary>Who is Active, since when, would a switch succeed now, and if not why.</summary>
public sealed partial class Overview
{
    private const int MostEvents = 8;
    private static readonly TimeSpan LookAtFilesEvery = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource closed = new();

    /// <summary>Server of an open switch panel; null: none.</summary>
    [SupplyParameterFromQuery(Name = "switch")]
    public int? SwitchTo { get; set; }

    [Inject]
    private IStringLocalizer<Overview> T { get; set; } = null!;

    [Inject]
    private ConsoleEngine Engine { get; set; } = null!;

    [Inject]
    private FileSetLook Look { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private IReadOnlyList<FileSetView> Files { get; set; } = [];

    private PairSummary Summary { get; set; } = null!;

    private IReadOnlyList<HaEvent> Events { get; set; } = [];

    /// <summary>The rule that acts next, when one counts.</summary>
    private RuleStatus? Next { get; set; }

    /// <summary>There is a server that could be made the Active; when both are, none.</summary>
    private bool Offers => Snapshot is { Enabled: true, Servers.Count: > 1 } && Snapshot.Servers.Any(server => server.Server == Summary.Target && server.Role != "Active");

    private string Tone => Summary.Tone.ToString().ToLowerInvariant();

    private string Mark => Summary.Tone switch { Model.Pair.Tone.Good => "✓", Model.Pair.Tone.Warn => "!", _ => "✕" };

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        base.OnInitialized();
        Read();
    }

    /// <inheritdoc/>
    protected override void OnSnapshot() => Read();

    /// <inheritdoc/>
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _ = FollowFilesAsync(closed.Token);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        closed.Cancel();
        closed.Dispose();
    }

    /// <summary>File sets are no part of the snapshot: they are asked for while the page is open, and shown when they are others.</summary>
    private async Task FollowFilesAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var timer = new PeriodicTimer(LookAtFilesEvery, Time);
            do
            {
                // Beside the circuit: it has something to do only when there is something new.
                var files = await Look.GetAsync(cancellationToken).ConfigureAwait(false);
                if (!files.Select(f => (f.Name, f.State, f.LagSeconds)).SequenceEqual(Files.Select(f => (f.Name, f.State, f.LagSeconds))))
                {
                    await InvokeAsync(() =>
                    {
                        Files = files;
                        StateHasChanged();
                    }).ConfigureAwait(false);
                }
            }
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The page is closed.
        }
    }

    private void Read()
    {
        Summary = PairSummary.Of(Snapshot);
        Next = Snapshot.Rules.Where(rule => rule is { Counter: > 0, DueInSeconds: not null }).MinBy(rule => rule.DueInSeconds);
        Events = [.. Engine.Journal.Latest(MostEvents).Reverse()];
    }
}
