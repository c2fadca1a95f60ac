using HaConsole.Failover;
using HaConsole.Simulation.Results;
using HaConsole.Simulation.Scenarios;
using static HaConsole.Simulation.Tests.Scenarios;

namespace HaConsole.Simulation.Tests;

/// <summary>Each fault does to the world what the description of the scenario file says.</summary>
public class FaultTests
{
    private const double Begin = 600;

    [Fact]
    public void No_fault_nothing_happens()
    {
        var result = Hour().Run();

        Assert.Empty(result.RoleChanges);
        Assert.Equal((0, TimeSpan.Zero, TimeSpan.Zero, "AS"), (result.Switches, result.DualActive, result.NoActive, result.Ends()));
    }

    [Fact]
    public void Both_starting_find_their_roles()
    {
        var result = (Hour() with { Start = ScenarioStart.BothStarting }).Run();

        Assert.Equal("AS", result.Ends());
        Assert.Equal(430, result.Row(1, Role.Active));
        Assert.Equal(1, result.Switches);
    }

    [Fact]
    public void Crash_and_restart_the_process_is_gone_and_comes_back_as_Standby()
    {
        Assert.Equal("-A", Hour(At(Begin, FaultKind.Crash, 1)).Run().Ends());
        Assert.Equal("SA", Hour(At(Begin, FaultKind.Crash, 1), At(1200, FaultKind.Restart, 1)).Run().Ends());
    }

    [Fact]
    public void Framework_down_long_enough_fails_over_although_the_engine_lives()
    {
        var result = Hour(At(Begin, FaultKind.FrameworkDown, 1), At(1200, FaultKind.FrameworkUp, 1)).Run();

        Assert.Equal("SA", result.Ends());
        Assert.Equal(400, result.Row(2, Role.Active));
        Assert.Equal(TimeSpan.Zero, result.NoActive);
    }

    [Fact]
    public void Framework_up_in_time_nothing_happens()
        => Assert.Empty(Hour(At(Begin, FaultKind.FrameworkDown, 1), At(Begin + 100, FaultKind.FrameworkUp, 1)).Run().RoleChanges);

    [Theory]
    [InlineData(true, "SA")]
    [InlineData(false, "AS")]
    public void Application_error_counts_only_with_the_option(bool option, string ends)
        => Assert.Equal(ends, Hour(At(Begin, FaultKind.ApplicationError, 1)).With(s => s with { SwitchOnApplicationError = option }).Run().Ends());

    [Fact]
    public void Application_ok_in_time_nothing_happens()
        => Assert.Empty(Hour(At(Begin, FaultKind.ApplicationError, 1), At(Begin + 100, FaultKind.ApplicationOk, 1))
            .With(s => s with { SwitchOnApplicationError = true }).Run().RoleChanges);

    [Fact]
    public void Cut_from_1_to_2_the_backup_still_sees_the_primary()
        => Assert.Empty(Hour(Cut(Begin, 1, 2)).Run().RoleChanges);

    [Fact]
    public void Cut_from_2_to_1_the_step_down_rides_on_the_primarys_own_connection()
    {
        var result = Hour(Cut(Begin, 2, 1)).Run();

        Assert.Equal((400, 130), (result.Row(2, Role.Active), result.Row(1, Role.Standby)));
    }

    [Fact]
    public void Heal_in_time_nothing_happens()
        => Assert.Empty(Hour(Cut(Begin, 2, 1), Heal(Begin + 100, 2, 1)).Run().RoleChanges);

    [Fact]
    public void Isolate_the_server_notices_by_itself_and_reconnect_brings_it_back()
    {
        var result = Hour(At(Begin, FaultKind.Isolate, 1), At(1200, FaultKind.Reconnect, 1)).Run();

        Assert.Equal((200, 400), (result.Row(1, Role.Standby), result.Row(2, Role.Active)));
        Assert.Equal("SA", result.Ends());
    }

