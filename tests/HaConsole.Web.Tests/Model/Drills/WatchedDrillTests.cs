using HaConsole.Engine.Configuration;
using HaConsole.Engine.Status;
using HaConsole.Web.Model.Drills;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests.Model.Drills;

public class WatchedDrillTests
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);
    private static readonly DrillTimes Times = DrillTimes.Of(new PairConfiguration());
    private readonly ClientGaps clients = new();
    private TimeSpan now;

    private static WatchedDrill Drill(DrillTimes? times = null) => new(
        new DrillView { Id = "d1", Kind = DrillKind.Stop, Operator = "anna", StartedAt = Begin, From = 1, To = 2 }, times ?? Times, TimeSpan.Zero);

    /// <summary>As server 2 sees it.</summary>
    private static StatusSnapshot Pair(string role1, string status1, string health1, string role2, string services2 = "Running")
    {
        var healthy = Snapshots.Healthy();
        return healthy with
        {
            SwitchWouldSucceed = health1 == "Healthy",
            PeerLink = new PeerLinkInfo(health1 == "Healthy" ? "Connected" : "Disconnected", null, ""),
            LastSwitch = role2 == "Active" ? new LastSwitchStatus(Begin, 2, 400, "Server #1 did not answer 5 times in a row: Server #2 takes over.", null) : null,
            Servers =
            [
                healthy.Servers[0] with { Role = role1, Status = status1, Health = health1, Local = false },
                healthy.Servers[1] with { Role = role2, Status = role2 == "Active" ? "Active (Primary)" : "Standby (Backup)", Local = true, Services = [new ServiceInfo("cti", role2 == "Active" ? services2 : "Stopped", 0)] },
            ],
        };
    }

    private static StatusSnapshot Normal => Pair("Active", "Active (Primary)", "Healthy", "Standby");

    private static StatusSnapshot Gone => Pair("Unknown", "Error", "Unreachable", "Standby");

    private static StatusSnapshot TakenOver => Pair("Unknown", "Error", "Unreachable", "Active");

    private static StatusSnapshot Returned => Pair("Standby", "Standby (Backup)", "Healthy", "Active");

    private void See(WatchedDrill drill, double at, StatusSnapshot snapshot)
    {
        now = TimeSpan.FromSeconds(at);
        clients.See(snapshot.Servers.Any(server => server.Role == "Active"), now);
        drill.See(snapshot, clients, now, Begin + now);
    }

    private static StepState State(WatchedDrill drill, string code) => drill.View.Steps.First(step => step.Code == code).State;

    [Fact]
    public void The_whole_procedure_passes_with_its_measured_times()
    {
        var drill = Drill();
        See(drill, 1, Normal);
        Assert.Equal("stop", drill.View.Current!.Code);
        See(drill, 10, Gone);
        Assert.Equal("takeover", drill.View.Current!.Code);
        See(drill, 140, Pair("Unknown", "Error", "Unreachable", "Active", "Starting"));
        Assert.Equal("services", drill.View.Current!.Code);
        See(drill, 141, TakenOver);
        Assert.Equal("return", drill.View.Current!.Code);
        See(drill, 300, Returned);
        Assert.Equal("rollback", drill.View.Current!.Code);
        See(drill, 310, Normal);
        See(drill, 311, Normal);

        Assert.Equal(DrillEnd.Passed, drill.View.End);
        Assert.DoesNotContain(drill.View.Steps, step => step.State != StepState.Passed);
        var takeover = drill.View.Steps.First(step => step.Code == "takeover");
        Assert.Equal(139, takeover.MeasuredSeconds);
        Assert.Equal(139, drill.View.ClientSeconds);
        Assert.Contains("takes over", takeover.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_takeover_that_is_later_than_promised_fails_but_goes_on()
    {
        var drill = Drill();
        See(drill, 1, Normal);
        See(drill, 2, Gone);
        See(drill, 2 + Times.LongestTakeover + 5, TakenOver);

        Assert.Equal(StepState.Failed, State(drill, "takeover"));
        Assert.Equal("return", drill.View.Current!.Code);
    }

    [Fact]
    public void A_takeover_that_never_comes_ends_the_drill_as_failed()
    {
        var drill = Drill();
        See(drill, 1, Gone);
        See(drill, 1000, Gone);

        Assert.Equal((DrillEnd.Failed, StepState.Skipped), (drill.View.End, State(drill, "return")));
    }

    [Fact]
    public void A_server_that_comes_back_before_the_takeover_ends_the_drill_as_failed()
    {
        var drill = Drill();
        See(drill, 1, Gone);
        See(drill, 20, Normal);

        Assert.Equal(DrillEnd.Failed, drill.View.End);
        Assert.Contains("came back", drill.View.Steps.First(step => step.Code == "takeover").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_takeover_too_quick_to_show_the_error_leaves_that_step_out()
    {
        var drill = Drill();
        See(drill, 1, Normal);
        See(drill, 2, TakenOver);

        Assert.Equal((StepState.Skipped, StepState.Passed), (State(drill, "error-shown"), State(drill, "takeover")));
    }

    [Fact]
    public void Two_Actives_on_the_way_fail_the_drill_at_its_end()
    {
        var drill = Drill();
        See(drill, 1, Gone);
        See(drill, 100, TakenOver);
        See(drill, 101, Pair("Active", "Active (Primary)", "Healthy", "Active"));
        See(drill, 102, Normal);
        See(drill, 103, Normal);

        Assert.Equal((DrillEnd.Failed, StepState.Failed), (drill.View.End, State(drill, "one-active")));
    }

    [Fact]
    public void The_role_may_be_left_where_it_is()
    {
        var drill = Drill();
        See(drill, 1, Gone);
        See(drill, 100, TakenOver);
        See(drill, 200, Returned);
        drill.Leave();
        See(drill, 201, Returned);

        Assert.Equal((DrillEnd.Passed, StepState.Skipped), (drill.View.End, State(drill, "rollback")));
    }

    [Fact]
    public void Leave_before_it_is_asked_for_does_nothing()
    {
        var drill = Drill();
        See(drill, 1, Normal);
        drill.Leave();

        Assert.Equal(StepState.Pending, State(drill, "rollback"));
    }

    [Fact]
    public void Automatic_failback_has_a_time_that_it_is_measured_against()
    {
        var times = DrillTimes.Of(new PairConfiguration { HotStandby = new HotStandbyParameters { FirstServerAutoRestart = true } });
        var drill = Drill(times);
        See(drill, 1, Gone);
        See(drill, 100, TakenOver);
        See(drill, 200, Returned);
        See(drill, 200 + times.Failback!.Value + 10, Normal);

        Assert.True(drill.ReturnsByItself);
        Assert.Equal(StepState.Failed, State(drill, "rollback"));
    }

    [Fact]
    public void A_drill_that_has_ended_does_not_change_any_more()
    {
        var drill = Drill();
        See(drill, 1, Gone);
        drill.Close(DrillEnd.Interrupted, Begin);
        var ended = drill.View;
        See(drill, 100, TakenOver);
        drill.Close(DrillEnd.Stopped, Begin);

        Assert.Same(ended, drill.View);
        Assert.DoesNotContain(ended.Steps, step => step.State is StepState.Running or StepState.Pending);
    }

    [Fact]
    public void Gaps_are_counted_from_the_last_good_answer_and_only_after_one()
    {
        var gaps = new ClientGaps();
        gaps.See(false, TimeSpan.FromSeconds(1));
        Assert.Null(gaps.GapSince);
        gaps.See(true, TimeSpan.FromSeconds(2));
        gaps.See(false, TimeSpan.FromSeconds(3));
        gaps.See(false, TimeSpan.FromSeconds(5));
        Assert.Equal(3, gaps.Longest(TimeSpan.FromSeconds(5)).TotalSeconds);
        gaps.See(true, TimeSpan.FromSeconds(6));
        gaps.See(false, TimeSpan.FromSeconds(7));
        gaps.See(true, TimeSpan.FromSeconds(8));

        Assert.Equal(4, gaps.Longest(TimeSpan.FromSeconds(100)).TotalSeconds);
    }

    [Fact]
    public void A_result_comes_out_of_the_journal_as_it_went_in()
    {
        var drill = Drill();
        See(drill, 1, Gone);
        See(drill, 100, TakenOver);
        drill.Close(DrillEnd.Stopped, Begin.AddSeconds(100));

        var entry = DrillEvents.Write(drill.View, 7);
        var read = DrillEvents.Read(entry with { At = Begin.AddSeconds(100) });

        Assert.Equal("drill", entry.Kind);
        Assert.Equal(drill.View.Steps, read!.Steps);
        Assert.Equal(drill.View with { Steps = [] }, read with { Steps = [] });
    }

    [Theory]
    [InlineData("type", "Nonsense")]
    [InlineData("state", "")]
    [InlineData("startedAt", "yesterday")]
    public void An_event_that_cannot_be_read_is_no_drill(string key, string value)
    {
        var entry = DrillEvents.Write(Drill().View, 1);

        Assert.Null(DrillEvents.Read(entry with { Evidence = new Dictionary<string, string>(entry.Evidence) { [key] = value } }));
    }
}
