using HaConsole.Failover.Tests.Bench;

namespace HaConsole.Failover.Tests;

/// <summary>The basic life of a pair, told on the bench of two servers.</summary>
public sealed class StoryTests
{
    [Fact]
    public void Both_servers_start_together_and_server_1_serves_at_once_by_row_430()
    {
        var bench = new PairBench();
        bench.Run(1);

        Assert.True(bench.One.Serving, bench.Trace);
        Assert.Equal([430], bench.One.Rows);
        Assert.Equal(Role.Standby, bench.Two.Role);
        Assert.Equal([306], bench.Two.Rows);
        Assert.Equal(1, bench.One.Epoch.Value);
        Assert.Equal(TimeSpan.Zero, bench.BothServing);
    }

    [Fact]
    public void A_well_pair_never_switches_by_itself()
    {
        var bench = PairBench.Settled();
        bench.Run(3600);

        Assert.Empty(bench.One.Decisions);
        Assert.Empty(bench.Two.Decisions);
        Assert.Equal(TimeSpan.Zero, bench.NoneServing);
    }

    [Fact]
    public void Server_1_crashes_and_server_2_takes_over_by_row_400_at_the_third_failure()
    {
        var bench = PairBench.Settled();
        bench.One.Crash();
        var took = bench.RunUntil(() => bench.Two.Role == Role.Active, 10, "#2 takes over");

        Assert.Equal([400], bench.Two.Rows);
        Assert.Equal(3, bench.Two.Events.Count(record => record.Kind == "peer-failure"));
        Assert.InRange(took.TotalSeconds, 2 * 1, (3 * 1) + 0.3);
        bench.Run(0.2);
        Assert.True(bench.Two.Serving, bench.Trace);
        Assert.Equal(2, bench.Two.Epoch.Value);
    }

    [Fact]
    public void A_server_that_comes_back_finds_its_peer_active_and_is_standby_by_row_306()
    {
        var bench = PairBench.Settled();
        bench.One.Crash();
        bench.Run(10);
        bench.One.Boot();
        bench.Run(10);

        Assert.Equal([306], bench.One.Rows);
        Assert.Equal(Role.Active, bench.Two.Role);
        Assert.Equal(new Epoch(2), bench.One.State.HighestEpoch);
        Assert.Equal(TimeSpan.Zero, bench.BothServing);
    }

    [Fact]
    public void A_process_that_is_back_within_seconds_resumes_by_row_305()
    {
        var bench = PairBench.Settled();
        bench.One.Crash();
        bench.Run(1.5);
        bench.One.Boot();
        bench.Run(1);

        Assert.Equal([305], bench.One.Rows);
        Assert.True(bench.One.Serving, bench.Trace);
        Assert.Empty(bench.Two.Decisions);
        Assert.Single(bench.One.State.Resumptions);
    }

    [Fact]
    public void An_operator_switches_to_server_2_without_an_overlap_and_sets_a_hold()
    {
        var bench = PairBench.Settled();
        bench.One.Switch(Rank.Backup, id: 7);
        bench.Run(2);

        Assert.True(bench.Two.Serving, bench.Trace);
        Assert.Equal(Role.Standby, bench.One.Role);
        Assert.Equal([300, 300], bench.One.Rows);
        Assert.Equal([300], bench.Two.Rows);
        var ended = Assert.Single(bench.One.Ended);
        Assert.True(ended.Succeeded);
        Assert.Equal(7, ended.Id);
        Assert.NotNull(bench.One.State.Controls.Hold);
        Assert.NotNull(bench.Two.State.Controls.Hold);
        Assert.Equal(TimeSpan.Zero, bench.BothServing);
        Assert.InRange(bench.NoneServing.TotalSeconds, 0, 0.12);
    }

