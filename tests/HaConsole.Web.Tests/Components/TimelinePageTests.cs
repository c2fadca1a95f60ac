using Bunit;
using HaConsole.Engine.Journal;
using HaConsole.Failover;
using HaConsole.Web.Components.Pages;
using HaConsole.Web.Tests.Support;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace HaConsole.Web.Tests.Components;

/// <summary>The timeline while the database is down: it works from the journal and says so.</summary>
public sealed class TimelinePageTests : PageContext
{
    private const string Hostile = "<script>alert('x')</script> \u202Egnp.exe =cmd|' /C calc'!A0 漢字 🧨";

    [Fact]
    public void Timeline_WithoutDatabase_ShowsTheJournalNewestFirstAndSaysWhy()
    {
        Engine.Record(new HaEvent { Kind = "started", Sentence = "The engine has started." });
        Engine.Record(new HaEvent { Kind = "role-changed", Row = 400, Severity = Severity.Alarm, Sentence = "SWITCH THIS SERVER TO PRIMARY" });

        var page = Render<Events>();

        Assert.Equal(["SWITCH THIS SERVER TO PRIMARY", "The engine has started."], page.FindAll(".row .what").Select(e => e.TextContent.Replace("rule 400", "", StringComparison.Ordinal).Trim()));
        Assert.Contains("from its journal", page.Find(".card.warn").TextContent, StringComparison.Ordinal);
        Assert.Equal(["■ Alarm", "○ Info"], page.FindAll(".row .severity").Select(e => e.TextContent.Trim()));
    }

    [Fact]
    public void Timeline_HostileText_IsTextAndNothingElse()
    {
        Engine.Record(new HaEvent { Kind = "x", Sentence = Hostile, Evidence = new Dictionary<string, string> { ["<b>name</b>"] = Hostile } });
        Services.GetRequiredService<NavigationManager>().NavigateTo("events?event=1-1");

        var page = Render<Events>();

        Assert.Empty(page.FindAll("script, b"));
        Assert.Equal(Hostile, page.Find(".detail h2").TextContent);
        Assert.Contains("<b>name</b>", page.Find(".detail .evidence dt").TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("severity=alarm", "alarm")]
    [InlineData("text=second", "second")]
    [InlineData("kind=kind-3", "third")]
    [InlineData("decisions=true", "alarm")]
    [InlineData("severity=nonsense&server=9&from=never", "third second alarm")]
    public void Timeline_FilterInTheAddress_IsApplied(string query, string expected)
    {
        Engine.Record(new HaEvent { Kind = "kind-1", Row = 400, Severity = Severity.Alarm, Sentence = "alarm" });
        Engine.Record(new HaEvent { Kind = "kind-2", Sentence = "second" });
        Engine.Record(new HaEvent { Kind = "kind-3", Sentence = "third" });
        Services.GetRequiredService<NavigationManager>().NavigateTo("events?" + query);

        var page = Render<Events>();

        Assert.Equal(expected, string.Join(' ', page.FindAll(".row .what").Select(e => e.TextContent.Replace("rule 400", "", StringComparison.Ordinal).Trim())));
    }

    [Fact]
    public void Timeline_FilterChosen_IsInTheAddressAndInTheExport()
    {
        var page = Render<Events>();

        page.Find("select").Change("alarm");

        Assert.EndsWith("?severity=alarm", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
        Assert.EndsWith("format=csv&severity=alarm", page.Find("a[download]").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public void Timeline_AcknowledgeWithoutDatabase_IsShownAtOnceWithItsNote()
    {
        Engine.Record(new HaEvent { Kind = "x", Severity = Severity.Alarm, Sentence = "alarm" });
        Services.GetRequiredService<NavigationManager>().NavigateTo("events?event=1-1");
        var page = Render<Events>();
        page.Find(".note textarea").Input("seen by anna");

        page.FindAll(".detail .actions button")[0].Click();

        page.WaitForAssertion(() => Assert.Contains("Acknowledged by anna", page.Find(".detail .notes").TextContent, StringComparison.Ordinal));
        Assert.Contains("seen by anna", page.Find(".detail .notes").TextContent, StringComparison.Ordinal);
        Assert.Equal("", page.Find(".note textarea").GetAttribute("value") ?? "");
        Assert.Equal("event-acknowledge", Engine.Audit.Read(0, 10)[0].Action);
        Assert.DoesNotContain("anna acknowledges event", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Timeline_NoteThatIsRefused_StaysInTheField()
    {
        Engine.Record(new HaEvent { Kind = "x", Severity = Severity.Alarm, Sentence = "alarm" });
        Services.GetRequiredService<NavigationManager>().NavigateTo("events?event=1-1");
        var page = Render<Events>();
        var tooLong = new string('x', 2_001);
        page.Find(".note textarea").Input(tooLong);

        page.FindAll(".detail .actions button")[1].Click();

        page.WaitForAssertion(() => Assert.Contains("too long", page.Find(".detail .actions .bad").TextContent, StringComparison.Ordinal));
        Assert.Equal(tooLong, page.Find(".note textarea").GetAttribute("value"));
        Assert.Single(Engine.Latest(10));
    }

    [Fact]
    public void Timeline_AsViewer_CannotAcknowledgeAndSaysWhy()
    {
        this.AddAuthorization().SetAuthorized("vera").SetRoles("viewer");
        Engine.Record(new HaEvent { Kind = "x", Severity = Severity.Alarm, Sentence = "alarm" });
        Services.GetRequiredService<NavigationManager>().NavigateTo("events?event=1-1");

        var page = Render<Events>();

        Assert.All(page.FindAll(".detail .actions button"), button => Assert.True(button.HasAttribute("disabled")));
        Assert.Contains("operator", page.Find(".detail .actions").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Timeline_EventThatIsNotThere_SaysSo()
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("events?event=2-999999");

        Assert.Contains("2-999999", Render<Events>().FindAll(".card.warn")[^1].TextContent, StringComparison.Ordinal);
    }
}
