using HaConsole.Failover;
using HaConsole.Simulation.Checks;
using static HaConsole.Simulation.Tests.Watch;

namespace HaConsole.Simulation.Tests;

/// <summary>
/// The checkers of I2 to I6 report worlds that break them, and are silent just inside the bound. A pair has come to rest
/// (3·N + 5)·H + 2·T = 620 s after the last fault.
/// </summary>
public class InvariantCheckTests
{
    private static ServerFacts Standby(ServerFacts server) => server with { Role = Role.Standby, Services = ServicesState.Stopped };

    private static Watch NobodyServes(bool witness = false) => new Watch(witness).Lasts(50).One(s => s with { Exists = false });

    private static string NoActive(double at, int server)
        => FormattableString.Invariant($"I2 at {at}: no Active for more than 190 s although server {server} is well, connected and can win the vote");

    [Fact]
    public void I2_no_Active_up_to_the_bound() => NobodyServes().Lasts(190).IsSilent();

    [Fact]
    public void I2_no_Active_beyond_the_bound() => NobodyServes().Lasts(190 + Instant).Reports(NoActive(240, 2));

    [Fact]
    public void I2_the_time_counts_from_when_a_server_could_serve()
    {
        NobodyServes().Two(s => s with { MonitorWell = false }).Lasts(500).Two(s => s with { MonitorWell = true }).Lasts(190).IsSilent();
        NobodyServes().Two(s => s with { MonitorWell = false }).Lasts(500).Two(s => s with { MonitorWell = true }).Lasts(191).Reports(NoActive(740, 2));
    }

    [Fact]
    public void I2_no_Active_although_both_could_serve()
        => new Watch().One(Standby).Lasts(191).Reports(NoActive(190, 1), NoActive(190, 2));

    [Fact]
    public void I2_nobody_could_serve()
    {
        NobodyServes().Two(s => s with { Isolated = true }).Lasts(3000).IsSilent();
        NobodyServes().Two(s => s with { Frozen = true }).Lasts(3000).IsSilent();
        NobodyServes().World(w => w with { Paused = true }).Lasts(3000).IsSilent();
        NobodyServes().World(w => w with { Lossy = true }).Lasts(3000).IsSilent();
        new Watch(settings: s => s with { Enabled = false }).One(Standby).Lasts(3000).IsSilent();
    }

    [Fact]
    public void I2_with_a_witness_a_lone_server_needs_it()
    {
        NobodyServes(witness: true).World(w => w with { WitnessDown = true }).Lasts(3000).IsSilent();
        NobodyServes(witness: true).Lasts(191).Reports(NoActive(240, 2));
    }

    [Fact]
    public void I2_the_Active_does_not_serve_at_the_end()
    {
        static ServerFacts StartFailed(ServerFacts server) => server with { Services = ServicesState.StartFailed };
        new Watch().One(StartFailed).Lasts(621).Ends().Reports("I2 at 621: server 1 is Active, but its services are StartFailed");
        new Watch().One(StartFailed).Lasts(620).Ends().IsSilent();
    }

    [Fact]
    public void I3_a_healthy_pair_switches()
    {
        new Watch().Lasts(621).Becomes(1, Role.Standby, 200).Reports("I3 at 621: server 1 became Standby by row 200 in a healthy pair with a working link: because.");
        new Watch().Lasts(620).Becomes(1, Role.Standby, 200).IsSilent();
    }

    [Fact]
    public void I3_the_pair_was_not_healthy_all_the_time()
        => new Watch().Lasts(621).Two(s => s with { MonitorWell = false }).Lasts(1).Two(s => s with { MonitorWell = true }).Lasts(620).Becomes(1, Role.Standby, 200).IsSilent();

    [Fact]
    public void I3_a_failover_after_fewer_than_N_failed_probes()
    {
        new Watch().Lasts(7).ProbesFail(4).Becomes(2, Role.Active, 400).Reports("I3 at 7: server 2 took over after 4 failed probes in a row, 5 are needed");
        new Watch().Lasts(7).ProbesFail(5).Becomes(2, Role.Active, 400).IsSilent();
    }

    [Fact]
    public void I3_a_success_or_a_new_start_begins_a_new_count()
    {
        new Watch().ProbesFail(4).ProbeSucceeds().ProbesFail(1).Becomes(2, Role.Active, 400).Reports("I3 at 0: server 2 took over after 1 failed probes in a row, 5 are needed");
        new Watch().ProbesFail(4).Starts().ProbesFail(1).Becomes(2, Role.Active, 400).Reports("I3 at 0: server 2 took over after 1 failed probes in a row, 5 are needed");
    }

    [Theory]
    [InlineData(410)]
    [InlineData(420)]
    public void I3_a_switch_that_follows_an_option_needs_it(int row)
    {
        new Watch().Lasts(7).Becomes(1, Role.Active, row).Reports($"I3 at 7: server 1 became Active by row {row} although that option is off");
        new Watch(settings: s => s with { TestVipDestination = row == 410, FirstServerAutoRestart = row == 420 }).Lasts(5000).Becomes(1, Role.Active, row).IsSilent();
    }

