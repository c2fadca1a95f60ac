using HaConsole.Failover;
using HaConsole.Simulation.Exploration;
using HaConsole.Simulation.Results;
using HaConsole.Simulation.Scenarios;
using static HaConsole.Simulation.Tests.Scenarios;

namespace HaConsole.Simulation.Tests;

public class ExplorationTests
{
    /// <summary>A rule that real pairs break: the shrinker has something to find.</summary>
    private static IReadOnlyList<Violation> ServerTwoMustNeverServe(Scenario scenario)
        => Simulator.Run(scenario).RoleChanges.Where(c => c is { Server: 2, Role: Role.Active }).Select(c => new Violation("I0", c.At, c.Reason)).ToArray();

    [Fact]
    public void Shrink_a_planted_bug_leaves_the_one_fault_that_matters()
    {
        var big = Hour(
            At(50, FaultKind.ApplicationError, 1),
            Cut(300.5, 1, 2),
            At(612.345, FaultKind.Crash, 1),
            At(700, FaultKind.Pause),
            At(1500, FaultKind.Restart, 1),
            At(1600, FaultKind.Resume),
            Heal(1700, 1, 2)).With(s => s with { ServiceStartDelay = TimeSpan.FromSeconds(3.3), FailuresToSwitch = 3, Latency = TimeSpan.FromSeconds(0.25) });
        var small = Shrinker.Shrink(big, s => ServerTwoMustNeverServe(s).Count > 0);

        Assert.NotEmpty(ServerTwoMustNeverServe(small));
        Assert.Single(small.Faults);
        Assert.True(small.Duration < big.Duration);
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero, 1), (small.Settings.ServiceStartDelay, small.Settings.Latency, small.Settings.FailuresToSwitch));
        Assert.NotNull(ScenarioReader.Read(ScenarioWriter.Write(small), out _));
    }

    [Fact]
    public void Explore_with_a_planted_bug_reports_a_scenario_that_still_fails()
    {
        var failures = Explorer.Explore(10, 1, ServerTwoMustNeverServe).ToList();

        Assert.NotEmpty(failures);
        Assert.All(failures, f => Assert.NotEmpty(ServerTwoMustNeverServe(f.Minimal)));
        Assert.All(failures, f => Assert.True(f.Minimal.Faults.Count <= ScenarioGenerator.Generate(f.Seed).Faults.Count));
    }

    [Fact]
    public void Generate_the_same_seed_makes_the_same_legal_scenario()
    {
        for (var seed = 0L; seed < 300; seed++)
        {
            var text = ScenarioWriter.Write(ScenarioGenerator.Generate(seed));

            Assert.Equal(text, ScenarioWriter.Write(ScenarioGenerator.Generate(seed)));
            Assert.NotNull(ScenarioReader.Read(text, out var problems));
            Assert.Empty(problems);
        }
    }

    [Fact]
    public void Generate_uses_every_kind_of_fault()
        => Assert.Equal(
            Enum.GetValues<FaultKind>(),
            Enumerable.Range(0, 300).SelectMany(seed => ScenarioGenerator.Generate(seed).Faults).Select(f => f.Kind).Distinct().Order());

    [Fact]
    public void Two_hundred_random_schedules_hold_all_invariants()
    {
        const long Seed = 20260101;
        var failures = Explorer.Explore(200, Seed).ToList();

        Assert.True(failures.Count == 0, $"seed {Seed}: " + string.Join('\n', failures.Select(f => $"{f.Violation}\n{ScenarioWriter.Write(f.Minimal)}")));
    }

    [Fact]
    public void Random_schedules_run_twice_are_the_same()
    {
        for (var seed = 1L; seed <= 40; seed++)
        {
            var scenario = ScenarioGenerator.Generate(seed);
            Assert.Equal(Simulator.Run(scenario).Trace, Simulator.Run(scenario).Trace);
        }
    }
}
