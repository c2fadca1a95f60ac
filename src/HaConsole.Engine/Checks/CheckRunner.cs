using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Checks;

/// <summary>Runs the application checks, each on its own timer, and tells what they find. Safe for several threads.</summary>
/// <param name="time">Clock.</param>
/// <param name="sql">Looks for a check of type sql; null: such a check is down.</param>
public sealed class CheckRunner(TimeProvider time, Func<CheckDefinition, CancellationToken, Task<CheckLook>>? sql = null) : IAsyncDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    private readonly Lock gate = new();
    private readonly CheckTools tools = new(time, sql);
    private List<RunningCheck> checks = [];
    private IReadOnlyList<CheckMute> mutes = [];
    private ITimer? muteEnd;

    /// <summary>Raised after a check has changed its state or detail, or the list was changed; on any thread, must return at once.</summary>
    public event Action? Changed;

    /// <summary>All checks as they stand now, in the order of their definition.</summary>
    public IReadOnlyList<CheckStatus> Current
    {
        get
        {
            lock (gate)
            {
                var now = time.GetUtcNow();
                return [.. checks.Select(c => MuteOf(c.Definition.Name, now) is { } mute ? c.Status with { MutedUntil = mute.Until } : c.Status)];
            }
        }
    }

    /// <summary>Names of the critical checks that are down and not muted, in the order of their definition. A link is never among them.</summary>
    public IReadOnlyList<string> FailingCritical
        => [.. Current.Where(c => c is { State: CheckState.Down, CountsAsError: true }).Select(c => c.Name)];

    /// <summary>As <see cref="FailingCritical"/>, with those whose last look failed although they do not count as down yet.</summary>
    public IReadOnlyList<string> DoubtfulCritical
        => [.. Current.Where(c => c.CountsAsError && (c.State == CheckState.Down || c.Failing)).Select(c => c.Name)];

    /// <summary>The checks to run from now on. A check whose definition is unchanged keeps its state.</summary>
    public void Configure(IReadOnlyList<CheckDefinition> definitions)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        List<RunningCheck> removed;
        lock (gate)
        {
            var before = checks;
            checks = [.. definitions.Select(d => before.Find(c => c.Definition == d) ?? new RunningCheck(d, tools, RaiseChanged))];
            removed = [.. before.Except(checks)];
        }

        foreach (var check in removed)
        {
            _ = check.DisposeAsync().AsTask();
        }

        RaiseChanged();
    }

    /// <summary>Checks whose failure counts for nothing until the mute ends.</summary>
    public void Mute(IReadOnlyList<CheckMute> wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        lock (gate)
        {
            mutes = wanted;
            AwaitNextEnd();
        }

        RaiseChanged();
    }

    /// <summary>Has a check look now, beside its rhythm; null when there is none of that name.</summary>
    public async Task<CheckStatus?> RunAsync(string name, CancellationToken cancellationToken)
    {
        RunningCheck? check;
        lock (gate)
        {
            check = checks.Find(c => c.Definition.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        }

        if (check is null)
        {
            return null;
        }

        await check.LookNowAsync(cancellationToken).ConfigureAwait(false);
        return Current.FirstOrDefault(c => c.Name == check.Definition.Name);
    }

    /// <summary>The last looks of each check, oldest first.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<CheckLookTaken> Looks)> History
    {
        get
        {
            lock (gate)
            {
                return [.. checks.Select(c => (c.Definition.Name, c.History))];
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        List<RunningCheck> all;
        lock (gate)
        {
            all = checks;
            checks = [];
            muteEnd?.Dispose();
            mutes = [];
        }

        foreach (var check in all)
        {
            await check.DisposeAsync().ConfigureAwait(false);
        }
    }

    private CheckMute? MuteOf(string name, DateTimeOffset now)
        => mutes.Where(m => m.Until > now && m.Check.Equals(name, StringComparison.OrdinalIgnoreCase)).MaxBy(m => m.Until);

    private void AwaitNextEnd()
    {
        var now = time.GetUtcNow();
        var next = mutes.Where(m => m.Until > now).Select(m => m.Until).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
        muteEnd?.Dispose();
        muteEnd = null;
        if (next < DateTimeOffset.MaxValue)
        {
            // A timer counts at most 49 days; looked at again after a day, it also follows a clock that is set.
            var wait = next - now < LongestWait ? next - now : LongestWait;
            muteEnd = time.CreateTimer(_ => MuteEnded(), null, wait + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        }
    }

    private void MuteEnded()
    {
        lock (gate)
        {
            AwaitNextEnd();
        }

        RaiseChanged();
    }

    private void RaiseChanged() => Changed?.Invoke();
}
