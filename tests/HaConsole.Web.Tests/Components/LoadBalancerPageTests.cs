using Bunit;
using HaConsole.Engine;
using HaConsole.Engine.Balancers;
using HaConsole.Engine.Configuration;
using HaConsole.Web.Tests.Support;
using LoadBalancerPage = HaConsole.Web.Components.Pages.LoadBalancer;

namespace HaConsole.Web.Tests.Components;

/// <summary>The load balancer page.</summary>
public sealed class LoadBalancerPageTests : PageContext
{
    [Fact]
    public async Task Settings_are_saved_and_their_differences_told_with_their_seconds()
    {
        var page = Render<LoadBalancerPage>();
        Assert.NotNull(page.Find("[data-finding=unset]"));
        await page.Find("#edit").ClickAsync();
        page.Find("#f-Mode").Change("Ping");
        page.Find("#f-Fall").Input("0");
        await page.Find("#editor-save").ClickAsync();
        Assert.NotEmpty(page.Find("[data-field=Fall]").QuerySelectorAll(".problem"));

        page.Find("#f-Fall").Input("3");
        await page.Find("#editor-save").ClickAsync();

        Assert.Equal((BalancerMode.Ping, 3), (Engine.Configuration.Content.LoadBalancer.Mode, Engine.Configuration.Content.LoadBalancer.Fall));
        Assert.Contains("without end", page.Find("[data-finding=ping]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_with_a_mistake_names_the_line_and_a_good_one_goes_into_the_form()
    {
        var pair = Engine.Configuration.Content.HotStandby;
        var page = Render<LoadBalancerPage>();
        page.Find("#import-file").Change("backend app\n server a");
        await page.Find("#import-read").ClickAsync();
        Assert.Contains("line 2: server a has no address", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);

        page.Find("#import-file").Change($"backend app\n default-server inter 7s\n server a {pair.Server1Address}:80 check\n server b {pair.Server2Address}:80 check\n");
        await page.Find("#import-read").ClickAsync();

        Assert.Equal("7", page.Find("#f-Interval").GetAttribute("value"));
        Assert.True(Engine.Configuration.Content.LoadBalancer.IsDefault);
        await page.Find("#editor-save").ClickAsync();
        Assert.Equal(7, Engine.Configuration.Content.LoadBalancer.Interval);
    }

    [Fact]
    public void What_it_sees_and_how_it_was_told_are_shown_in_words()
    {
        Engine.Balancer = new BalancerState(
            [new("/run/h.sock", false, "no answer within 0.5 s", DateTimeOffset.UnixEpoch, 500, new Dictionary<string, string> { ["app/server1"] = "UP" })],
            "",
            [new("1", "10.1.1.1", true, 1, new BalancerCheck(true, "200 ACTIVE", 2), DateTimeOffset.UnixEpoch), new("2", "10.1.1.2", false, 0, new BalancerCheck(false, "200 STANDBY", 2), DateTimeOffset.UnixEpoch)],
            1,
            null,
            new BalancerMismatch(1, 0.25, DateTimeOffset.UnixEpoch));

        var page = Render<LoadBalancerPage>();

        Assert.Contains("200 STANDBY", page.Find("[data-place='2']").TextContent, StringComparison.Ordinal);
        Assert.Contains("not use it", page.Find("[data-place='2']").TextContent, StringComparison.Ordinal);
        Assert.Contains("cannot be told", page.Find("[data-endpoint]").TextContent, StringComparison.Ordinal);
        Assert.Contains("0.25 s", page.Find("#last-mismatch").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void The_recipe_is_that_of_the_pair()
        => Assert.Contains(Engine.Configuration.Content.HotStandby.Server1Address, Render<LoadBalancerPage>().Find("pre.code").TextContent, StringComparison.Ordinal);
}
