using HaConsole.Simulation.Exploration;
using HaConsole.Simulation.Results;
using HaConsole.Simulation.Scenarios;
using static HaConsole.Simulation.Tests.Scenarios;

namespace HaConsole.Simulation.Tests;

public class LimitTests
{
    [Fact]
    public void Run_of_a_hundred_years_ends_at_the_limit()
    {
        var scenario = Hour() with { Duration = TimeSpan.FromDays(36500) };

        var e = Assert.Throws<SimulationTooLongException>(() => Simulator.Run(scenario, new SimulationLimits(20_000), CancellationToken.None));

        Assert.InRange(e.Reached, TimeSpan.FromHours(1), TimeSpan.FromDays(365));
    }

    [Fact]
    public void Run_whose_past_alone_is_too_long_ends_at_the_limit()
        => Assert.Throws<SimulationTooLongException>(() => Simulator.Run(
            Hour(At(1, FaultKind.Crash, 1)).With(s => s with { HeartbeatInterval = TimeSpan.FromSeconds(0.02), HeartbeatTimeout = TimeSpan.FromSeconds(0.01), ServiceStartDelay = TimeSpan.FromDays(1) }),
            new SimulationLimits(20_000),
            CancellationToken.None));

    [Fact]
    public void Run_that_is_cancelled_ends()
        => Assert.Throws<OperationCanceledException>(() => Simulator.Run(Hour() with { Duration = TimeSpan.FromDays(36500) }, SimulationLimits.None, new CancellationToken(canceled: true)));

    [Fact]
    public void Run_within_its_limits_comes_to_the_same_as_without()
    {
        var scenario = ScenarioGenerator.Generate(7);

        Assert.Equal(Simulator.Run(scenario).Trace, Simulator.Run(scenario, new SimulationLimits(10_000_000), CancellationToken.None).Trace);
    }

    [Fact]
    public void Spans_cover_the_whole_time_and_add_up_to_the_numbers()
    {
        for (var seed = 0L; seed < 60; seed++)
        {
            var result = Simulator.Run(ScenarioGenerator.Generate(seed), timeline: true);
            var at = TimeSpan.Zero;
            foreach (var span in result.Spans)
            {
                Assert.Equal(at, span.From);
                Assert.True(span.Until > span.From);
                at = span.Until;
            }

            Assert.Equal(result.Duration, at);
            Assert.Equal(result.DualActive, Sum(result, span => span is { One: ServerCondition.Active, Two: ServerCondition.Active }));
            Assert.Equal(result.NoActive, Sum(result, span => span.One != ServerCondition.Active && span.Two != ServerCondition.Active));
        }
    }

    [Fact]
    public void Spans_of_a_crash_say_that_the_server_does_not_run()
    {
        var result = Hour(At(600, FaultKind.Crash, 1), At(900, FaultKind.Freeze, 2)).Run();

        Assert.Equal(ServerCondition.NotRunning, result.Spans[^1].One);
        Assert.Equal(ServerCondition.Frozen, result.Spans[^1].Two);
    }

    [Fact]
    public void Generate_for_a_pair_keeps_its_parameters_and_makes_other_faults()
    {
        var pair = Hour().With(s => s with { FailuresToSwitch = 3, Latency = TimeSpan.FromSeconds(0.5) });

        var schedules = Enumerable.Range(0, 40).Select(seed => ScenarioGenerator.Generate(seed, pair)).ToList();

        Assert.All(schedules, schedule => Assert.Equal(pair.Settings, schedule.Settings));
        Assert.All(schedules, schedule => Assert.NotNull(ScenarioReader.Read(ScenarioWriter.Write(schedule), out _)));
        Assert.True(schedules.Select(schedule => schedule.Faults.Count).Distinct().Count() > 3);
    }

    [Theory]
    [InlineData("""{"duration":60,"name":"\ud800"}""")]
    [InlineData("""{"duration":60,"\udc00":1}""")]
    [InlineData("""{"duration":60,"start":"\ud800x"}""")]
    public void Read_of_half_a_character_names_the_problem(string json)
    {
        Assert.Null(ScenarioReader.Read(json, out var problems));
        Assert.Equal("$", Assert.Single(problems).Path);
    }

    private static TimeSpan Sum(SimulationResult result, Func<WorldSpan, bool> which)
        => result.Spans.Where(which).Aggregate(TimeSpan.Zero, (sum, span) => sum + (span.Until - span.From));
}
