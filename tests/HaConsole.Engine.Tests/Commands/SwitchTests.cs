using HaConsole.Engine.Tests.Loop;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Commands;

/// <summary>What an operator does with a pair.</summary>
public sealed class SwitchTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task An_operator_switches_to_the_other_server_and_back_and_sees_each_step()
    {
        await using var pair = await EnginePair.FormedAsync();

        // Commanded on the Standby: the Active carries it out.
        var there = await SwitchAsync(pair, pair.Second, Rank.Backup);
        Assert.Equal(["drain", "stop-services", "peer-active"], there.Steps.Select(step => step.Name));
        Assert.All(there.Steps, step => Assert.True(step.Succeeded, step.Sentence));
        await pair.Until(() => pair.Second.IsActive && pair.First.IsStandby, "#2 serves");
        Assert.NotNull(pair.Second.Engine.Current.Hold);
        await pair.Until(() => pair.Second.Engine.Current.LastSwitch is { Server: 2, Row: 300, MeasuredSeconds: > 0 and < 20, Sentence.Length: > 0 }, "the switch is measured");

        var back = await SwitchAsync(pair, pair.Second, Rank.Primary);
        Assert.Equal("peer-active", back.Steps[^1].Name);
        await pair.Until(() => pair.First.IsActive && pair.Second.IsStandby, "#1 serves again");
        await pair.Until(() => pair.Second.Engine.Current.LastSwitch is { Server: 1 }, "#2 knows of it");
    }

    [Fact]
    public async Task A_dry_run_tells_the_plan_and_changes_nothing_and_a_switch_to_the_Active_is_refused()
    {
        await using var pair = await EnginePair.FormedAsync();
        var epoch = pair.First.Own.Epoch;

        var plan = await pair.First.Engine.SwitchAsync(Rank.Backup, dryRun: true, force: false, "test", "", None);
        var refused = await pair.First.Engine.SwitchAsync(Rank.Primary, dryRun: false, force: false, "test", "", None);
        var refusedThere = await pair.Second.Engine.SwitchAsync(Rank.Primary, dryRun: false, force: false, "test", "", None);
        var none = await pair.First.Engine.SwitchAsync((Rank)3, dryRun: false, force: false, "test", "", None);

        Assert.True(plan.Succeeded || plan.Checks.Any(check => !check.Passed), plan.Sentence);
        Assert.True(!plan.Succeeded || plan.Steps.Select(step => step.Name).SequenceEqual(["drain", "stop-services", "peer-active", "start-services"]));
        Assert.All([refused, refusedThere], outcome =>
        {
            Assert.True(outcome.Refused);
            Assert.Contains(outcome.Checks, check => check is { Code: "already-active", Passed: false });
            Assert.Empty(outcome.Steps);
        });
        Assert.Contains("1 and 2", none.Sentence, StringComparison.Ordinal);
        Assert.Equal(epoch, pair.First.Own.Epoch);
        Assert.DoesNotContain(pair.First.Order, entry => entry.StartsWith("services stop " + epoch, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_paused_pair_does_not_fail_over_until_it_is_resumed()
    {
        await using var pair = await EnginePair.FormedAsync();
        await SetAsync(pair.First, controls => controls with { Pause = new TimedControl("test", "", DateTimeOffset.UtcNow, null) });
        await pair.Until(() => pair.Second.Engine.Current.Paused, "#2 hears of the pause");

        await pair.First.DisposeAsync();
        await pair.Until(() => pair.Second.Rule(400).Counter >= 4, "#2 has counted beyond N");
        Assert.Equal("Standby", pair.Second.Own.Role);

        await SetAsync(pair.Second, controls => controls with { Pause = null });
        await pair.Until(() => pair.Second.IsActive, "#2 serves");
        Assert.Equal(400, pair.Second.Engine.Current.LastSwitch!.Row);
    }

    [Fact]
    public async Task A_server_in_maintenance_does_not_take_over_but_can_be_forced_to()
    {
        await using var pair = await EnginePair.FormedAsync();
        await SetAsync(pair.First, controls => controls.WithMaintenance(Rank.Backup, new TimedControl("test", "", DateTimeOffset.UtcNow, null)));
        await pair.Until(() => pair.Second.Engine.Current.Maintenance.Any(entry => entry.Server == 2), "#2 hears of its maintenance");

        await pair.First.DisposeAsync();
        await pair.Until(() => pair.Second.Rule(400).Counter >= 4, "#2 has counted beyond N");
        Assert.Equal("Standby", pair.Second.Own.Role);
        await pair.Until(() => pair.Second.Engine.Current.Alarms.Select(alarm => alarm.Code).Intersect(["peer-lost", "no-active"]).Count() == 2, "it alarms");

        var planned = await pair.Second.Engine.SwitchAsync(Rank.Backup, dryRun: false, force: false, "test", "", None);
        Assert.True(planned.Refused, planned.Sentence);
        var elsewhere = await pair.Second.Engine.SwitchAsync(Rank.Primary, dryRun: false, force: true, "test", "", None);
        Assert.Contains(elsewhere.Checks, check => check.Code == "peer-unreachable");

        var forced = await pair.Second.Engine.SwitchAsync(Rank.Backup, dryRun: false, force: true, "test", "", None);
        Assert.True(forced.Succeeded, forced.Sentence);
        await pair.Until(() => pair.Second.IsActive, "#2 serves");
    }

    [Fact]
    public async Task SetControlsAsync_AChangeThatThrows_IsTheCallersProblem()
    {
        await using var pair = new EnginePair();
        var server = await pair.StartAsync(Rank.Primary);

        await Assert.ThrowsAsync<InvalidOperationException>(() => SetAsync(server, _ => throw new FormatException("no")));
        await SetAsync(server, controls => controls with { Pause = new TimedControl("test", "", DateTimeOffset.UtcNow, null) });

        Assert.True(server.Engine.Current.Paused);
    }

    private static Task SetAsync(EngineServer server, Func<PairControls, PairControls> change)
        => server.Engine.SetControlsAsync(change, "test", "a test changes the controls", None);

    /// <summary>Again while a busy machine makes a pre-check fail: the time of a probe is short.</summary>
    private static async Task<SwitchOutcome> SwitchAsync(EnginePair pair, EngineServer on, Rank target)
    {
        SwitchOutcome outcome;
        var left = 20;
        do
        {
            await pair.Until(() => pair.First.Engine.Current.SwitchWouldSucceed && pair.Second.Engine.Current.SwitchWouldSucceed, "a switch would succeed");
            outcome = await on.Engine.SwitchAsync(target, dryRun: false, force: false, "test", "", None);
        }
        while (outcome.Refused && left-- > 0);

        Assert.True(outcome.Succeeded, outcome.Sentence);
        return outcome;
    }
}
