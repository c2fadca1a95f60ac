using System.Net;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.VirtualIp;

namespace HaConsole.Engine.Tests.VirtualIp;

/// <summary>The options of the VIP address together with managed addresses and load balancers.</summary>
public sealed class VipRulesTests
{
    private static readonly HotStandbyParameters Parameters = new() { Enabled = true, Server1Address = "10.1.1.1", Server2Address = "10.1.1.2", VipAddress = "10.1.1.100" };
    private static readonly AddressDefinition Managed = new() { Name = "portal", Address = "10.1.1.100/24" };
    private static readonly NodeOptions Node = new() { LocalAddress = "10.1.1.1" };

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public void The_test_of_an_address_that_follows_the_role_is_warned_about(bool test, bool managed, bool warned)
    {
        var pair = new PairConfiguration { HotStandby = Parameters with { TestVipDestination = test }, Addresses = managed ? [Managed] : [] };

        var problems = ConfigurationRules.Problems(pair).Where(problem => problem.Key == "HotStandby:TestVipDestination").ToList();

        Assert.Equal(warned, problems.Count == 1);
        Assert.All(problems, problem => Assert.True(problem.IsWarning));
        Assert.All(problems, problem => Assert.Contains("Addresses:0:Address", problem.Sentence, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("10.1.1.1", true)]
    [InlineData("*", false)]
    [InlineData("10.1.1.100", false)]
    public void A_console_that_does_not_listen_at_the_VIP_that_the_pair_holds_is_warned_about(string httpAddress, bool warned)
    {
        var pair = new PairConfiguration { HotStandby = Parameters with { UseVipToBuildUrls = true }, Addresses = [Managed] };

        var problem = VipRules.NotListening(pair, Node with { HttpAddress = httpAddress }, 1);

        Assert.Equal(warned, problem is { IsWarning: true });
        Assert.Null(VipRules.NotListening(pair with { HotStandby = Parameters }, Node, 1));
        Assert.Null(VipRules.NotListening(pair with { Addresses = [] }, Node, 1));
    }

    [Fact]
    public void The_circle_names_who_asks_and_the_way_out()
    {
        Assert.Null(VipRules.Circle([]));
        var sentence = VipRules.Circle([IPAddress.Parse("10.1.1.245")]);

        Assert.Contains("10.1.1.245", sentence, StringComparison.Ordinal);
        Assert.Contains("mod=IPSWS", sentence, StringComparison.Ordinal);
    }
}
