using HaConsole.Engine.Configuration;
using HaConsole.Web.Model.Balancers;

namespace HaConsole.Web.Tests.Model.Balancers;

/// <summary>What is read from a haproxy.cfg, and what is said about a broken one.</summary>
public sealed class HaproxyFileTests
{
    private static readonly HotStandbyParameters Pair = new() { Server1Address = "10.1.1.1", Server2Address = "10.1.1.2" };

    private const string Good = """
        global
          stats socket /run/haproxy/admin.sock mode 660 level admin
        defaults
          timeout check 3s
          default-server inter 5s
        frontend web
          bind :80
        backend app
          option httpchk
          http-check send meth GET uri "/IPSCFG/admin/monitor.aspx?mod=FT" ver HTTP/1.1 hdr Host ha  # the role
          http-check expect rstring ^ACTIVE
          default-server fall 4 rise 3
          server one 10.1.1.1:8081 check port 80
          server two 10.1.1.2:8081 check port 80 inter 5s backup
        """;

    [Fact]
    public void Mode_times_names_and_preference_are_read()
    {
        var read = HaproxyFile.Read(Good, Pair, new());
        Assert.Empty(read.Problems);
        Assert.Equal(
            new LoadBalancerSettings { Mode = BalancerMode.Ft, Interval = 5, Timeout = 3, Fall = 4, Rise = 3, PrefersFirst = true, ApplicationPort = 8081, Backends = ["app"], Server1Name = "one", Server2Name = "two" },
            read.Settings);
    }

    [Fact]
    public void What_the_file_does_not_say_is_what_HAProxy_takes()
    {
        var read = HaproxyFile.Read("backend app\n server a 10.1.1.1:80 check\n server b 10.1.1.2:80 check agent-check agent-port 5555\n", Pair, new());
        Assert.Equal((BalancerMode.None, 2.0, 2.0, 3, 2), (read.Settings!.Mode, read.Settings.Interval, read.Settings.Timeout, read.Settings.Fall, read.Settings.Rise));
    }

    [Theory]
    [InlineData("server a 10.1.1.1:80 check", 1, "stands in no section")]
    [InlineData("backend app\n server a", 2, "server a has no address")]
    [InlineData("backend app\n server a 10.1.1.1:80 check inter 5x", 2, "inter 5x is no time")]
    [InlineData("backend app\n server a 10.1.1.1:80 check fall many", 2, "fall many is no number")]
    [InlineData("backend app\n server a 10.1.1.1:80 check inter", 2, "inter has no value")]
    [InlineData("defaults\n timeout check soon", 2, "timeout check soon is no time")]
    [InlineData("backend app\n http-check send uri \"/x", 2, "is opened and not closed")]
    [InlineData("backend", 1, "backend has no name")]
    [InlineData("frontend f\n server a 10.1.1.1:80", 2, "a server cannot stand in a section frontend")]
    [InlineData("backend app\n server a 10.1.1.1:80\n server b 10.1.1.2:80", 2, "the word check is missing")]
    public void A_broken_file_names_the_line(string text, int line, string sentence)
    {
        var problem = HaproxyFile.Read(text, Pair, new()).Problems[0];
        Assert.Equal(line, problem.Line);
        Assert.Contains(sentence, problem.Text, StringComparison.Ordinal);
        Assert.StartsWith($"line {line}: ", problem.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_the_pair_says_which_backends_it_has()
    {
        var read = HaproxyFile.Read(Good, Pair with { Server2Address = "10.9.9.9" }, new());
        Assert.Null(read.Settings);
        Assert.Contains("its backends are app", read.Problems.Single().Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_own_recipe_is_read_back()
    {
        var configuration = new PairConfiguration { HotStandby = Pair, LoadBalancer = new() { Mode = BalancerMode.Ipsws, Runtime = ["/run/h.sock"] } };
        var facts = RecipeFacts.Of(configuration, new NodeOptions());
        var read = HaproxyFile.Read(BalancerRecipes.Make("haproxy", facts)!, Pair, configuration.LoadBalancer);
        Assert.Empty(read.Problems);
        Assert.Equal((BalancerMode.Ipsws, facts.Interval, facts.Timeout, facts.Fall, facts.Rise), (read.Settings!.Mode, read.Settings.Interval, read.Settings.Timeout, read.Settings.Fall, read.Settings.Rise));
    }
}
