using HaConsole.Engine.Status;
using HaConsole.Web.Model.Pair;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests.Model;

/// <summary>Which server is upgraded first.</summary>
public sealed class UpgradeOrderTests
{
    [Theory]
    [InlineData("0.1.0", "0.1.0", 2, false, false)]
    [InlineData("0.1.0", "0.2.0", 1, true, true)]
    [InlineData("0.10.0", "0.9.0", 2, false, true)]
    [InlineData("1.0.0+abc", "1.0.0+def", 2, false, false)]
    [InlineData("0.1.0", "", null, false, false)]
    public void Of_ActiveIsServerOne(string one, string two, int? server, bool switchFirst, bool isUnderWay)
        => Assert.Equal(new UpgradeOrder(server, switchFirst, isUnderWay), UpgradeOrder.Of(Pair(one, two)));

    [Fact]
    public void Of_NobodyActive_NobodyCanSay()
    {
        var pair = Pair("0.1.0", "0.1.0");
        var starting = pair with { Servers = [.. pair.Servers.Select(s => s with { Role = "Starting" })] };

        Assert.Null(UpgradeOrder.Of(starting).Server);
    }

    private static StatusSnapshot Pair(string one, string two)
    {
        var healthy = Snapshots.Healthy();
        return healthy with { Servers = [healthy.Servers[0] with { SoftwareVersion = one }, healthy.Servers[1] with { SoftwareVersion = two }] };
    }
}
