using System.Collections.Concurrent;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Status;
using HaConsole.Web.Live;
using HaConsole.Web.Model.Drills;
using HaConsole.Web.Operations;
using HaConsole.Web.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HaConsole.Web.Tests.Model.Drills;

public sealed class DrillCoordinatorTests : IAsyncDisposable
{
    private static readonly Actor Anna = new("anna", Right.Operate, Origin.Console, "");
    private static readonly Actor Viewer = new("vera", Right.View, Origin.Console, "");
    private readonly FakeEngine engine = new();
    private readonly RoleAnswers urls = new();
    private readonly string directory = Directory.CreateTempSubdirectory("haconsole-drills-").FullName;
    private readonly ServiceProvider services;

    public DrillCoordinatorTests()
    {
        var console = new ConsoleEngine();
        console.Set(engine);
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddSingleton(TimeProvider.System);
        collection.AddSingleton(console);
        collection.AddSingleton<OperationGate>();
        collection.AddSingleton<PairOperations>();
        collection.AddSingleton<IRoleUrls>(urls);
        collection.AddSingleton(new DrillSchedule(directory));
        collection.AddTransient<DrillCoordinator>();
        services = collection.BuildServiceProvider();
        urls["10.1.1.1"] = "ACTIVE";
        urls["10.1.1.2"] = "STANDBY";
        engine.Current = SeenFromServerTwo(Snapshots.Healthy());
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await engine.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Proof_of_a_ready_pair_is_kept_with_its_reasons()
    {
        engine.Current = engine.Current with { Servers = [.. engine.Current.Servers.Select(server => server with { Services = server.Services, Checks = [] })] };
        var drills = Make();

        var result = await drills.ProveAsync(Viewer);

        Assert.True(result.Succeeded, result.Sentence);
        Assert.Equal(DrillEnd.Passed, drills.LastProven!.End);
        Assert.Contains(drills.LastFacts, fact => fact is { Code: "target-answers", Passed: true });
        Assert.Contains(engine.Calls, call => call.StartsWith("switch 2 True", StringComparison.Ordinal));
        Assert.DoesNotContain(engine.Calls, call => call.StartsWith("switch 2 False", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Proof_that_fails_names_the_codes_and_leaves_the_last_proof_as_it_was()
    {
        var drills = Make();
        await drills.ProveAsync(Viewer);
        var before = drills.LastProven;
        urls["10.1.1.2"] = null;
        engine.Current = engine.Current with { SwitchWouldSucceed = false, Paused = true };

        var result = await drills.ProveAsync(Viewer);

        Assert.Equal(OperationEnd.Refused, result.End);
        Assert.All((string[])["dry-run", "target-answers", "paused"], code => Assert.Contains(code, result.Sentence, StringComparison.Ordinal));
        Assert.Same(before, drills.LastProven);
    }

    [Theory]
    [InlineData("Up", false, true)]
    [InlineData("Unknown", false, true)]
    [InlineData("Down", true, true)]
    [InlineData("Down", false, false)]
    public async Task Proof_looks_at_the_critical_checks_of_the_target(string state, bool muted, bool proven)
    {
        engine.Current = engine.Current with
        {
            Servers = [.. engine.Current.Servers.Select(server => server with { Checks = [new CheckInfo("web", "Attendant console", state, "Critical") { Muted = muted }] })],
        };

        var result = await Make().ProveAsync(Anna);

        Assert.True(result.Succeeded == proven, result.Sentence);
        Assert.Equal(!proven, result.Sentence.Contains("target-checks", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_an_operator_begins_a_drill()
    {
        var drills = Make();

        Assert.Equal(OperationEnd.Forbidden, (await drills.StartSwitchAsync(Viewer)).End);
        Assert.Equal(OperationEnd.Forbidden, (await drills.StartWatchAsync(Viewer, this)).End);
        Assert.Equal(OperationEnd.Forbidden, (await drills.PlanAsync(Viewer, new TimeOnly(3, 0))).End);
        Assert.Null(drills.Current);
    }

    [Fact]
    public async Task A_second_drill_is_refused_while_one_runs_and_both_operators_see_it()
    {
        var drills = Make();
        Assert.True((await drills.StartWatchAsync(Anna, this)).Succeeded);

        var second = await drills.StartSwitchAsync(Anna with { Name = "bert" });

        Assert.Equal(OperationEnd.Refused, second.End);
        Assert.Contains("anna", second.Sentence, StringComparison.Ordinal);
        Assert.Equal("anna", drills.Current!.Operator);
        Assert.True((await drills.StopAsync(Anna with { Name = "bert" })).Succeeded);
        Assert.Equal(DrillEnd.Stopped, Assert.Single(drills.Results).End);
    }

    [Fact]
    public async Task The_server_that_leads_cannot_be_the_one_that_is_stopped()
    {
        engine.Current = Snapshots.Healthy();

        var result = await Make().StartWatchAsync(Anna, this);

        Assert.Equal(OperationEnd.Refused, result.End);
        Assert.Contains("other server", result.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pair_that_is_not_ready_is_not_drilled()
    {
        engine.Current = Snapshots.PeerLost();

        Assert.Equal(OperationEnd.Refused, (await Make().StartSwitchAsync(Anna)).End);
    }

    [Fact]
    public async Task A_drill_whose_circuit_ends_is_interrupted_and_that_of_another_is_not()
    {
        var drills = Make();
        await drills.StartWatchAsync(Anna, this);

        drills.CircuitEnded(new object());
        Assert.NotNull(drills.Current);
        drills.CircuitEnded(this);

        Assert.Null(drills.Current);
        Assert.Equal(DrillEnd.Interrupted, Assert.Single(drills.Results).End);
    }

    [Fact]
    public async Task A_drill_that_a_restart_left_open_is_interrupted_at_the_next_start()
    {
        await Make().StartWatchAsync(Anna, this);
        var next = Make();
        Assert.Empty(next.Results);

        next.Recover();

        var drill = Assert.Single(next.Results);
        Assert.Equal((DrillEnd.Interrupted, "anna"), (drill.End, drill.Operator));
        Assert.Equal(2, engine.Latest(100).Count(entry => entry.Kind == DrillEvents.Kind));
        next.Recover();
        Assert.Equal(2, engine.Latest(100).Count(entry => entry.Kind == DrillEvents.Kind));
    }

    [Fact]
    public async Task A_watched_stop_is_seen_and_kept()
    {
        var drills = Make();
        await drills.StartWatchAsync(Anna, this);
        await UntilAsync(() => drills.Current?.Current?.Code == "stop");
        var healthy = engine.Current;

        urls["10.1.1.1"] = null;
        engine.Current = healthy with
        {
            SwitchWouldSucceed = false,
            PeerLink = new PeerLinkInfo("Disconnected", null, ""),
            Servers = [healthy.Servers[0] with { Role = "Unknown", Status = "Error", Health = "Unreachable" }, healthy.Servers[1]],
        };
        await UntilAsync(() => drills.Current?.Current?.Code == "takeover");
        urls["10.1.1.2"] = "ACTIVE";
        engine.Current = engine.Current with
        {
            Servers = [engine.Current.Servers[0], healthy.Servers[1] with { Role = "Active", Services = [new ServiceInfo("cti", "Running", 0)] }],
        };
        await UntilAsync(() => drills.Current?.Current?.Code == "return");
        await drills.StopAsync(Anna);

        var result = Assert.Single(drills.Results);
        Assert.NotNull(result.MeasuredSeconds);
        Assert.NotNull(result.ClientSeconds);
        Assert.Equal(result.Steps, DrillEvents.Read(engine.Latest(1)[0])!.Steps);
    }

    [Fact]
    public async Task A_planned_switch_under_way_cannot_be_left_half_done()
    {
        var drills = Make();
        engine.Current = engine.Current with { SwitchWouldSucceed = true };
        await drills.StartSwitchAsync(Anna);

        // The fake never changes a role, so that the target never serves; nothing may wait for it beyond its time.
        await UntilAsync(() => drills.Current?.Current?.Code == "there-serves");
        Assert.Equal(OperationEnd.Refused, (await drills.StopAsync(Anna)).End);
        Assert.Contains("switch 2 False False drill", engine.Calls);
    }

    [Fact]
    public async Task The_daily_plan_survives_a_restart_and_says_when_it_is_due()
    {
        var drills = Make();
        Assert.True((await drills.PlanAsync(Anna, new TimeOnly(3, 30))).Succeeded);

        var schedule = new DrillSchedule(directory);

        Assert.Equal(new TimeOnly(3, 30), schedule.DailyProofAt);
        Assert.Equal(new DateTime(2026, 11, 20, 3, 30, 0), schedule.Next(new DateTime(2026, 11, 20, 3, 29, 59)));
        Assert.Equal(new DateTime(2026, 11, 21, 3, 30, 0), schedule.Next(new DateTime(2026, 11, 20, 3, 30, 0)));
        await drills.PlanAsync(Anna, null);
        Assert.Null(new DrillSchedule(directory).DailyProofAt);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"dailyProofAt\":7}")]
    [InlineData("{\"dailyProofAt\":\"25:00\"}")]
    public void A_damaged_plan_is_no_plan(string text)
    {
        File.WriteAllText(Path.Combine(directory, "drills.json"), text);

        Assert.Null(new DrillSchedule(directory).DailyProofAt);
    }

    private static StatusSnapshot SeenFromServerTwo(StatusSnapshot snapshot)
        => snapshot with { Servers = [snapshot.Servers[0] with { Local = false }, snapshot.Servers[1] with { Local = true }] };

    private DrillCoordinator Make() => services.GetRequiredService<DrillCoordinator>();

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!holds())
        {
            await Task.Delay(20, deadline.Token);
        }
    }

    private sealed class RoleAnswers : IRoleUrls
    {
        private readonly ConcurrentDictionary<string, string?> answers = new();

        public string? this[string address]
        {
            set => answers[address] = value;
        }

        public Task<string?> AskAsync(string address, TimeSpan timeout, CancellationToken cancellationToken) => Task.FromResult(answers.GetValueOrDefault(address));
    }
}
