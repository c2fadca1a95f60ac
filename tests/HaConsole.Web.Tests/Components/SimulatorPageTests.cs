using Bunit;
using HaConsole.Simulation.Scenarios;
using HaConsole.Web.Components.Pages;
using HaConsole.Web.Model.Simulation;
using HaConsole.Web.Tests.Support;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;

namespace HaConsole.Web.Tests.Components;

public sealed class SimulatorPageTests : PageContext
{
    public SimulatorPageTests() => Services.AddSingleton(_ => new SimulationRunner(TimeProvider.System));

    [Fact]
    public void Simulator_opens_with_the_pairs_parameters_and_a_result()
    {
        var page = Ready();

        Assert.Equal("30", page.Find("#A-heartbeatInterval").GetAttribute("value"));
        Assert.Contains("These are the values in force", page.Markup, StringComparison.Ordinal);
        Assert.Contains("Server #2 takes over", page.Find("table.changes").TextContent, StringComparison.Ordinal);
        Assert.StartsWith("http://localhost/simulator?s=", page.Find("#link").GetAttribute("value"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_link_carries_the_VIP_when_URLs_are_built_from_it()
    {
        await Engine.EditConfigurationAsync(pair => pair with { HotStandby = pair.HotStandby with { VipAddress = "10.1.1.245", UseVipToBuildUrls = true } }, "anna", CancellationToken.None);

        var page = Ready();

        Assert.StartsWith("http://10.1.1.245:8080/simulator?s=", page.Find("#link").GetAttribute("value"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_value_is_named_at_its_field_with_its_path_and_nothing_typed_is_lost()
    {
        var page = Ready();

        page.Find("#A-heartbeatTimeout").Change("<script>");

        Assert.Equal("<script>", page.Find("#A-heartbeatTimeout").GetAttribute("value"));
        Assert.Equal("true", page.Find("#A-heartbeatTimeout").GetAttribute("aria-invalid"));
        Assert.Contains("$.settings.heartbeatTimeout", page.Find("section[aria-labelledby=settings-title] .problem").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("script"));
    }

    [Fact]
    public void A_value_that_differs_from_the_pair_is_marked_until_the_pairs_are_taken()
    {
        var page = Ready();

        page.Find("#A-failuresToSwitch").Change("3");
        Assert.Contains("pair: 5", page.Find(".differs").TextContent, StringComparison.Ordinal);
        page.FindAll("button").First(button => button.TextContent.Contains("Take the pair", StringComparison.Ordinal)).Click();

        Assert.Equal("5", page.Find("#A-failuresToSwitch").GetAttribute("value"));
        Assert.Empty(page.FindAll(".differs"));
    }

    [Fact]
    public void A_fault_is_moved_and_removed_with_the_keyboard()
    {
        var page = Ready();
        var before = double.Parse(page.Find(".axis [role=slider]").GetAttribute("aria-valuenow")!, System.Globalization.CultureInfo.InvariantCulture);

        page.Find(".axis [role=slider]").KeyDown(new KeyboardEventArgs { Key = "ArrowRight" });
        Assert.Equal(before + 30, double.Parse(page.Find(".axis [role=slider]").GetAttribute("aria-valuenow")!, System.Globalization.CultureInfo.InvariantCulture));
        page.Find(".axis [role=slider]").KeyDown(new KeyboardEventArgs { Key = "Delete" });

        Assert.Single(page.FindAll(".axis [role=slider]"));
        Assert.Single(page.FindAll("ol.list > li"));
        Assert.Contains("Changed since this run", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_click_on_the_axis_adds_the_chosen_fault_there()
    {
        var page = Ready();
        page.Find("#new-kind").Change(nameof(FaultKind.Freeze));
        page.Find("#new-server").Change("2");

        page.FindAll(".slot")[30].Click();

        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll("ol.list > li").Count), TimeSpan.FromSeconds(5));
        Assert.Contains("server 2 freezes", page.FindAll(".axis [role=slider]")[2].GetAttribute("aria-label"), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_parameter_sets_give_two_pictures_and_a_difference()
    {
        var page = Ready();
        page.Find("#compare").Change(true);
        page.Find("#B-failuresToSwitch").Change("2");

        page.FindAll("button").First(button => button.TextContent.Contains("Run", StringComparison.Ordinal)).Click();
        page.WaitForState(() => page.FindAll("figure.picture").Count == 2, TimeSpan.FromSeconds(20));

        Assert.Contains(page.FindAll("tbody tr"), row => row.TextContent.StartsWith("No Active", StringComparison.Ordinal) && row.TextContent.EndsWith('B'));
    }

    [Fact]
    public void A_damaged_link_says_so_and_shows_a_ready_scenario()
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("simulator?s=AAAA");

        var page = Render<Simulator>();

        Assert.Contains("This link holds no scenario", page.Find("[role=status]").TextContent, StringComparison.Ordinal);
        Assert.Contains("$", page.Find("ul.problems").TextContent, StringComparison.Ordinal);
        Assert.NotEmpty(page.FindAll(".axis [role=slider]"));
    }

    [Fact]
    public void A_link_opens_its_scenario()
    {
        var scenario = ScenarioLibrary.Find("one-way-cut", "firewall rule", new ScenarioSettings { FailuresToSwitch = 4 })!;
        Services.GetRequiredService<NavigationManager>().NavigateTo("simulator?s=" + ScenarioLink.Encode(scenario));

        var page = Ready();

        Assert.Equal("firewall rule", page.Find("#name").GetAttribute("value"));
        Assert.Equal("4", page.Find("#A-failuresToSwitch").GetAttribute("value"));
    }

    private IRenderedComponent<Simulator> Ready()
    {
        var page = Render<Simulator>();
        page.WaitForElement("figure.picture", TimeSpan.FromSeconds(20));
        page.WaitForState(() => page.FindAll("button").All(button => !button.TextContent.Contains("Stop", StringComparison.Ordinal)), TimeSpan.FromSeconds(20));
        return page;
    }
}
