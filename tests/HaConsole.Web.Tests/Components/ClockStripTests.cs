using System.Globalization;
using Bunit;
using HaConsole.Engine.Status;
using HaConsole.Web.Components.Layout;
using HaConsole.Web.Model.Pair;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests.Components;

public sealed class ClockStripTests : PageContext
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(2.0)]
    [InlineData(-1.9)]
    public void Offset_OfUpToTwoSeconds_SaysNothing(double offset) => Assert.Null(ClockOffset.Of(Pair(offset)));

    [Theory]
    [InlineData(2.1, "Warning: the clock of server #2 is 2.1 s ahead of that of server #1.")]
    [InlineData(-30.0, "Warning: the clock of server #2 is 30.0 s behind that of server #1.")]
    public void Offset_AboveTwoSeconds_IsAMildWarningWithWhatWasMeasured(double offset, string sentence)
    {
        Engine.Current = Pair(offset);
        var strip = Render<RedStrips>().Find(".strip");

        Assert.Contains("mild", strip.ClassList);
        Assert.Equal("status", strip.GetAttribute("role"));
        Assert.Equal(sentence, strip.QuerySelector("strong")!.TextContent);
        Assert.Contains("round trip of 0.4 ms", strip.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Offset_AboveThirtySeconds_IsARedAlarmInWords_SaidOnce()
    {
        Engine.Current = Pair(-47.25) with { Alarms = [new ReasonStatus("clock-offset", "The clocks of the two servers differ by more than 2 s.")] };
        var strip = Assert.Single(Render<RedStrips>().FindAll(".strip"));

        Assert.DoesNotContain("mild", strip.ClassList);
        Assert.Equal("alert", strip.GetAttribute("role"));
        Assert.StartsWith("ALARM: the clock of server #2 is 47.", strip.QuerySelector("strong")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Offset_MeasuredBeforeTheLinkWasLost_SaysSo()
    {
        Engine.Current = Pair(31) with { PeerLink = new PeerLinkInfo("Disconnected", null, "") };

        Assert.Contains("before the peer link was lost", Render<RedStrips>().Find(".strip").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Strip_InFrench_IsInFrench()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("fr");
        Engine.Current = Pair(31);

        Assert.StartsWith("ALARME\u00a0: l’horloge du serveur n°\u00a02 avance de 31,0 s", Render<RedStrips>().Find(".strip strong").TextContent, StringComparison.Ordinal);
    }

    private static StatusSnapshot Pair(double offset)
    {
        var healthy = Snapshots.Healthy();
        return healthy with { Servers = [healthy.Servers[0], healthy.Servers[1] with { ClockOffsetSeconds = offset }] };
    }
}
