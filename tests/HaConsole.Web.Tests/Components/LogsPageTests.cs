using Bunit;
using HaConsole.Engine;
using HaConsole.Web.Components.Pages;
using HaConsole.Web.Tests.Support;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace HaConsole.Web.Tests.Components;

public sealed class LogsPageTests : PageContext
{
    public LogsPageTests()
    {
        Engine.LogFiles = [new LogFile("ft-20261120.log", "2026-11-20", 120), new LogFile("ft-20261119.log", "2026-11-19", 1_500_000)];
        Engine.LogTexts["ft-20261120.log"] = "2026/11/20_10:00:00:001 IPS Startup : SWITCH THIS SERVER TO PRIMARY\n2026/11/20_10:00:00:002 IPSWS : <b>bold</b>\n";
        Engine.LogTexts["ft-20261119.log"] = "2026/11/19_10:00:00:001 IPSWS : yesterday\n";
    }

    [Fact]
    public void Logs_Opened_ListsDaysAndShowsTheNewest()
    {
        var page = Render<Logs>();

        Assert.Equal(["11/20/2026", "11/19/2026"], page.FindAll(".days li a:first-child").Select(a => a.TextContent));
        Assert.Equal(["SWITCH THIS SERVER TO PRIMARY", "<b>bold</b>"], page.FindAll(".line .what").Select(e => e.TextContent));
        Assert.Empty(page.FindAll("b"));
        Assert.Equal("1.5 MB", page.FindAll(".days .number")[1].TextContent);
    }

    [Fact]
    public void Logs_DayAndWordsInTheAddress_AreShown()
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("logs?server=2&file=ft-20261119.log&find=YESTER");

        var page = Render<Logs>();

        Assert.Equal("yester", page.Find(".line mark").TextContent);
        Assert.Equal("api/v1/logs/ft-20261119.log?server=2", page.FindAll(".days a[download]")[1].GetAttribute("href"));
    }

    [Fact]
    public void Logs_WordThatNoLineHas_SaysSo()
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("logs?find=nowhere");

        Assert.Contains("No line", Render<Logs>().Find(".lines .empty").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Logs_FileThatIsGone_ShowsTheNewestAndSaysSo()
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("logs?file=..%2F..%2Fetc%2Fpasswd");

        var page = Render<Logs>();

        Assert.Contains("no log ../../etc/passwd", page.Find(".text .warn").TextContent, StringComparison.Ordinal);
        Assert.Equal(2, page.FindAll(".line").Count);
    }
}
