using HaConsole.Simulation.Model;
using HaConsole.Simulation.Results;
using HaConsole.Simulation.Scenarios;

namespace HaConsole.Simulation.Exploration;

/// <summary>A schedule that broke an invariant.</summary>
/// <param name="Index">Number of the schedule, from 1.</param>
/// <param name="Seed">Seed that makes it again as the first one.</param>
/// <param name="Violation">First violation of the minimal scenario.</param>
/// <param name="Minimal">The shortest scenario found that still breaks the same invariant.</param>
public sealed record ExplorationFailure(int Index, long Seed, Violation Violation, Scenario Minimal);

/// <summary>Runs random fault schedules and watches the invariants.</summary>
public static class Explorer
{
    /// <summary>Every so many schedules one is run twice, and both runs must be the same.</summary>
    private const int RepeatEvery = 16;

    /// <summary>The failures of <paramref name="count"/> schedules, as they are found.</summary>
    /// <param name="count">How many schedules to run.</param>
    /// <param name="seed">Schedule k is made from seed + k − 1.</param>
    /// <param name="check">Finds the violations of a scenario; null: the invariants.</param>
    /// <param name="generate">Makes the schedule of a seed; null: one with settings of its own.</param>
    public static IEnumerable<ExplorationFailure> Explore(
        int count, long seed, Func<Scenario, IReadOnlyList<Violation>>? check = null, Func<long, Scenario>? generate = null)
    {
        var repeats = check is null;
        check ??= Violations;
        generate ??= ScenarioGenerator.Generate;
        for (var index = 1; index <= count; index++)
        {
            var own = unchecked(seed + index - 1) & long.MaxValue;
            var scenario = generate(own);
            var violations = check(scenario);
            if (violations.Count == 0 && repeats && index % RepeatEvery == 0)
            {
                violations = Repeat(scenario);
            }

            if (violations.Count == 0)
            {
                continue;
            }

            var invariant = violations[0].Invariant;
            var minimal = Shrinker.Shrink(scenario, candidate => check(candidate).Any(v => v.Invariant == invariant));
            var first = check(minimal).FirstOrDefault(v => v.Invariant == invariant) ?? violations[0];
            yield return new ExplorationFailure(index, own, first, minimal with { Name = $"{invariant}: {first.Sentence}" });
        }
    }

    /// <summary>What a scenario violates; a world in which time stands still violates I2.</summary>
    public static IReadOnlyList<Violation> Violations(Scenario scenario) => Violations(scenario, ServerRules.Real);

    /// <summary>The same with servers that follow other rules than those of the product.</summary>
    internal static IReadOnlyList<Violation> Violations(Scenario scenario, ServerRules rules)
    {
        try
        {
            return Simulator.Run(scenario, rules).Violations;
        }
        catch (SimulationException e)
        {
            return [new Violation("I2", TimeSpan.Zero, e.Message)];
        }
    }

    private static IReadOnlyList<Violation> Repeat(Scenario scenario)
    {
        var first = Simulator.Run(scenario);
        var second = Simulator.Run(scenario);
        return first.Trace == second.Trace ? [] : [new Violation("determinism", TimeSpan.Zero, "two runs of the same scenario and seed differ")];
    }
}
