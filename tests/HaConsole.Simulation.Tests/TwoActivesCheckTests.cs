using HaConsole.Failover;
using HaConsole.Simulation.Checks;
using static HaConsole.Simulation.Tests.Watch;

namespace HaConsole.Simulation.Tests;

/// <summary>The checker of I1 reports worlds that break it, and is silent just inside the bound: (N + 1)·H + T = 190 s.</summary>
public class TwoActivesCheckTests
{
    private const string TooLong = "two Actives for more than 190 s while messages can pass";

    private static ServerFacts Active(ServerFacts server) => server with { Role = Role.Active };

    private static ServerFacts Standby(ServerFacts server) => server with { Role = Role.Standby };

    private static ServerFacts Serves(ServerFacts server) => server with { Services = ServicesState.Running };

    private static Watch TwoActives(double seconds) => new Watch().Lasts(100).Two(Active).Lasts(seconds);

    [Fact]
    public void Two_Actives_up_to_the_bound() => TwoActives(190).Two(Standby).Lasts(1000).IsSilent();

    [Fact]
    public void Two_Actives_beyond_the_bound() => TwoActives(190 + Instant).Reports($"I1 at 290: {TooLong}");

    [Fact]
    public void The_time_is_that_of_the_bound_not_that_of_the_next_event() => TwoActives(1000).Reports($"I1 at 290: {TooLong}");

    [Fact]
    public void Several_times_two_Actives_add_up()
    {
        TwoActives(100).Two(Standby).Lasts(500).Two(Active).Lasts(90).IsSilent();
        TwoActives(100).Two(Standby).Lasts(500).Two(Active).Lasts(91).Reports($"I1 at 790: {TooLong}");
    }

    [Fact]
    public void A_new_fault_begins_a_new_count() => TwoActives(190).Fault().Lasts(190).IsSilent();

    [Fact]
    public void Two_Actives_that_no_message_can_tell() => new Watch().Both(s => s with { Role = Role.Active, CutOff = true }).Lasts(3000).IsSilent();

    [Fact]
    public void Two_Actives_while_one_of_them_still_reaches_the_other()
    {
        static Watch OneWay(double seconds) => new Watch().Both(Active).One(s => s with { CutOff = true }).Lasts(seconds);
        OneWay(190).Two(Standby).Lasts(10).Two(Active).Lasts(190).IsSilent();
        OneWay(191).Reports("I1 at 190: two Actives at a stretch for more than 190 s although one of them reaches the other");
    }

    [Fact]
    public void Two_Actives_while_the_VIP_test_and_a_one_way_cut_contradict_each_other()
        => new Watch(settings: s => s with { TestVipDestination = true }).Both(Active).One(s => s with { CutOff = true }).Lasts(3000).IsSilent();

    [Fact]
    public void An_Active_that_is_frozen_or_gone_is_none()
    {
        new Watch().Both(Active).One(s => s with { Frozen = true }).Lasts(3000).IsSilent();
        new Watch().Both(Active).One(s => s with { Exists = false }).Lasts(3000).IsSilent();
    }

    [Fact]
    public void Two_Actives_up_to_the_bound_although_one_is_off_the_LAN()
        => new Watch().Both(Active).One(s => s with { Isolated = true }).Lasts(190).IsSilent();

    [Fact]
    public void Two_Actives_beyond_the_bound_although_one_is_off_the_LAN()
        => new Watch().Lasts(5).Both(Active).One(s => s with { Isolated = true }).Lasts(1000)
            .Reports("I1 at 195: two Actives although server 1 has been off the LAN for more than 190 s");

    [Fact]
    public void Witness_services_on_both_for_the_shortest_time()
        => new Watch(witness: true).Lasts(10).Two(Serves).Lasts(Instant)
            .Reports("I1 at 10: managed services run on both servers although there is a witness (server 1 Active, server 2 Standby)");

    [Fact]
    public void Witness_services_of_a_crashed_Active_count_until_they_are_stopped()
        => new Watch(witness: true).One(s => s with { Exists = false }).Lasts(20).Two(s => Serves(Active(s))).Lasts(1)
            .Reports("I1 at 20: managed services run on both servers although there is a witness (server 1 not running, server 2 Active)");

    [Fact]
    public void Witness_services_on_both_that_nobody_can_see_or_that_stop()
    {
        // Begins and ends at one instant.
        new Watch(witness: true).Lasts(10).Two(Serves).One(s => s with { Services = ServicesState.Stopped }).Lasts(10).IsSilent();
        new Watch(witness: true).One(s => s with { Services = ServicesState.Stopping }).Two(Serves).Lasts(10).IsSilent();
    }

    [Fact]
    public void Witness_services_on_both_because_an_operator_forced_it()
    {
        new Watch(witness: true).Forced().Two(Serves).Lasts(10).IsSilent();
        new Watch(witness: true).Forced().Lasts(10).Two(Serves).Lasts(1)
            .Reports("I1 at 10: managed services run on both servers although there is a witness (server 1 Active, server 2 Standby)");
    }

    [Fact]
    public void Witness_services_that_an_operator_forced_outlive_their_process()
    {
        static Watch Restarted() => new Watch(witness: true).Forced()
            .One(s => s with { Services = ServicesState.Stopped }).Two(s => Serves(Active(s)) with { VoteOverridden = true }).Lasts(10)
            .Two(s => s with { VoteOverridden = false, Role = Role.Starting }).Lasts(10);
        Restarted().One(Serves).Lasts(10).IsSilent();
        Restarted().Two(Active).Lasts(10).One(Serves).Lasts(10)
            .Reports("I1 at 30: managed services run on both servers although there is a witness (server 1 Active, server 2 Active)");
    }

    [Fact]
    public void Without_a_witness_services_on_both_are_judged_by_the_roles() => new Watch().Two(Serves).Lasts(10).IsSilent();

    [Fact]
    public void Services_of_the_Standby_run_at_the_end()
    {
        new Watch().Two(Serves).Lasts(621).Ends().Reports("I1 at 621: server 2 is Standby, but its services are Running");
        new Watch().Two(Serves).Lasts(620).Ends().IsSilent();
    }
}
