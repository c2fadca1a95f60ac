using HaConsole.Simulation.Exploration;
using HaConsole.Simulation.Model;
using HaConsole.Simulation.Results;

namespace HaConsole.Simulation.Tests;

/// <summary>Random schedules that never find a broken rule would prove nothing about the real ones.</summary>
public class BrokenRulesTests
{
    private const long Seed = 1;
    private const int Schedules = 300;

    public static TheoryData<string, string> Rules
    {
        get
        {
            var rules = new TheoryData<string, string>();
            foreach (var (name, broken) in BrokenRules.All)
            {
                rules.Add(name, broken.Breaks);
            }

            return rules;
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Exploring_finds_a_server_that(string rule, string breaks)
    {
        var found = FirstViolations(BrokenRules.All[rule].Make);

        Assert.True(found.Count > 0, $"{Schedules} schedules from seed {Seed} do not notice a server that {rule}");
        Assert.Contains(found, violation => violation.Invariant == breaks);
    }

    [Fact]
    public void Exploring_with_the_real_rules_in_the_same_place_finds_nothing()
        => Assert.Empty(FirstViolations(() => new ServerRules()));

    /// <summary>What the first schedule that notices anything says; empty when none does.</summary>
    private static IReadOnlyList<Violation> FirstViolations(Func<ServerRules> rules)
        => Enumerable.Range(0, Schedules)
            .Select(index => Explorer.Violations(ScenarioGenerator.Generate(Seed + index), rules()))
            .FirstOrDefault(violations => violations.Count > 0) ?? [];
}