    [Fact]
    public void Freeze_counts_as_not_Active_and_thaw_ends_it()
    {
        var frozen = Hour(At(Begin, FaultKind.Freeze, 1), At(Begin + 50, FaultKind.Thaw, 1)).Run();

        Assert.Equal(50, frozen.NoActive.TotalSeconds, 3);
        Assert.Equal("AS", frozen.Ends());
        Assert.Equal("-A", Hour(At(Begin, FaultKind.Freeze, 1)).Run().Ends());
    }

    [Fact]
    public void Freeze_the_supervisor_stops_the_services_without_the_engine()
    {
        var result = Hour(At(Begin, FaultKind.Freeze, 1)).Run();

        var stop = Assert.Single(result.Timeline, e => e.Text.Contains("supervisor", StringComparison.Ordinal));
        Assert.InRange(stop.At.TotalSeconds, Begin + 90, Begin + 121);
        Assert.True(stop.At.TotalSeconds <= result.When(2, Role.Active));
    }

    [Fact]
    public void Freeze_shorter_than_the_frozen_time_leaves_the_services_alone()
    {
        var result = Hour(At(Begin, FaultKind.Freeze, 1), At(Begin + 80, FaultKind.Thaw, 1)).Run();

        Assert.DoesNotContain(result.Timeline, e => e.Text.Contains("supervisor", StringComparison.Ordinal));
        Assert.Empty(result.Violations);
    }

    [Fact]
    public void Vip_is_followed_only_with_the_test()
    {
        Assert.Empty(Hour(Vip(Begin, 2)).Run().RoleChanges);
        Assert.Equal(410, Hour(Vip(Begin, 2)).With(s => s with { TestVipDestination = true }).Run().Row(2, Role.Active));
    }

    [Fact]
    public void Switch_moves_the_role_at_once()
    {
        var result = Hour(Switch(Begin, 2)).Run();

        Assert.Equal("SA", result.Ends());
        Assert.Equal(Begin, result.When(2, Role.Active), 3);
    }

    [Fact]
    public void Switch_to_a_server_whose_peer_is_dead_needs_force()
    {
        Fault[] dead = [At(Begin, FaultKind.Isolate, 1)];
        var refused = Hour([.. dead, Switch(Begin + 20, 2)]).Run();
        var forced = Hour([.. dead, Switch(Begin + 20, 2, force: true)]).Run();

        Assert.NotEqual(300, refused.Row(2, Role.Active));
        Assert.Equal(300, forced.Row(2, Role.Active));
        Assert.Equal(Begin + 20, forced.When(2, Role.Active), 3);
    }

    [Fact]
    public void Switch_takes_as_long_as_the_services_need_to_stop()
    {
        var result = Hour(Switch(Begin, 2)).With(s => s with { ServiceStopDelay = TimeSpan.FromSeconds(4) }).Run();

        Assert.Equal(Begin + 4, result.When(2, Role.Active), 3);
        Assert.Equal(4, result.NoActive.TotalSeconds, 3);
    }

    [Fact]
    public void Pause_keeps_the_backup_from_taking_over_and_resume_lets_it()
    {
        Assert.Equal("-S", Hour(At(Begin, FaultKind.Pause), At(Begin + 60, FaultKind.Crash, 1)).Run().Ends());

        var resumed = Hour(At(Begin, FaultKind.Pause), At(Begin + 60, FaultKind.Crash, 1), At(1800, FaultKind.Resume)).Run();
        Assert.Equal("-A", resumed.Ends());
        Assert.True(resumed.When(2, Role.Active) >= 1800);
    }

    [Fact]
    public void Loss_of_all_requests_is_a_cut_and_none_is_nothing()
    {
        Assert.Equal("AA", Hour(Loss(Begin, 100)).Run().Ends());
        Assert.Empty(Hour(Loss(Begin, 0)).Run().RoleChanges);
    }