    [Fact]
    public void I3_what_a_wanted_switch_brings_about_is_explained_for_a_while()
    {
        // (N + 2)·H + 2·T = 230 s.
        static Watch FailedBack() => new Watch(settings: s => s with { FirstServerAutoRestart = true }).Lasts(5000).Becomes(1, Role.Active, 420);
        FailedBack().Lasts(230).Becomes(2, Role.Standby, 130).IsSilent();
        FailedBack().Lasts(231).Becomes(2, Role.Standby, 130).Reports("I3 at 5231: server 2 became Standby by row 130 in a healthy pair with a working link: because.");
    }

    [Fact]
    public void I3_a_hand_over_is_wanted_only_towards_the_VIP()
    {
        static Watch FollowsTheVip() => new Watch(settings: s => s with { TestVipDestination = true }).Lasts(5000);
        FollowsTheVip().Becomes(1, Role.Yielding, 300, vip: 2).IsSilent();
        FollowsTheVip().Becomes(1, Role.Yielding, 300, vip: 1).Reports("I3 at 5000: server 1 became Yielding by row 300 in a healthy pair with a working link: because.");
    }

    [Fact]
    public void I4_the_roles_do_not_agree_at_the_end()
    {
        static ServerFacts Starting(ServerFacts server) => server with { Role = Role.Starting };
        new Watch().Two(Starting).Lasts(621).Ends().Reports("I4 at 621: the servers do not agree on who is Active: server 1 is Active, server 2 is Starting");
        new Watch().Two(Starting).Lasts(620).Ends().IsSilent();
    }

    [Fact]
    public void I4_a_paused_pair_may_be_without_an_Active()
    {
        static ServerFacts Starting(ServerFacts server) => server with { Role = Role.Starting, Services = ServicesState.Stopped };
        new Watch().World(w => w with { Paused = true }).Both(Starting).Lasts(700).Ends().IsSilent();
    }

    [Fact]
    public void I4_the_epochs_do_not_agree_at_the_end()
        => Differ(s => s with { HighestEpoch = new Epoch(2) }, "the servers do not agree on the epoch: 1 and 2");

    [Fact]
    public void I4_the_configurations_do_not_agree_at_the_end()
        => Differ(s => s with { ConfigurationHash = 8, Configuration = new Revision(1, 5, 2) }, "the servers do not agree on the configuration: revisions 1.4.1 and 1.5.2");

    [Fact]
    public void I4_pause_and_holds_do_not_agree_at_the_end()
        => Differ(s => s with { Controls = new Revision(1, 3, 1) }, "the servers do not agree on pause and holds: revisions 1.2.1 and 1.3.1");

    [Theory]
    [InlineData(3)]
    [InlineData(2)]
    public void I4_an_epoch_that_is_used_again(int again)
    {
        new Watch().Activated(2, 3).Lasts(5).Activated(2, again).Reports($"I4 at 5: server 2 became Active in epoch {again} although it had been Active in epoch 3 before");
        new Watch().Activated(2, 3).Activated(2, 4).Activated(1, 3).IsSilent();
    }

    [Fact]
    public void I5_a_saved_configuration_is_in_force_nowhere()
    {
        new Watch().Lasts(700).Ends(saved: new Revision(1, 5, 1)).Reports("I5 at 700: the saved configuration 1.5.1 is lost: revisions 1.4.1 and 1.4.1 are in force");
        new Watch().Lasts(700).Ends(saved: new Revision(1, 4, 1)).IsSilent();
    }

    [Fact]
    public void I5_a_pause_that_was_set_is_in_force_nowhere()
    {
        new Watch().Lasts(700).Ends(controls: new Revision(1, 3, 1)).Reports("I5 at 700: pause and holds 1.3.1 are lost: revisions 1.2.1 and 1.2.1 are in force");
        new Watch().Lasts(700).Ends(controls: new Revision(1, 2, 1)).IsSilent();
    }

    [Fact]
    public void I6_ACTIVE_is_answered_after_the_services_were_told_to_stop()
    {
        static ServerFacts ToldToStop(ServerFacts server) => server with { ToldToStop = true };
        const string Sentence = "mod=FT of server 1 answers ACTIVE although its services have been told to stop";
        new Watch().Lasts(3).One(ToldToStop).Lasts(Instant).Reports($"I6 at 3: {Sentence}");
        new Watch().Lasts(3).One(s => ToldToStop(s) with { AnswersActive = false }).Lasts(10).IsSilent();
        new Watch().Lasts(3).One(s => ToldToStop(s) with { Frozen = true }).Lasts(10).IsSilent();
        new Watch().Lasts(3).One(ToldToStop).One(s => s with { AnswersActive = false }).Lasts(10).IsSilent();
    }

    private static void Differ(Func<ServerFacts, ServerFacts> change, string sentence)
    {
        new Watch().Two(change).Lasts(621).Ends().Reports($"I4 at 621: {sentence}");
        new Watch().Two(change).Lasts(620).Ends().IsSilent();
    }
}
