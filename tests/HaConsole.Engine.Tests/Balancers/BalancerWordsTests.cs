using HaConsole.Engine.Balancers;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Tests.Balancers;

/// <summary>Commands of the runtime API, its answers, and the counting of checks.</summary>
public sealed class BalancerWordsTests
{
    private const string Stat = "# pxname,svname,qcur,status,weight\napp,server1,0,UP,1\napp,server2,0,MAINT,1\n\n";
    private static readonly LoadBalancerSettings Settings = new() { Backends = ["app", "api"], Standby = BalancerStandby.Maint };

    [Fact]
    public void The_server_to_be_used_is_named_first_in_every_backend()
    {
        var serving = BalancerWords.For(Settings, 2, BalancerPhase.Serving);
        Assert.Equal("set server app/server2 state ready", serving[0]);
        Assert.Equal("set server app/server1 state maint", serving[4]);
        Assert.Contains("set server api/server1 state maint", serving);
        var handing = BalancerWords.For(Settings, 2, BalancerPhase.HandingOver);
        Assert.Equal(["set server app/server1 state ready", "disable health app/server1", "set server app/server1 health up", "set server app/server2 state drain"], handing.Take(4));
        Assert.Empty(BalancerWords.For(Settings, 1, BalancerPhase.Standby));
        Assert.Empty(BalancerWords.For(Settings, 1, BalancerPhase.Activating));
    }

    [Theory]
    [InlineData("server1", true, false)]
    [InlineData("server2", true, true)]
    [InlineData("server2", false, false)]
    [InlineData("server1", false, true)]
    [InlineData("server9", true, false)]
    public void States_that_differ_from_what_was_told_are_found(string server, bool serves, bool wrong)
        => Assert.Equal(wrong, BalancerWords.IsWrong(BalancerWords.StatusOf(Stat, "app", server), serves, BalancerStandby.Maint));

    [Fact]
    public void An_answer_with_words_is_a_problem_and_an_empty_one_is_none()
    {
        Assert.Null(BalancerWords.Problem("\n\n\n"));
        Assert.Equal("No such server.", BalancerWords.Problem("No such server.\n\nNo such server.\n"));
    }

    [Fact]
    public void A_server_changes_after_fall_and_rise_in_a_row()
    {
        var counter = new BalancerCounter();
        foreach (var (well, up) in new[] { (true, true), (false, true), (true, true), (false, true), (false, true), (false, false), (true, false), (true, true) })
        {
            counter.Take(well, fall: 3, rise: 2);
            Assert.Equal(up, counter.Up);
        }

        Assert.Equal(2, BalancerCounter.Choice(2, first: true, second: true, prefersFirst: false));
        Assert.Equal(1, BalancerCounter.Choice(2, first: true, second: true, prefersFirst: true));
        Assert.Equal(0, BalancerCounter.Choice(1, first: false, second: false, prefersFirst: true));
    }
}