    [Fact]
    public void Witness_prevents_two_Actives_in_a_cut()
    {
        var cut = Hour(Cut(Begin, 1, 2), Cut(Begin, 2, 1));

        Assert.True(cut.Run().DualActive > TimeSpan.FromMinutes(10));
        Assert.Equal(TimeSpan.Zero, (cut with { Witness = true }).Run().DualActive);
    }

    [Fact]
    public void Witness_down_the_pair_goes_on_by_its_own_two_votes_but_a_lone_server_may_not()
    {
        var down = At(Begin, FaultKind.WitnessDown);
        Assert.Empty((Hour(down) with { Witness = true }).Run().RoleChanges);

        Fault[] alone = [down, At(Begin + 60, FaultKind.Crash, 1)];
        Assert.Equal("-S", (Hour(alone) with { Witness = true }).Run().Ends());
        Assert.Equal("-A", (Hour([.. alone, At(1800, FaultKind.WitnessUp)]) with { Witness = true }).Run().Ends());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Settings_saved_at_either_server_are_saved_by_the_Active_and_pulled_by_the_Standby(int server)
    {
        var result = Hour(At(Begin, FaultKind.Settings, server)).Run();

        Assert.Equal(
            ["Server 1: configuration 1.2.1 is saved", "Server 2: configuration 1.2.1 of server 1 replaces 0.1.1"],
            result.Timeline.Where(e => e.Text.Contains("configuration 1", StringComparison.Ordinal)).Select(e => e.Text));
        Assert.Empty(result.RoleChanges);
    }

    [Fact]
    public void Settings_saved_on_both_sides_of_a_cut_the_higher_revision_wins()
    {
        var result = Hour(
            Cut(Begin, 1, 2), Cut(Begin, 2, 1), At(1200, FaultKind.Settings, 1), At(1201, FaultKind.Settings, 1), At(1202, FaultKind.Settings, 2),
            Heal(1500, 1, 2), Heal(1500, 2, 1)).Run();

        Assert.Contains(result.Timeline, e => e.Text == "Server 1: configuration 2.2.2 of server 2 replaces 1.3.1");
        Assert.Empty(result.Violations);
    }

    [Fact]
    public void Disabled_the_roles_stay_as_they_are()
    {
        var result = Hour(At(Begin, FaultKind.Crash, 1)).With(s => s with { Enabled = false }).Run();

        Assert.Equal("-S", result.Ends());
        Assert.Empty(result.Violations);
    }

    [Fact]
    public void Load_balancer_moves_the_VIP_and_the_role_follows()
    {
        var scenario = Hour(At(Begin, FaultKind.ApplicationError, 1)).With(s => s with { TestVipDestination = true })
            with
        { LoadBalancer = new LoadBalancerSettings { Check = LoadBalancerCheck.Ipsws, Failures = 3 } };
        var result = scenario.Run();

        Assert.Contains(result.Timeline, e => e.Text == "Load balancer: the VIP points to server 2");
        Assert.Equal((410, "SA"), (result.Row(2, Role.Active), result.Ends()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(29.9)]
    public void Crash_any_phase_the_backup_is_Active_within_the_promised_time(double phase)
    {
        var result = Hour(At(Begin, FaultKind.Crash, 1)).With(s => s with { TickPhase2 = TimeSpan.FromSeconds(phase) }).Run();

        Assert.InRange(result.When(2, Role.Active), Begin + 120, Begin + 160);
    }

    [Fact]
    public void Run_twice_with_the_same_seed_is_the_same_run_and_another_seed_is_another()
    {
        var scenario = Hour(Loss(10, 40)) with { Witness = true };
        var first = scenario.Run();

        Assert.Equal(ResultWriter.Text(first), ResultWriter.Text(scenario.Run()));
        Assert.Equal(first.Trace, scenario.Run().Trace);
        Assert.NotEqual(first.Trace, (scenario with { Seed = 2 }).Run().Trace);
    }
}
