using HaConsole.Engine.Balancers;

namespace HaConsole.Engine.Tests.Balancers;

/// <summary>The word for HAProxy's agent-check, moment by moment.</summary>
public sealed class AgentAnswerTests
{
    private readonly AgentAnswer answer = new();

    [Fact]
    public void The_Active_is_up_and_the_Standby_down()
    {
        Assert.Equal("down #standby", Asked(0));
        Turned(BalancerPhase.Activating, 1);
        Assert.Equal("down #standby", Asked(1));
        Turned(BalancerPhase.Serving, 2);
        Assert.Equal("up ready", Asked(2));
    }

    [Fact]
    public void A_planned_restart_of_a_service_takes_nobody_down()
    {
        Turned(BalancerPhase.Serving, 1);
        Turned(BalancerPhase.Activating, 2);
        Assert.Equal("up ready", Asked(2));
    }

    [Fact]
    public void After_a_hand_over_the_old_Active_stays_up_until_the_other_one_serves_and_was_asked()
    {
        Turned(BalancerPhase.Serving, 1);
        _ = (Asked(1), Asked(1.1), Asked(1.2));
        Turned(BalancerPhase.HandingOver, 2);
        Assert.Equal("up ready", Asked(2));
        Turned(BalancerPhase.Standby, 3);
        Assert.Equal("up ready", Asked(3.1));

        Turned(BalancerPhase.Standby, 4, serves: true);

        Assert.Equal("up ready", Asked(4.05));
        var words = Enumerable.Range(0, 100).Select(i => Asked(4.2 + (i * 0.1))).ToList();
        Assert.Contains("drain", words);
        Assert.Equal("down #standby", words[^1]);
        Assert.True(words.LastIndexOf("drain") < words.IndexOf("down #standby"));
    }

    [Fact]
    public void A_switch_back_at_once_finds_it_down()
    {
        Turned(BalancerPhase.Serving, 1);
        Turned(BalancerPhase.HandingOver, 2);
        Turned(BalancerPhase.Standby, 3);
        Turned(BalancerPhase.Standby, 3.1, serves: true);
        Assert.Equal("up ready", Asked(3.2));

        Turned(BalancerPhase.Standby, 3.3);

        Assert.Equal("down #standby", Asked(3.4));
    }

    [Fact]
    public void A_hand_over_to_nobody_ends_all_the_same()
    {
        Turned(BalancerPhase.Serving, 1);
        Turned(BalancerPhase.HandingOver, 2);
        Turned(BalancerPhase.Standby, 3);
        Assert.Equal("up ready", Asked(17));
        Assert.Equal("down #standby", Asked(18.1));
    }

    [Fact]
    public void One_that_loses_the_role_without_handing_it_over_is_down_at_once_and_one_in_maintenance_drains()
    {
        Turned(BalancerPhase.Serving, 1);
        Turned(BalancerPhase.Standby, 2);
        Assert.Equal("down #standby", Asked(2));
        answer.Turned(BalancerPhase.Standby, serves: true, inMaintenance: true, TimeSpan.FromSeconds(3));
        Assert.Equal("drain", Asked(3));
    }

    private void Turned(BalancerPhase phase, double at, bool serves = false) => answer.Turned(phase, serves, inMaintenance: false, TimeSpan.FromSeconds(at));

    private string Asked(double at) => answer.Asked(TimeSpan.FromSeconds(at));
}
