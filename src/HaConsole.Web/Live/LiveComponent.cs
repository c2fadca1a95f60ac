using HaConsole.Engine.Status;
using Microsoft.AspNetCore.Components;

namespace HaConsole.Web.Live;

/// <summary>A component that shows the snapshot and is rendered again with each new one that <see cref="Matters"/> to it.</summary>
public abstract class LiveComponent : ComponentBase, ILivePart, IDisposable
{
    private int waiting;
    private bool disposed;
    private LiveSnapshot shown = new(new StatusSnapshot());

    /// <summary>Snapshot shown.</summary>
    protected StatusSnapshot Snapshot => shown.Snapshot;

    /// <summary>The languages of the page, for what other threads have it do.</summary>
    protected PageLanguage OwnLanguage { get; } = new();

    /// <summary>Source of snapshots.</summary>
    [Inject]
    protected LiveStatus Live { get; set; } = null!;

    /// <summary>Drawn before everything else when a role changes; only for what is small.</summary>
    public virtual bool First => false;

    /// <inheritdoc/>
    bool ILivePart.Wants() => !disposed && Volatile.Read(ref waiting) == 0 && Matters(shown.Snapshot, Live.Latest.Snapshot);

    /// <inheritdoc/>
    async Task ILivePart.ShowAsync()
    {
        // One rendering at a time for each component: a busy circuit gets the latest, not all.
        if (Interlocked.Exchange(ref waiting, 1) == 0)
        {
            try
            {
                await InvokeAsync(() => OwnLanguage.RunAsync(Take));
            }
            catch (Exception e) when (e is ObjectDisposedException or InvalidOperationException)
            {
                // The circuit has ended meanwhile.
                Volatile.Write(ref waiting, 0);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        shown = Live.Latest;
        // A page that is only prerendered ends with the request; a live one is told until its circuit ends.
        Live.Pages.Add(this);
    }

    /// <summary>
    /// Whether the new snapshot changes what this component shows. Unless it says otherwise: when anything but ages has changed, for ages and
    /// countdowns run in the browser. Called on any thread.
    /// </summary>
    protected virtual bool Matters(StatusSnapshot before, StatusSnapshot after) => LiveSnapshot.FactsOf(before) != LiveSnapshot.FactsOf(after);

    /// <summary>A new snapshot is in <see cref="Snapshot"/>; called on the circuit's dispatcher, before the rendering.</summary>
    protected virtual void OnSnapshot()
    {
    }

    /// <summary>Ends the subscription.</summary>
    protected virtual void Dispose(bool disposing)
    {
        disposed = true;
        Live.Pages.Remove(this);
    }

    private void Take()
    {
        Volatile.Write(ref waiting, 0);
        var (before, after) = (shown, Live.Latest);
        if (disposed || !Matters(before.Snapshot, after.Snapshot))
        {
            return;
        }

        shown = after;
        OnSnapshot();
        StateHasChanged();
    }
}
