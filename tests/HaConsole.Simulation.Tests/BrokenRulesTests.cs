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
        var found = Violations(BrokenRules.All[rule].Make).Any(violation => violation.Invariant == breaks);

        Assert.True(found, $"{Schedules} schedules from seed {Seed} do not find {breaks} broken by a server that {rule}");
    }

    /// <summary>What the schedules find, as they are run.</summary>
    private static IEnumerable<Violation> Violations(Func<ServerRules> rules)
        => Enumerable.Range(0, Schedules).SelectMany(index => Explorer.Violations(ScenarioGenerator.Generate(Seed + index), rules()));
}
