using Bunit;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.FileSets;
using HaConsole.Engine.Status;
using HaConsole.Web.Components.Dialogs;
using HaConsole.Web.Components.Layout;
using HaConsole.Web.Components.Pages;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests.Components;

public sealed class OverviewTests : PageContext
{
    [Fact]
    public void Overview_OfHealthyPair_SaysThatASwitchWouldSucceed()
    {
        var page = Render<Overview>();

        Assert.StartsWith("Server #1 is Active since", page.Find("h1").TextContent, StringComparison.Ordinal);
        Assert.Equal("Server #2 is ready: a switch now would succeed.", page.Find(".then").TextContent);
        Assert.Contains("good", page.Find(".headline").ClassName, StringComparison.Ordinal);
        Assert.Equal("?switch=2", page.Find(".headline a.primary").GetAttribute("href"));
    }

    [Fact]
    public void Overview_WhenThePeerIsLost_SaysWhyASwitchWouldFail_AndShowsNothingOldAsNew()
    {
        Engine.Current = Snapshots.PeerLost();
        var page = Render<Overview>();

        Assert.Equal("No server is Active.", page.Find("h1").TextContent.Trim());
        Assert.Contains("Server #2 has not answered for 94 s.", page.Find(".reasons").TextContent, StringComparison.Ordinal);
        var lost = page.FindAll("article").Single(card => card.TextContent.Contains("Server #2", StringComparison.Ordinal));
        Assert.Contains("stale", lost.ClassName, StringComparison.Ordinal);
        Assert.Contains("Not heard for", lost.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("0.1.0", lost.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Overview_WithTwoActives_IsRed()
    {
        var healthy = Snapshots.Healthy();
        Engine.Current = healthy with { SwitchWouldSucceed = false, Servers = [healthy.Servers[0], healthy.Servers[1] with { Role = "Active" }] };
        var page = Render<Overview>();

        Assert.Equal("Both servers are Active.", page.Find("h1").TextContent.Trim());
        Assert.Contains("bad", page.Find(".headline").ClassName, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FileSetState.InSync, "equal", "good", "Files: in sync · 250 ms")]
    [InlineData(FileSetState.OutOfSync, "equal", "bad", "Files: out of sync · 250 ms")]
    [InlineData(FileSetState.InSync, "behind", "warn", "Files: in sync · 250 ms")]
    public async Task Topology_SaysHowConfigurationAndFilesAre(FileSetState state, string configuration, string tone, string text)
    {
        Engine.Current = Snapshots.Healthy() with { ConfigurationOnPeer = new ConfigurationOnPeer(configuration, null) };
        await Engine.EditConfigurationAsync(c => c with { FileSets = [new FileSetDefinition { Name = "uploads", Path = "/srv/uploads" }] }, "test", CancellationToken.None);
        Engine.FileSets = [FileSetSamples.Sent with { State = state, LagSeconds = 0.25 }];
        Engine.FileSetsThere = [FileSetSamples.Received];

        var page = Render<Overview>();

        page.WaitForAssertion(() => Assert.Contains(page.FindAll(".broad text.label"), label => label.TextContent == text));
        var arrow = page.FindAll(".broad g").Single(g => g.TextContent.Trim() == text).QuerySelector("line")!;
        Assert.Contains(tone, arrow.ClassName!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("operator", 1)]
    [InlineData("viewer", 0)]
    public void LinkThatOnlyTheStandbyReaches_IsAQuestionWithAButtonForOperators(string role, int buttons)
    {
        Authorization.SetAuthorized("olga").SetRoles(role);
        var healthy = Snapshots.Healthy();
        CheckInfo Link(string state) => new("pbx", "pbx", state, "Critical") { Type = "Link" };
        Engine.Current = healthy with
        {
            Alarms = [new ReasonStatus("link-one-sided", "Server #2 reaches pbx, server #1 does not: switch?")],
            Servers = [healthy.Servers[0] with { Checks = [Link("Down")] }, healthy.Servers[1] with { Checks = [Link("Up")] }],
        };

        var strip = Render<RedStrips>().Find(".strip");
        Assert.Contains("Server #2 reaches pbx, server #1 does not: switch?", strip.TextContent, StringComparison.Ordinal);
        Assert.Equal(buttons, strip.QuerySelectorAll("a[href='?switch=2']").Length);
        Assert.Contains("good", Render<Overview>().Find("line[data-link=pbx]").ClassName, StringComparison.Ordinal);
    }

    [Fact]
    public void Overview_OfALoneServer_LeadsToSetup()
    {
        var healthy = Snapshots.Healthy();
        Engine.Current = healthy with { SwitchWouldSucceed = false, Servers = [healthy.Servers[0]] };
        var page = Render<Overview>();

        Assert.Equal("setup", page.Find(".headline a.primary").GetAttribute("href"));
    }

    [Fact]
    public void Pause_ByAnOperator_IsCarriedOutWithItsEndAndReason()
    {
        var page = Render<Overview>();
        page.FindAll("button").Single(button => button.TextContent == "Pause automation").Click();
        page.WaitForElement(".ask select").Change("900");
        page.Find(".ask input").Change("  disk change  ");
        page.Find(".ask").Submit();

        page.WaitForAssertion(() => Assert.Contains("Automation paused until", page.Find(".said").TextContent, StringComparison.Ordinal));
        Assert.Equal(("anna", "disk change"), (Engine.Controls.Pause!.Owner, Engine.Controls.Pause.Reason));
    }

    [Fact]
    public void Strips_SayEveryAlarm_AndThatTheDatabaseIsDown()
    {
        Engine.Current = Snapshots.Healthy() with { Alarms = [new ReasonStatus("two-actives", "Both servers are Active.")], Database = "Unavailable: the disk is full" };
        var strips = Render<RedStrips>();

        Assert.Contains("Both servers are Active.", strips.Find(".strip").TextContent, StringComparison.Ordinal);
        Assert.Contains("the disk is full", strips.FindAll(".strip.mild").Single().TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Switch_WithPassingChecks_IsCarriedOutOnlyAfterTheConfirmation()
    {
        var panel = Render<SwitchPanel>(parameters => parameters.Add(p => p.Target, 2));
        panel.WaitForAssertion(() => Assert.Contains("both run 0.1.0", panel.Markup, StringComparison.Ordinal));
        Assert.DoesNotContain(Engine.Calls, call => call.StartsWith("switch 2 False", StringComparison.Ordinal));

        panel.Find("label.field input").Input("update");
        panel.Find("button.primary").Click();

        panel.WaitForAssertion(() => Assert.Contains("Server #2 is Active", panel.Find(".verdict").TextContent, StringComparison.Ordinal));
        Assert.Contains("switch 2 False False update", Engine.Calls);
    }

    [Fact]
    public void Switch_WithAFailingCheck_NeedsTheTypedServerAndAReasonToBeForced()
    {
        Engine.Current = Snapshots.PeerLost();
        var panel = Render<SwitchPanel>(parameters => parameters.Add(p => p.Target, 1));
        panel.WaitForAssertion(() => Assert.NotEmpty(panel.FindAll(".force")));
        Assert.Empty(panel.FindAll("button.primary"));

        panel.Find(".force input[type=checkbox]").Change(true);
        Assert.True(panel.Find("button.danger").HasAttribute("disabled"));
        panel.Find(".force input[type=text]").Input("server 1");
        Assert.True(panel.Find("button.danger").HasAttribute("disabled"));
        panel.Find("label.field input").Input("it burns");
        panel.Find("button.danger").Click();

        panel.WaitForAssertion(() => Assert.Contains("switch 1 False True it burns", Engine.Calls));
    }

    [Fact]
    public void Switch_ToTheServerThatIsActive_SaysSo_AndOffersNothing()
    {
        var panel = Render<SwitchPanel>(parameters => parameters.Add(p => p.Target, 1));
        panel.WaitForAssertion(() => Assert.Contains("Server #1 is Active already", panel.Markup, StringComparison.Ordinal));

        Assert.Equal(["Close"], panel.FindAll("button").Select(button => button.TextContent));
        Assert.Empty(panel.FindAll("input"));
        Assert.Empty(panel.FindAll(".force"));
    }
}
