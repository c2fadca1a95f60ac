using System.Globalization;
using Bunit;
using HaConsole.Web.Components.Layout;
using HaConsole.Web.Components.Pages;
using HaConsole.Web.Model.Help;
using HaConsole.Web.Tests.Support;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace HaConsole.Web.Tests.Components;

public sealed class HelpTests : PageContext
{
    [Fact]
    public void Help_HasAName_SaysWhatTheWordsMean_AndCanBeClosed()
    {
        var help = Render<HelpDialog>();
        var dialog = help.Find("dialog");

        Assert.Equal("Help", help.Find($"#{dialog.GetAttribute("aria-labelledby")}").TextContent);
        Assert.False(dialog.HasAttribute("open"));
        var words = help.FindAll(".words dt").Select(word => word.TextContent).ToList();
        Assert.All(["Active", "Standby", "Hold", "Pause", "Maintenance", "Epoch"], word => Assert.Contains(word, words));
        Assert.NotNull(help.Find("button[data-close]"));
    }

    [Fact]
    public void Keys_LeadToPagesOnly_EachToOne()
    {
        var keys = Render<HelpDialog>().FindAll("[data-key]");

        Assert.Equal(keys.Count, keys.Select(key => key.GetAttribute("data-key")).Distinct().Count());
        Assert.All(keys, key => Assert.Contains(ConsolePages.All, page => page.Path == key.GetAttribute("data-path")));
    }

    [Theory]
    [InlineData("", "help/overview")]
    [InlineData("?switch=2", "help/overview")]
    [InlineData("hot-standby", "help/hot-standby")]
    [InlineData("events?text=a", "help/history")]
    [InlineData("drills", "help/drills")]
    [InlineData("setup/peer", "help/configuration")]
    public void Help_OfAPage_LeadsToItsChapter(string path, string chapter)
    {
        var help = Render<HelpDialog>();
        Services.GetRequiredService<NavigationManager>().NavigateTo(path);

        help.WaitForAssertion(() => Assert.Equal(chapter, help.Find(".chapter a").GetAttribute("href")));
    }

    [Fact]
    public void EveryPage_HasAChapterThatIsThere()
        => Assert.All(ConsolePages.All, page => Assert.Contains(page.Chapter, HelpChapters.Names));

    [Fact]
    public void LinksBetweenChapters_LeadToPagesOfTheConsole()
    {
        Assert.Contains("](help/configuration)", HelpChapters.Read("hot-standby"), StringComparison.Ordinal);
        Assert.Contains("](help/lifecycle/replace-a-server)", HelpChapters.Read("lifecycle/README"), StringComparison.Ordinal);
        Assert.All(HelpChapters.Names, name => Assert.DoesNotContain(".md)", HelpChapters.Read(name), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("no-such-chapter")]
    [InlineData("../../etc/passwd")]
    public void UnknownChapter_ShowsTheListOfAll(string chapter)
    {
        var page = Render<Help>(parameters => parameters.Add(p => p.Chapter, chapter));

        Assert.Contains(chapter, page.Find("[role=status]").TextContent, StringComparison.Ordinal);
        Assert.Contains(page.FindAll(".chapters a"), link => link.GetAttribute("href") == "help/hot-standby");
    }

    [Fact]
    public void Chapter_IsShownWithItsHeadingsAndTables()
    {
        var page = Render<Help>(parameters => parameters.Add(p => p.Chapter, "hot-standby"));

        Assert.Equal("The Hot Standby page", page.Find("h1").TextContent.Trim());
        Assert.NotEmpty(page.FindAll("table"));
    }

    [Fact]
    public void EveryChapterInFrench_HasTheHeadingsTablesAndListsOfTheEnglishOne()
    {
        var french = HelpChapters.Names.Where(name => HelpChapters.IsIn(name, "fr")).ToList();

        Assert.Superset(new HashSet<string> { "overview", "hot-standby", "troubleshooting", "synchronisation", "drills" }, french.ToHashSet());
        Assert.All(french, name => Assert.Equal(Shape(HelpChapters.Read(name)!), Shape(HelpChapters.Read(name, "fr")!)));
        Assert.All(french, name => Assert.NotEqual(HelpChapters.Read(name), HelpChapters.Read(name, "fr")));
        Assert.All(french, name => Assert.DoesNotContain(".md)", HelpChapters.Read(name, "fr"), StringComparison.Ordinal));

        static IEnumerable<string> Shape(string text) => text.Split('\n').Select(line => line.Split(' ')[0]).Where(word => word.StartsWith('#') || word is "-" or "|" or "1." or "2." || word.StartsWith("|--", StringComparison.Ordinal));
    }

    [Fact]
    public void Chapter_OnAFrenchPage_IsFrenchOrSaysThatItIsNot()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("fr");

        var there = Render<Help>(parameters => parameters.Add(p => p.Chapter, "hot-standby"));
        var missing = Render<Help>(parameters => parameters.Add(p => p.Chapter, "configuration"));

        Assert.Equal(("La page Hot Standby", "fr", 0), (there.Find("h1").TextContent.Trim(), there.Find("article").GetAttribute("lang"), there.FindAll("[role=note]").Count));
        Assert.Equal(("en", 1), (missing.Find("article").GetAttribute("lang"), missing.FindAll("[role=note]").Count));
    }

    [Fact]
    public void Help_InFrench_IsInFrench()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("fr");

        Assert.Equal("Aide", Render<HelpDialog>().Find("h2").TextContent);
    }
}
