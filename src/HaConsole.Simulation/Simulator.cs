using HaConsole.Simulation.Model;
using HaConsole.Simulation.Results;
using HaConsole.Simulation.Scenarios;

namespace HaConsole.Simulation;

/// <summary>Runs scenarios through the real decision core in virtual time.</summary>
public static class Simulator
{
    /// <summary>Runs one scenario.</summary>
    /// <param name="scenario">What happens.</param>
    /// <param name="seed">Replaces the scenario's seed; null keeps it.</param>
    /// <param name="timeline">Whether to keep a timeline for people.</param>
    /// <exception cref="SimulationException">The servers keep each other busy at one instant for ever.</exception>
    public static SimulationResult Run(Scenario scenario, long? seed = null, bool timeline = false)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        return Run(scenario, ServerRules.Real, seed, timeline);
    }

    /// <summary>Runs one scenario of its own seed, with its timeline, within limits.</summary>
    /// <param name="scenario">What happens.</param>
    /// <param name="limits">Most work.</param>
    /// <param name="cancellationToken">Ends it within some thousand steps.</param>
    /// <exception cref="SimulationException">The servers keep each other busy at one instant for ever.</exception>
    /// <exception cref="SimulationTooLongException">It needs more work than the limits allow.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static SimulationResult Run(Scenario scenario, SimulationLimits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ArgumentNullException.ThrowIfNull(limits);
        return new World(scenario, scenario.Seed, timeline: true, ServerRules.Real) { Limits = limits, Cancellation = cancellationToken }.Run(scenario.Seed);
    }

    /// <summary>Runs one scenario with servers that follow other rules than those of the product.</summary>
    internal static SimulationResult Run(Scenario scenario, ServerRules rules, long? seed = null, bool timeline = false)
    {
        var used = seed ?? scenario.Seed;
        return new World(scenario, used, timeline, rules).Run(used);
    }
}
