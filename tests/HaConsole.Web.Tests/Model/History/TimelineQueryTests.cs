using System.Globalization;
using HaConsole.Failover;
using HaConsole.Web.Model.History;

namespace HaConsole.Web.Tests.Model.History;

public sealed class TimelineQueryTests
{
    [Fact]
    public void Of_EverythingGiven_ComesBackAsTheSameAddress()
    {
        var query = TimelineQuery.Of("Alarm", 2, "role-changed,switch", "lost & found", true, true, "2026-11-20T10:00", "2026-11-20T11:30");
        var parts = query.Parts();

        var again = TimelineQuery.Of((string?)parts["severity"], (int?)parts["server"], (string?)parts["kind"], (string?)parts["text"], (bool?)parts["decisions"], (bool?)parts["open"], (string?)parts["from"], (string?)parts["to"]);

        Assert.Equal(query, again);
        Assert.Equal("&severity=alarm&server=2&kind=role-changed%2Cswitch&text=lost%20%26%20found&decisions=true&open=true&from=2026-11-20T10%3A00&to=2026-11-20T11%3A30", query.Query());
    }

    [Theory]
    [InlineData("loud", 7, "yesterday")]
    [InlineData("<script>", -1, "9999999999")]
    [InlineData("", 0, "")]
    public void Of_IllegalValues_AreAsIfNotGiven(string severity, int server, string from)
        => Assert.True(TimelineQuery.Of(severity, server, null, null, null, null, from, from).IsAll);

    [Fact]
    public void Of_VeryLongText_IsCutToWhatIsSearched()
        => Assert.Equal(TimelineQuery.LongestText, TimelineQuery.Of(null, null, null, new string('x', 100_000), null, null, null, null).Text.Length);

    [Fact]
    public void Filter_OfAQuery_AsksForTheSame()
    {
        var filter = TimelineQuery.Of("warning", 1, " a , b ", "x", true, null, "2026-11-20T10:00", null).Filter("default");

        Assert.Equal(Severity.Warning, filter.MinSeverity);
        Assert.Equal([1], filter.Servers);
        Assert.Equal(["a", "b"], filter.Kinds);
        Assert.True(filter.OnlyDecisions);
        Assert.Equal(DateTimeOffset.Parse("2026-11-20T10:00:00Z", CultureInfo.InvariantCulture), filter.From);
    }
}
