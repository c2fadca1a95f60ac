using HaConsole.Engine.Configuration;
using HaConsole.Web.Model.Balancers;

namespace HaConsole.Web.Tests.Model.Balancers;

/// <summary>Recipes hold the pair's own addresses, ports, mode and times.</summary>
public sealed class BalancerRecipeTests
{
    private static readonly PairConfiguration Pair = new()
    {
        HotStandby = new() { Server1Address = "10.1.1.1", Server2Address = "10.1.1.2", VipAddress = "10.1.1.100", HeartbeatInterval = 15, HeartbeatTimeout = 10, FailuresToSwitch = 4 },
        LoadBalancer = new() { ApplicationPort = 8081 },
    };

    public static TheoryData<string> Kinds => [.. BalancerRecipes.Kinds.Select(k => k.Kind)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_has_the_addresses_and_no_gap(string kind)
    {
        foreach (var mode in new[] { BalancerMode.None, BalancerMode.Ipsws, BalancerMode.Ft })
        {
            var text = BalancerRecipes.Make(kind, RecipeFacts.Of(Pair, new NodeOptions(), mode))!;
            Assert.Contains("10.1.1.1", text, StringComparison.Ordinal);
            Assert.Contains("10.1.1.2", text, StringComparison.Ordinal);
            Assert.DoesNotContain("{{", text, StringComparison.Ordinal);
            Assert.DoesNotContain('\r', text);
            Assert.EndsWith("\n", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_balancer_that_judges_for_itself_ticks_as_the_pair_does()
    {
        var facts = RecipeFacts.Of(Pair, new NodeOptions(), BalancerMode.None);
        Assert.Equal((15.0, 10.0, 4, 4), (facts.Interval, facts.Timeout, facts.Fall, facts.Rise));
        Assert.DoesNotContain(Alignment.Of(Pair with { LoadBalancer = new() { Mode = facts.Mode, Interval = facts.Interval, Timeout = facts.Timeout, Fall = facts.Fall, Rise = facts.Rise, AgentPort = 5555, Standby = BalancerStandby.Drain } }), f => f.IsWarning);
    }

    [Fact]
    public void The_mode_suits_the_pair()
    {
        Assert.Equal(BalancerMode.Ft, RecipeFacts.Of(Pair, new NodeOptions()).Mode);
        var follows = Pair with { HotStandby = Pair.HotStandby with { TestVipDestination = true } };
        Assert.Equal(BalancerMode.None, RecipeFacts.Of(follows, new NodeOptions()).Mode);
        Assert.Equal(BalancerMode.Ipsws, RecipeFacts.Of(follows with { HotStandby = follows.HotStandby with { SwitchOnApplicationError = true } }, new NodeOptions()).Mode);
    }

    [Fact]
    public void An_unknown_kind_has_no_recipe() => Assert.Null(BalancerRecipes.Make("pound", RecipeFacts.Of(Pair, new NodeOptions())));
}
