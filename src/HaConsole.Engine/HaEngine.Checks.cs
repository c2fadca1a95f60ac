using HaConsole.Engine.Checks;
using HaConsole.Engine.Status;
using HaConsole.Failover;

namespace HaConsole.Engine;

/// <content>What follows from the application checks, and from the links to third systems.</content>
public sealed partial class HaEngine
{
    private readonly LinkWatch links;
    private readonly Lock tellingChecks = new();
    private int checksPosted;

    private void OnChecks()
    {
        detail.Changed();
        ShowApplicationErrors();
        lock (tellingChecks)
        {
            // Several checks change at once: nobody tells an older list after a newer one.
            parts.Services.ChecksAre([.. parts.Checks.Current.Where(check => check.State == CheckState.Up).Select(check => check.Name)]);
        }

        PostChecks();
        feed.Changed();
    }

    private void ShowApplicationErrors()
        => parts.Board.SetApplicationErrors([.. parts.Checks.FailingCritical, .. parts.Services.Current.OverBudget]);

    /// <summary>The loop reads the checks when it gets there: whoever posts, it never takes an older state for a newer one.</summary>
    private void PostChecks()
    {
        if (Interlocked.Exchange(ref checksPosted, 1) == 0)
        {
            loop.Order((now, utc) =>
            {
                Interlocked.Exchange(ref checksPosted, 0);
                return NodeInput.Checks(now, utc, string.Join(',', parts.Checks.DoubtfulCritical));
            });
        }
    }

    private void WatchLinks(StatusSnapshot snapshot)
        => links.Look(snapshot, keeper.Current.Content.Checks, name => parts.Checks.Current.FirstOrDefault(check => check.Name == name)?.Failures ?? 0);

    /// <summary>Hands the role over because only the other server reaches a third system; refused like any switch that cannot succeed.</summary>
    private void SwitchForLinks(int to, string sentence) => _ = Task.Run(async () =>
    {
        try
        {
            var outcome = await SwitchAsync((Rank)to, dryRun: false, force: false, "links", sentence, CancellationToken.None);
            if (!outcome.Succeeded)
            {
                Event("link-switch", $"The pair was not switched although {sentence} {outcome.Sentence}", Severity.Warning);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The engine ends.
        }
    });
}