    [Fact]
    public void Server_1_takes_the_role_back_by_row_420_when_auto_restart_is_on()
    {
        var bench = PairBench.SettledOnTwo(PairBench.Defaults with { FirstServerAutoRestart = true });
        var took = bench.RunUntil(() => bench.One.Serving, 10, "failback");

        Assert.Equal([420], bench.One.Rows);
        Assert.InRange(took.TotalSeconds, 0.5, 3);
        bench.Run(5);
        Assert.Equal([130], bench.Two.Rows);
        Assert.Equal(TimeSpan.Zero, bench.BothServing);
        Assert.Single(bench.One.State.Controls.FlapTimes);
    }

    [Fact]
    public void Server_2_hands_over_when_its_process_is_stopped()
    {
        var bench = PairBench.SettledOnTwo();
        bench.Two.Stop();
        bench.RunUntil(() => bench.Two.Ended.Count > 0, 5, "the stop ends");
        bench.Run(1);

        Assert.True(bench.Two.Ended[0].Succeeded, bench.Trace);
        Assert.True(bench.One.Serving);
        Assert.Null(bench.One.State.Controls.Hold);
        Assert.Equal(TimeSpan.Zero, bench.BothServing);
    }

    [Fact]
    public void With_a_witness_the_pair_starts_fails_over_and_hands_over()
    {
        var bench = PairBench.Settled(PairBench.Defaults with { Witness = true });
        bench.Run(60);
        Assert.Empty(bench.One.Decisions);
        bench.One.Crash();
        bench.RunUntil(() => bench.Two.Serving, 20, "#2 takes over with the witness's vote");
        bench.One.Boot();
        bench.Run(10);
        Assert.Equal(Role.Standby, bench.One.Role);
        bench.Two.Switch(Rank.Primary);
        bench.RunUntil(() => bench.One.Serving, 10, "switchover");
        bench.Run(60);

        Assert.True(bench.Two.Ended[0].Succeeded);
        Assert.Equal(Role.Standby, bench.Two.Role);
        Assert.Equal(TimeSpan.Zero, bench.BothServing);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_round_trip_of_one_second_changes_no_story(bool witness)
    {
        var slow = PairBench.Defaults with { HeartbeatInterval = TimeSpan.FromSeconds(5), HeartbeatTimeout = TimeSpan.FromSeconds(2), Witness = witness };
        var bench = new PairBench(slow) { Latency = TimeSpan.FromMilliseconds(500) };
        bench.Run(120);
        Assert.True(bench.One.Serving && bench.Two.Role == Role.Standby, bench.Trace);
        bench.Forget();
        bench.Run(600);
        Assert.Empty(bench.One.Decisions);
        bench.One.Switch(Rank.Backup);
        bench.Run(10);
        Assert.True(bench.One.Ended.Single().Succeeded, bench.Trace);
        Assert.True(bench.Two.Serving);
        bench.Two.Crash();
        bench.RunUntil(() => bench.One.Serving, 30, "#1 takes over");
        bench.Two.Boot();
        bench.Run(60);
        Assert.Equal(Role.Standby, bench.Two.Role);
        Assert.Equal(TimeSpan.Zero, bench.BothServing);
    }

    [Fact]
    public void A_server_in_maintenance_that_restarts_leaves_the_role_to_its_peer()
    {
        var bench = PairBench.Settled();
        bench.One.Control(c => c.WithMaintenance(Rank.Primary, new TimedControl("anna", "patching", bench.Utc, null)));
        bench.Run(0.5);
        bench.One.Crash();
        bench.Run(0.5);
        bench.One.Boot();
        bench.RunUntil(() => bench.Two.Serving, 6, "#2 serves");

        Assert.Equal([306], bench.One.Rows);
        Assert.Equal(TimeSpan.Zero, bench.BothServing);
    }

    [Fact]
    public void With_a_witness_a_cut_link_leaves_one_active()
    {
        var bench = PairBench.Settled(PairBench.Defaults with { Witness = true });
        bench.Link(false);
        bench.Run(60);

        Assert.Equal(TimeSpan.Zero, bench.BothServing);
        Assert.Equal(TimeSpan.Zero, bench.BothActive);
        Assert.True(bench.One.Serving, bench.Trace);
        bench.Link(true);
        bench.Run(60);
        Assert.True(bench.One.Serving ^ bench.Two.Serving, bench.Trace);
    }
}
