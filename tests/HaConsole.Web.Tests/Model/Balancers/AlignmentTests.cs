using HaConsole.Engine.Configuration;
using HaConsole.Web.Model.Balancers;

namespace HaConsole.Web.Tests.Model.Balancers;

/// <summary>Differences between load balancer and pair, and the seconds that they cost.</summary>
public sealed class AlignmentTests
{
    private static readonly HotStandbyParameters Pair = new() { HeartbeatInterval = 30, HeartbeatTimeout = 10, FailuresToSwitch = 5 };
    private static readonly LoadBalancerSettings Same = new() { Mode = BalancerMode.None, Interval = 30, Timeout = 10, Fall = 5, Rise = 5, AgentPort = 5555, Standby = BalancerStandby.Drain };

    [Fact]
    public void Without_a_word_about_the_balancer_nothing_is_compared()
        => Assert.Equal("unset", Assert.Single(Alignment.Of(new PairConfiguration())).Code);

    [Fact]
    public void The_same_ticks_give_no_warning()
        => Assert.DoesNotContain(Of(Same, Pair), f => f.IsWarning);

    [Fact]
    public void A_slower_balancer_costs_the_time_in_which_it_sends_to_a_dead_server()
    {
        // It leaves after 4 x 60 to 5 x 60 + 10 s, the pair after 4 x 30 + 10 to 5 x 30 + 10 s.
        var found = Find(Of(Same with { Interval = 60 }, Pair), "failover");
        Assert.True(found.IsWarning);
        Assert.Equal(180, found.Seconds);
        Assert.Equal([240.0, 310.0, 130.0, 160.0, 0.0, 180.0], found.Arguments.Cast<double>());
    }

    [Fact]
    public void A_faster_balancer_costs_the_time_in_which_it_sends_to_a_Standby()
        => Assert.Equal(158, Find(Of(Same with { Interval = 1, Fall = 3 }, Pair), "failover").Seconds);

    [Theory]
    [InlineData(BalancerMode.None, true, "application-unseen")]
    [InlineData(BalancerMode.Ipsws, false, "application-alone")]
    [InlineData(BalancerMode.Ping, false, "ping")]
    public void Asking_for_something_else_than_the_pair_goes_by_has_no_end(BalancerMode mode, bool onError, string code)
        => Assert.True(Find(Of(Same with { Mode = mode }, Pair with { SwitchOnApplicationError = onError }), code) is { IsWarning: true, Endless: true, Seconds: null });

    [Fact]
    public void The_role_and_the_VIP_test_together_are_circular()
    {
        var found = Find(Of(new() { Mode = BalancerMode.Ft, Interval = 1, Timeout = 1 }, Pair with { VipAddress = "10.1.1.9", TestVipDestination = true }), "circle");
        Assert.True(found.IsWarning);
        Assert.Equal(150, found.Seconds);
    }

    [Fact]
    public void An_operators_switch_is_not_seen_by_a_balancer_that_nobody_tells()
    {
        var untold = Same with { AgentPort = 0 };
        Assert.True(Find(Of(untold, Pair), "operator-unseen").Endless);
        Assert.Equal(150, Find(Of(untold, Pair with { VipAddress = "10.1.1.9", TestVipDestination = true }), "operator-undone").Seconds);
    }

    [Fact]
    public void The_balancer_returns_but_the_pair_does_not_and_the_other_way_round()
    {
        var untold = Same with { AgentPort = 0 };
        Assert.True(Find(Of(untold with { PrefersFirst = true }, Pair), "return-balancer").Endless);
        Assert.True(Find(Of(untold, Pair with { FirstServerAutoRestart = true }), "return-pair").Endless);
        Assert.Equal(90, Find(Of(untold with { PrefersFirst = true, Rise = 2 }, Pair with { FirstServerAutoRestart = true }), "return-differs").Seconds);
        Assert.DoesNotContain(Of(untold with { PrefersFirst = true }, Pair with { FirstServerAutoRestart = true }), f => f.Code.StartsWith("return", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_finding_has_a_sentence_with_its_numbers()
    {
        BalancerMode[] modes = [.. Enum.GetValues<BalancerMode>()];
        bool[] both = [false, true];
        var all = from mode in modes
                  from prefers in both
                  from vip in both
                  from back in both
                  from onError in both
                  from told in both
                  from agent in both
                  from f in Of(
                      new() { Mode = mode, PrefersFirst = prefers, Interval = 7, Timeout = 3, Fall = 2, Runtime = told ? ["/run/h.sock"] : [], AgentPort = agent ? 5555 : 0, Standby = onError ? BalancerStandby.Maint : BalancerStandby.Check },
                      Pair with { TestVipDestination = vip, FirstServerAutoRestart = back, SwitchOnApplicationError = onError })
                  select FindingTexts.Of(f);
        var found = all.ToList();
        Assert.True(found.Select(f => f.Code).Distinct().Count() >= 18);
        Assert.DoesNotContain(found, f => f.Sentence == f.Code || f.Sentence.Contains('{', StringComparison.Ordinal));
    }

    private static IReadOnlyList<Finding> Of(LoadBalancerSettings balancer, HotStandbyParameters pair) => Alignment.Of(new PairConfiguration { LoadBalancer = balancer, HotStandby = pair });

    private static Finding Find(IReadOnlyList<Finding> all, string code) => Assert.Single(all, f => f.Code == code);
}
