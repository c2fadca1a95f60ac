namespace HaConsole.Simulation;

/// <summary>How much work a run may be, for callers that run what somebody else wrote.</summary>
/// <param name="MostSteps">Events after which the run is given up; 1 or more.</param>
public sealed record SimulationLimits(long MostSteps)
{
    /// <summary>No limit: the command line runs what its own user asks for.</summary>
    public static SimulationLimits None { get; } = new(long.MaxValue);
}

/// <summary>The run was given up because it needs more steps than its caller allows.</summary>
public sealed class SimulationTooLongException(long steps, TimeSpan reached)
    : Exception($"the run was given up after {steps} steps, at {reached.TotalSeconds:0} s of virtual time")
{
    /// <summary>Virtual time reached.</summary>
    public TimeSpan Reached { get; } = reached;
}
