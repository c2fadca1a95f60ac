using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Checks;

/// <summary>Runs the application checks, each on its own timer, and tells what they find. Safe for several threads.</summary>
public sealed class CheckRunner(TimeProvider time) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private List<RunningCheck> checks = [];

    /// <summary>Raised after a check has changed its state or detail, or the list was changed; on any thread, must return at once.</summary>
    public event Action? Changed;

    /// <summary>All checks as they stand now, in the order of their definition.</summary>
    public IReadOnlyList<CheckStatus> Current
    {
        get
        {
            lock (gate)
            {
                return [.. checks.Select(c => c.Status)];
            }
        }
    }

    /// <summary>Names of the critical checks that are down, in the order of their definition.</summary>
    public IReadOnlyList<string> FailingCritical
        => [.. Current.Where(c => c is { State: CheckState.Down, Severity: CheckSeverity.Critical }).Select(c => c.Name)];

    /// <summary>The checks to run from now on. A check whose definition is unchanged keeps its state.</summary>
    public void Configure(IReadOnlyList<CheckDefinition> definitions)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        List<RunningCheck> removed;
        lock (gate)
        {
            var before = checks;
            checks = [.. definitions.Select(d => before.Find(c => c.Definition == d) ?? new RunningCheck(d, time, RaiseChanged))];
            removed = [.. before.Except(checks)];
        }

        foreach (var check in removed)
        {
            _ = check.DisposeAsync().AsTask();
        }

        RaiseChanged();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        List<RunningCheck> all;
        lock (gate)
        {
            all = checks;
            checks = [];
        }

        foreach (var check in all)
        {
            await check.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void RaiseChanged() => Changed?.Invoke();
}
