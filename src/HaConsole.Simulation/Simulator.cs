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

    /// <summary>Runs one scenario with servers that follow other rules than those of the product.</summary>
    internal static SimulationResult Run(Scenario scenario, ServerRules rules, long? seed = null, bool timeline = false)
    {
        var used = seed ?? scenario.Seed;
        return new World(scenario, used, timeline, rules).Run(used);
    }
}
