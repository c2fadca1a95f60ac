using System.Globalization;
using Bunit;
using HaConsole.Web.Components.Pages;
using HaConsole.Web.Model.Drills;
using HaConsole.Web.Operations;
using HaConsole.Web.Tests.Support;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace HaConsole.Web.Tests.Components;

public sealed class DrillsPageTests : PageContext
{
    private static readonly System.Text.Json.JsonSerializerOptions Plain = new(System.Text.Json.JsonSerializerDefaults.Web) { Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() } };

    private readonly string directory = Directory.CreateTempSubdirectory("haconsole-drills-").FullName;

    public DrillsPageTests()
    {
        Services.AddSingleton<IRoleUrls>(new StandbyUrls());
        Services.AddSingleton(_ => new DrillSchedule(directory));
        Services.AddSingleton<DrillCoordinator>();
        Services.AddSingleton<DrillArchive>();
        Services.AddSingleton<OtherDrill>();
        Services.AddScoped<DrillCircuit>();
    }

    [Fact]
    public void A_planned_switch_states_its_consequences_before_it_can_be_begun()
    {
        var page = Render<Drills>();
        Assert.DoesNotContain(Engine.Calls, call => call.StartsWith("switch", StringComparison.Ordinal));

        Button(page, "Switch there and back").Click();

        Assert.Contains("Clients are interrupted twice", page.Find(".consequences").TextContent, StringComparison.Ordinal);
        Assert.Equal("Cancel", page.FindAll(".consequences button")[0].TextContent.Trim());
        Assert.Null(Services.GetRequiredService<DrillCoordinator>().Current);
    }

    [Fact]
    public void The_stop_of_this_very_server_cannot_be_watched_here()
    {
        var page = Render<Drills>();

        Assert.Contains("Open this page on the other server", page.Markup, StringComparison.Ordinal);
        Assert.True(Button(page, "Begin and watch").HasAttribute("disabled"));
    }

    [Fact]
    public void A_viewer_may_prove_but_not_drill()
    {
        this.AddAuthorization().SetAuthorized("vera").SetRoles("viewer");

        var page = Render<Drills>();

        Assert.True(Button(page, "Switch there and back").HasAttribute("disabled"));
        Assert.False(Button(page, "Prove now").HasAttribute("disabled"));
        Assert.Contains("An operator can", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_proof_is_shown_with_its_codes_and_in_the_results()
    {
        var page = Render<Drills>();
        Assert.Contains("Never proven", page.Find(".chip.warn").TextContent, StringComparison.Ordinal);

        Button(page, "Prove now").Click();

        page.WaitForAssertion(() => Assert.Contains("Last proven", page.Find(".chip.good").TextContent, StringComparison.Ordinal));
        Assert.Contains(page.FindAll(".facts-list code"), code => code.TextContent == "target-answers");
        Assert.Single(page.FindAll(".results li"));
    }

    [Fact]
    public async Task News_from_another_thread_leave_a_French_page_French()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("fr");
        var page = Render<Drills>();
        var before = page.RenderCount;

        await Task.Run(() =>
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en");
            return Services.GetRequiredService<DrillCoordinator>().ProveAsync(Actor.System);
        });

        page.WaitForAssertion(() => Assert.Single(page.FindAll(".results li")));
        Assert.True(page.RenderCount > before);
        Assert.Equal("Exercices", page.Find("h1").TextContent);
    }

    [Fact]
    public void A_drill_that_the_other_server_leads_is_seen_with_its_step_and_a_way_there()
    {
        var running = new DrillView
        {
            Id = "d1",
            Kind = DrillKind.Switch,
            Operator = "bert",
            From = 1,
            To = 2,
            StartedAt = DateTimeOffset.UnixEpoch,
            Steps = [new DrillStep("there", StepState.Passed, 3, 1.2), new DrillStep("there-serves", StepState.Running)],
        };
        Engine.PeerReachable = true;
        Engine.PeerAnswer = Engine.PeerAnswer with { Body = System.Text.Json.JsonSerializer.Serialize(new { running }, Plain) };
        var page = Render<Drills>();

        page.WaitForAssertion(() => Assert.Contains("led by bert", page.Find("section.running").TextContent, StringComparison.Ordinal));
        Assert.Equal("Server 2 serves", page.Find("section.running p strong").TextContent);
        Assert.EndsWith("/drills", page.Find("section.running a").GetAttribute("href"), StringComparison.Ordinal);
        Assert.Contains(Engine.Current.Servers[1].Address, page.Find("section.running a").GetAttribute("href"), StringComparison.Ordinal);
        Assert.DoesNotContain(page.FindAll("button"), button => button.TextContent.Contains("Begin", StringComparison.Ordinal));

        Engine.PeerAnswer = Engine.PeerAnswer with { Body = """{"running":null}""" };
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("section.running")), TimeSpan.FromSeconds(10));
        Assert.Contains(page.FindAll("button"), button => button.TextContent.Contains("Begin and watch", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_drill_of_somebody_else_is_seen_and_a_report_can_be_opened()
    {
        var drills = Services.GetRequiredService<DrillCoordinator>();
        Engine.Current = Engine.Current with { Servers = [Engine.Current.Servers[0] with { Local = false }, Engine.Current.Servers[1] with { Local = true }] };
        var page = Render<Drills>();
        await drills.StartWatchAsync(new Web.Operations.Actor("bert", Web.Operations.Right.Operate, Web.Operations.Origin.Console, ""), this);
        page.WaitForAssertion(() => Assert.Contains("led by bert", page.Markup, StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Contains("Do it now", page.Find("li.running").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(10));

        Button(page, "End the drill").Click();
        page.WaitForAssertion(() => Assert.Single(page.FindAll(".results li")));
        Services.GetRequiredService<NavigationManager>().NavigateTo("drills?drill=" + drills.Results[0].Id);

        page.WaitForAssertion(() => Assert.StartsWith("data:application/json;base64,", page.Find(".report a[download]").GetAttribute("href"), StringComparison.Ordinal));
        Assert.Contains("Ended by an operator", page.Find(".report").TextContent, StringComparison.Ordinal);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Directory.Delete(directory, recursive: true);
    }

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<Drills> page, string text)
        => page.FindAll("button").First(button => button.TextContent.Contains(text, StringComparison.Ordinal));

    private sealed class StandbyUrls : IRoleUrls
    {
        public Task<string?> AskAsync(string address, TimeSpan timeout, CancellationToken cancellationToken)
            => Task.FromResult<string?>(address == "10.1.1.1" ? "ACTIVE" : "STANDBY");
    }
}
