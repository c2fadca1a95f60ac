namespace HaConsole.Web.Model.Drills;

/// <summary>What kind of drill.</summary>
public enum DrillKind
{
    /// <summary>A planned switch there and back, driven by the product.</summary>
    Switch,

    /// <summary>Somebody stops the Active; the product watches (the guide's test procedure).</summary>
    Stop,

    /// <summary>A proof without any disruption that a switch would succeed.</summary>
    Proof,
}

/// <summary>State of one step.</summary>
public enum StepState
{
    /// <summary>Not begun.</summary>
    Pending,

    /// <summary>Waiting for it.</summary>
    Running,

    /// <summary>It happened as expected.</summary>
    Passed,

    /// <summary>It did not, or too late.</summary>
    Failed,

    /// <summary>Left out.</summary>
    Skipped,
}

/// <summary>How a drill stands or ended.</summary>
public enum DrillEnd
{
    /// <summary>Under way.</summary>
    Running,

    /// <summary>Everything as expected.</summary>
    Passed,

    /// <summary>Something was not as expected.</summary>
    Failed,

    /// <summary>Ended by an operator.</summary>
    Stopped,

    /// <summary>The server was restarted, or whoever led it went away.</summary>
    Interrupted,
}

/// <summary>One step of a drill.</summary>
/// <param name="Code">Stable name; the page has the words for it.</param>
/// <param name="State">How it stands.</param>
/// <param name="ExpectedSeconds">Longest time it may take; null when there is no such time.</param>
/// <param name="MeasuredSeconds">How long it took; null when it did not happen or has no length.</param>
/// <param name="Detail">What was seen, in the engine's words; may be empty.</param>
public sealed record DrillStep(string Code, StepState State, double? ExpectedSeconds = null, double? MeasuredSeconds = null, string Detail = "");

/// <summary>A drill as it is shown, kept and exported. Immutable.</summary>
public sealed record DrillView
{
    /// <summary>Unique.</summary>
    public required string Id { get; init; }

    /// <summary>What kind.</summary>
    public required DrillKind Kind { get; init; }

    /// <summary>Who leads it.</summary>
    public required string Operator { get; init; }

    /// <summary>When it began (UTC).</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended (UTC); null while it runs.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Server that is Active before, 1 or 2.</summary>
    public required int From { get; init; }

    /// <summary>Server that takes over, 1 or 2.</summary>
    public required int To { get; init; }

    /// <summary>Server that leads it, and has it in its journal; 0 when that is not known.</summary>
    public int Server { get; init; }

    /// <summary>How it stands.</summary>
    public DrillEnd End { get; init; }

    /// <summary>Its steps, in order.</summary>
    public IReadOnlyList<DrillStep> Steps { get; init; } = [];

    /// <summary>Longest time that no server answered ACTIVE, as clients of the health URLs saw it, in seconds; null when it was not measured.</summary>
    public double? ClientSeconds { get; init; }

    /// <summary>Step that runs; null when none does.</summary>
    public DrillStep? Current => Steps.FirstOrDefault(step => step.State == StepState.Running);

    /// <summary>Expected seconds of the step that matters most: the takeover, or the switch there.</summary>
    public double? ExpectedSeconds => Steps.FirstOrDefault(step => step.Code is "takeover" or "there")?.ExpectedSeconds;

    /// <summary>Its measured seconds.</summary>
    public double? MeasuredSeconds => Steps.FirstOrDefault(step => step.Code is "takeover" or "there")?.MeasuredSeconds;
}
