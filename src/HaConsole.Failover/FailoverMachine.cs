namespace HaConsole.Failover;

/// <summary>The decision core: a pure function from state and input to next state, ordered effects and a decision.</summary>
public static partial class FailoverMachine
{
    /// <summary>State of a server whose process has just started.</summary>
    public static NodeState Start(Rank rank, StoredState stored, PairControls controls, FailoverSettings settings, TimeSpan now, DateTimeOffset utc)
        => throw new InvalidOperationException();

    /// <summary>One decision.</summary>
    public static StepResult Step(in NodeState state, in NodeInput input, FailoverSettings settings) => throw new InvalidOperationException();

    /// <summary>What this server says of itself; <paramref name="previous"/> is returned again when nothing in it has changed.</summary>
    public static PeerReport Report(in NodeState state, FailoverSettings settings, TimeSpan now, PeerReport? previous) => throw new InvalidOperationException();

    /// <summary>Every row as it stands now, with its first guard that does not hold.</summary>
    public static IReadOnlyList<RowExplanation> Explain(in NodeState state, FailoverSettings settings, TimeSpan now, DateTimeOffset utc) => throw new InvalidOperationException();

    /// <summary>The peer's health by the last probe, Unknown when that is too old.</summary>
    public static PeerHealth PeerHealthOf(in NodeState state, FailoverSettings settings, TimeSpan now) => throw new InvalidOperationException();

    /// <summary>The pre-checks of a switchover that makes <paramref name="target"/> the Active, as this server sees them.</summary>
    public static IReadOnlyList<SwitchoverCheck> CheckSwitchover(in NodeState state, FailoverSettings settings, Rank target, TimeSpan now, DateTimeOffset utc) => throw new InvalidOperationException();
}
