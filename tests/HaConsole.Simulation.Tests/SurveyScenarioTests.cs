using HaConsole.Failover;
using HaConsole.Simulation.Results;
using HaConsole.Simulation.Scenarios;
using static HaConsole.Simulation.Tests.Scenarios;

namespace HaConsole.Simulation.Tests;

/// <summary>
/// The scenarios with which literal readings of the guide were compared (H = 30 s, N = 5), with the outcomes that HaConsole wants:
/// few switches, no ping-pong, no trap. Bounds are those of the rules, not those of one tick phase.
/// </summary>
public class SurveyScenarioTests
{
    private static Fault[] LinkCut(double from, double length) => [Cut(from, 1, 2), Cut(from, 2, 1), Heal(from + length, 1, 2), Heal(from + length, 2, 1)];

    private static SimulationResult Expect(Scenario scenario, int switches, double dualFrom, double dualTo, double noneFrom, double noneTo, string ends)
    {
        var result = scenario.Run();
        var text = ResultWriter.Text(result);
        Assert.True(result.Violations.Count == 0, text);
        Assert.True(result.Switches == switches, text);
        Assert.True(result.DualActive.TotalSeconds >= dualFrom && result.DualActive.TotalSeconds <= dualTo, text);
        Assert.True(result.NoActive.TotalSeconds >= noneFrom && result.NoActive.TotalSeconds <= noneTo, text);
        Assert.Equal(ends, result.Ends());
        return result;
    }

    [Fact]
    public void S1_crash_without_auto_restart_the_backup_takes_over_and_stays()
        => Expect(Hour(At(600, FaultKind.Crash, 1), At(1500, FaultKind.Restart, 1)), 1, 0, 0, 119, 150, "SA");

    [Fact]
    public void S1b_crash_with_auto_restart_the_primary_takes_the_role_back_once()
    {
        var result = Expect(Hour(At(600, FaultKind.Crash, 1), At(1500, FaultKind.Restart, 1)).With(s => s with { FirstServerAutoRestart = true }), 2, 0, 0.01, 119, 150, "AS");
        Assert.Equal(420, result.Row(1, Role.Active));
    }

    [Fact]
    public void S2_link_cut_for_900_seconds_cannot_be_told_from_a_dead_peer()
        => Expect(Hour(LinkCut(600, 900)), 1, 700, 900, 0, 0, "AS");

    [Fact]
    public void S2c_link_cut_for_200_seconds_ends_with_one_Active_within_an_interval()
        => Expect(Hour(LinkCut(600, 200)), 1, 40, 110, 0, 0, "SA");

    [Fact]
    public void S2b_link_cut_while_the_balancer_moved_the_VIP_ends_where_the_VIP_points()
        => Expect(Hour([.. LinkCut(600, 900), Vip(600, 2)]).With(s => s with { TestVipDestination = true }), 2, 700, 930, 0, 0, "SA");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void S3_one_way_cut_switches_once_instead_of_every_few_minutes(bool autoRestart)
        => Expect(Hour(Cut(600, 2, 1)).With(s => s with { FirstServerAutoRestart = autoRestart }), 1, 0, 40, 0, 0, "SA");

    [Fact]
    public void S4_isolated_primary_with_auto_restart_does_not_steal_the_role_for_ever()
        => Expect(Hour(At(600, FaultKind.Isolate, 1)).With(s => s with { FirstServerAutoRestart = true }), 1, 0, 30, 0, 40, "SA");

    [Fact]
    public void S4c_isolated_primary_that_comes_back_is_failed_back_to_once()
        => Expect(Hour(At(600, FaultKind.Isolate, 1), At(2000, FaultKind.Reconnect, 1)).With(s => s with { FirstServerAutoRestart = true }), 2, 0, 30, 0, 40, "AS");

    [Fact]
    public void S5_both_isolated_find_an_Active_again_when_the_network_is_back()
        => Expect(Hour(At(600, FaultKind.Isolate, 1), At(600, FaultKind.Isolate, 2), At(900, FaultKind.Reconnect, 1), At(900, FaultKind.Reconnect, 2)), 1, 0, 0, 200, 350, "AS");

    [Fact]
    public void S6_both_restarted_together_have_an_Active_at_once()
        => Expect(Hour(At(600, FaultKind.Restart, 1), At(600, FaultKind.Restart, 2)), 1, 0, 0, 0, 45, "AS");

    [Fact]
    public void S7_operators_switch_with_auto_restart_is_held()
    {
        var result = Expect(Hour(Switch(600, 2)).With(s => s with { FirstServerAutoRestart = true }), 1, 0, 0, 0, 0.01, "SA");
        Assert.Equal(300, result.Row(2, Role.Active));
    }

    [Theory]
    [InlineData(LoadBalancerCheck.Ft)]
    [InlineData(LoadBalancerCheck.None)]
    public void S7bc_operators_switch_is_not_undone_by_the_load_balancer(LoadBalancerCheck check)
        => Expect(Hour(Switch(600, 2)).With(s => s with { TestVipDestination = true }) with { LoadBalancer = new LoadBalancerSettings { Check = check } }, 1, 0, 0, 0, 0.01, "SA");

    [Fact]
    public void S7d_the_hold_of_a_switch_does_not_keep_the_pair_without_an_Active()
        => Expect(Hour(Switch(600, 2), At(1500, FaultKind.Crash, 2)).With(s => s with { FirstServerAutoRestart = true }), 2, 0, 0, 119, 150, "A-");

    [Fact]
    public void S8_frozen_Active_steps_down_when_it_thaws()
    {
        var result = Expect(Hour(At(600, FaultKind.Freeze, 1), At(900, FaultKind.Thaw, 1)), 1, 0, 10, 119, 161, "SA");
        Assert.True(result.When(1, Role.Standby) < 911);
    }

    [Fact]
    public void S12_flapping_VIP_is_stopped_by_the_flap_budget()
    {
        var flaps = Enumerable.Range(0, 20).Select(i => Vip(100 + (i * 170), i % 2 == 0 ? 2 : 1)).ToArray();
        var result = Hour(flaps).With(s => s with { TestVipDestination = true }).Run();

        Assert.Equal(3, result.Switches);
        Assert.Empty(result.Violations);
    }
}
