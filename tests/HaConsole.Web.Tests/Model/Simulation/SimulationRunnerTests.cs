using HaConsole.Simulation.Scenarios;
using HaConsole.Web.Model.Simulation;

namespace HaConsole.Web.Tests.Model.Simulation;

public class SimulationRunnerTests
{
    private static readonly Scenario Endless = new() { Duration = TimeSpan.FromDays(36500) };

    public static TheoryData<string> Names => [.. ScenarioLibrary.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_ready_scenario_runs_with_slow_and_with_fast_parameters(string name)
    {
        using var runner = new SimulationRunner(TimeProvider.System);
        foreach (var settings in (ScenarioSettings[])[new(), new() { HeartbeatInterval = TimeSpan.FromSeconds(0.1), HeartbeatTimeout = TimeSpan.FromSeconds(0.05), FailuresToSwitch = 3 }])
        {
            var scenario = ScenarioLibrary.Find(name, "title", settings);
            Assert.NotNull(scenario);
            Assert.NotNull(ScenarioReader.Read(ScenarioWriter.Write(scenario), out _));

            var answer = await runner.RunAsync(scenario, CancellationToken.None);

            Assert.Equal(SimulationEnd.Done, answer.End);
            Assert.Empty(answer.Result!.Violations);
        }
    }

    [Theory]
    [InlineData("primary-crashes", 1)]
    [InlineData("backup-crashes", 0)]
    [InlineData("automatic-failback", 2)]
    [InlineData("backup-isolated", 0)]
    [InlineData("short-outage", 0)]
    [InlineData("planned-switch", 2)]
    public async Task A_ready_scenario_shows_what_its_text_promises(string name, int switches)
    {
        using var runner = new SimulationRunner(TimeProvider.System);

        var answer = await runner.RunAsync(ScenarioLibrary.Find(name, "title", new ScenarioSettings())!, CancellationToken.None);

        Assert.Equal(switches, answer.Result!.Switches);
    }

    [Fact]
    public async Task Run_of_a_hostile_scenario_is_given_up()
    {
        using var runner = new SimulationRunner(TimeProvider.System) { MostSteps = 50_000 };

        var answer = await runner.RunAsync(Endless, CancellationToken.None);

        Assert.Equal((SimulationEnd.TooLong, null), (answer.End, answer.Result));
        Assert.Contains("50000 steps", answer.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_that_takes_too_long_is_given_up()
    {
        using var runner = new SimulationRunner(TimeProvider.System) { MostSteps = long.MaxValue, Longest = TimeSpan.FromMilliseconds(50) };

        Assert.Equal(SimulationEnd.TooLong, (await runner.RunAsync(Endless, CancellationToken.None)).End);
    }

    [Fact]
    public async Task Run_that_is_cancelled_ends_and_lets_the_next_one_in()
    {
        using var runner = new SimulationRunner(TimeProvider.System) { MostSteps = long.MaxValue, Longest = TimeSpan.FromMinutes(1) };
        using var cancel = new CancellationTokenSource();
        var running = runner.RunAsync(Endless, cancel.Token);
        var next = runner.RunAsync(new Scenario { Duration = TimeSpan.FromMinutes(1) }, CancellationToken.None);

        await cancel.CancelAsync();

        Assert.Equal(SimulationEnd.Cancelled, (await running).End);
        Assert.Equal(SimulationEnd.Done, (await next).End);
    }

    [Fact]
    public async Task More_requests_than_may_wait_are_refused_at_once()
    {
        using var runner = new SimulationRunner(TimeProvider.System) { MostSteps = long.MaxValue, Longest = TimeSpan.FromMinutes(1) };
        using var cancel = new CancellationTokenSource();
        var requests = Enumerable.Range(0, 12).Select(_ => runner.RunAsync(Endless, cancel.Token)).ToList();

        var refused = await await Task.WhenAny(requests);
        Assert.Equal(SimulationEnd.Busy, refused.End);
        await cancel.CancelAsync();

        var ends = (await Task.WhenAll(requests)).Select(answer => answer.End).ToList();
        Assert.Equal((8, 4), (ends.Count(end => end == SimulationEnd.Cancelled), ends.Count(end => end == SimulationEnd.Busy)));
    }

    [Fact]
    public async Task Explore_tells_its_progress_and_can_be_cancelled()
    {
        using var runner = new SimulationRunner(TimeProvider.System);
        var told = new List<int>();
        var pair = new Scenario { Duration = TimeSpan.FromSeconds(1) };

        var all = await runner.ExploreAsync(pair, 30, told.Add, CancellationToken.None);
        var none = await runner.ExploreAsync(pair, 30, _ => { }, new CancellationToken(canceled: true));

        Assert.Equal((SimulationEnd.Done, 30), (all.End, all.Tried));
        Assert.Equal([10, 20, 30], told);
        Assert.Equal(SimulationEnd.Cancelled, none.End);
    }

    [Fact]
    public async Task Comparison_says_which_parameters_are_better()
    {
        using var runner = new SimulationRunner(TimeProvider.System);
        var slow = ScenarioLibrary.Find("primary-crashes", "title", new ScenarioSettings())!;
        var fast = slow with { Settings = slow.Settings with { FailuresToSwitch = 2 } };

        var a = await runner.RunAsync(slow, CancellationToken.None);
        var b = await runner.RunAsync(fast, CancellationToken.None);

        var rows = ResultComparison.Of(a.Result!, b.Result!).ToDictionary(row => row.Name);
        Assert.Equal(("B", ""), (rows["no-active"].Better, rows["switches"].Better));
        Assert.NotEqual(rows["no-active"].A, rows["no-active"].B);
    }

    [Fact]
    public async Task Picture_covers_the_axis_and_marks_the_gap()
    {
        using var runner = new SimulationRunner(TimeProvider.System);
        var answer = await runner.RunAsync(ScenarioLibrary.Find("primary-crashes", "title", new ScenarioSettings())!, CancellationToken.None);

        var picture = RolePicture.Of(answer.Result!);

        Assert.All((double[])[picture.One.Sum(p => p.Width), picture.Two.Sum(p => p.Width), picture.Pair.Sum(p => p.Width)], sum => Assert.Equal(100, sum, 1));
        var gap = Assert.Single(picture.Pair, piece => piece.What == PairCondition.None);
        Assert.Equal(answer.Result!.NoActive, gap.Until - gap.From);
    }

    [Theory]
    [InlineData(0.001)]
    [InlineData(1)]
    [InlineData(1350)]
    [InlineData(86400)]
    [InlineData(3153600000)]
    public void Scale_has_few_marks_at_round_times_for_every_length(double seconds)
    {
        var scale = new TimeScale(TimeSpan.FromSeconds(seconds));

        Assert.InRange(scale.Ticks.Count, 2, 9);
        Assert.All(scale.Ticks, tick => Assert.InRange(tick.Left, 0, 100));
        Assert.All(Enumerable.Range(0, TimeScale.Slots), slot => Assert.InRange(scale.At(slot), TimeSpan.Zero, scale.Length));
    }
}
