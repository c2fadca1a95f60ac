using Bunit;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Status;
using HaConsole.Web.Components.Pages;
using HaConsole.Web.Tests.Support;
using ChecksPage = HaConsole.Web.Components.Pages.Checks;
using ServicesPage = HaConsole.Web.Components.Pages.Services;

namespace HaConsole.Web.Tests.Components;

public sealed class ServicesAndChecksTests : PageContext
{
    [Fact]
    public void Services_ShowBothServersSideBySideInWords()
    {
        var card = Render<ServicesPage>().Find("[data-service=cti]");

        Assert.Contains("Running", card.QuerySelector("[data-server='1']")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Stopped", card.QuerySelector("[data-server='2']")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_StatesTheConsequenceBeforeItIsDone()
    {
        var page = Render<ServicesPage>();

        await page.Find("[aria-label='Stop cti on server #1']").ClickAsync();

        Assert.Contains("stops cti on the Active", page.Find(".ask").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(Engine.Calls, c => c.StartsWith("service", StringComparison.Ordinal));
        await page.Find("#ask-yes").ClickAsync();
        Assert.Contains("service 1 cti Stop", Engine.Calls);
        Assert.Contains("is stopped on server #1", page.Find(".note.good").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_RefusedByTheEngine_IsSaidInPlace()
    {
        Engine.ServiceRefusal = "server #1 is not Active any more";
        var page = Render<ServicesPage>();
        await page.Find("[aria-label='Restart cti on server #1']").ClickAsync();

        await page.Find("#ask-yes").ClickAsync();

        Assert.Contains("not Active any more", page.Find("[data-service=cti] .note.bad").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_FieldsFollowTheType_AndWhatIsMissingIsSaidOnSave()
    {
        var page = Render<ServicesPage>();
        await page.Find("#add").ClickAsync();
        Assert.NotEmpty(page.FindAll("#f-Command"));
        Assert.Empty(page.FindAll(".problem"));
        page.Find("#f-Type").Change("Systemd");
        Assert.Empty(page.FindAll("#f-Command"));

        await page.Find("#editor-save").ClickAsync();
        Assert.Equal(2, page.FindAll(".setting.wrong").Count);

        page.Find("#f-Name").Input("cti-two");
        page.Find("#f-Unit").Input("cti.service");
        await page.Find("#editor-save").ClickAsync();
        Assert.Equal((ServiceType.Systemd, "cti.service"), (Engine.Configuration.Content.Services[^1].Type, Engine.Configuration.Content.Services[^1].Unit));
    }

    [Fact]
    public async Task Edit_SecretOfTheEnvironment_IsNeverShownAndKeptWhenLeftEmpty()
    {
        await Engine.EditConfigurationAsync(c => c with { Services = [c.Services[0] with { Environment = new Dictionary<string, string> { ["API_TOKEN"] = "deep-secret" } }] }, "x", CancellationToken.None);
        var page = Render<ServicesPage>();
        await page.Find("[aria-label='Edit service cti']").ClickAsync();
        Assert.DoesNotContain("deep-secret", page.Markup, StringComparison.Ordinal);
        page.Find("#f-StartDelay").Input("2");

        await page.Find("#editor-save").ClickAsync();

        Assert.Equal((2.0, "deep-secret"), (Engine.Configuration.Content.Services[0].StartDelay, Engine.Configuration.Content.Services[0].Environment["API_TOKEN"]));
    }

    [Fact]
    public async Task Edit_ChangedBySomebodyElse_ShowsTheDifference()
    {
        var page = Render<ServicesPage>();
        await page.Find("[aria-label='Edit service cti']").ClickAsync();
        page.Find("#f-StartDelay").Input("2");
        await Engine.EditConfigurationAsync(c => c with { Services = [c.Services[0] with { StartDelay = 5 }] }, "bob", CancellationToken.None);

        await page.Find("#editor-save").ClickAsync();

        Assert.Equal("StartDelay", Assert.Single(page.FindAll(".conflict tbody tr")).GetAttribute("data-field"));
        await page.FindAll(".conflict .rz-button")[1].ClickAsync();
        await page.Find("#editor-save").ClickAsync();
        Assert.Equal(2, Engine.Configuration.Content.Services[0].StartDelay);
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("../../etc/passwd")]
    [InlineData("名前")]
    public async Task Add_HostileName_IsRefusedAtTheField(string name)
    {
        var page = await OpenChecksAsync();
        await page.Find("#add").ClickAsync();
        page.Find("#f-Name").Input(name);
        page.Find("#f-Url").Input("http://127.0.0.1:9/");

        await page.Find("#editor-save").ClickAsync();

        Assert.NotEmpty(page.Find("[data-field=Name]").QuerySelectorAll(".problem"));
        Assert.Empty(page.FindAll("script"));
        Assert.Empty(Engine.Configuration.Content.Checks);
    }

    [Fact]
    public async Task Check_MuteAndEndOfMute()
    {
        await AddCheckAsync();
        var page = await OpenChecksAsync();
        await page.Find("[aria-label='Mute check web']").ClickAsync();
        page.Find("#mute-reason").Change("update of the web server");

        await page.Find("#mute-yes").ClickAsync();

        Assert.Equal("update of the web server", Assert.Single(Engine.Configuration.Content.Mutes).Reason);
        Assert.Contains("Muted by anna: update of the web server", page.Markup, StringComparison.Ordinal);
        await page.Find("[aria-label='End the mute of web']").ClickAsync();
        Assert.Empty(Engine.Configuration.Content.Mutes);
    }

    [Fact]
    public async Task Check_LookNow_SaysWhatItFound()
    {
        await AddCheckAsync();
        var page = await OpenChecksAsync();

        await page.Find("[aria-label='Look now: web on server #2']").ClickAsync();

        Assert.Contains("check 2 web", Engine.Calls);
        Assert.Contains("web on server #2: Up", page.Find(".note.good").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_HistoryBar_HasAMarkForEachLookAndSaysItInWords()
    {
        await AddCheckAsync();
        Engine.History = new EngineHistory(1, DateTimeOffset.UnixEpoch, [new CheckHistory("web", [new(4, "ok", .01, "200"), new(2, "failed", .01, "refused"), new(0, "timeout", 5, "")])], []);

        var page = Render<ChecksPage>();

        await page.WaitForAssertionAsync(() =>
        {
            var bar = page.Find("[data-check=web] .bar");
            Assert.Equal(["ok", "failed", "timeout"], bar.Children.Select(c => c.ClassName));
            Assert.Equal("1 of the last 3 looks succeeded.", bar.GetAttribute("aria-label"));
        });
    }

    [Fact]
    public void Answers_OfThisServer_AreThoseOfTheHealthUrls()
    {
        Engine.Health.Turn(answersActive: true, isReady: true, TimeSpan.FromHours(1));
        Engine.Health.SetApplicationErrors(["web"]);

        var page = Render<ChecksPage>();

        Assert.Equal(["OK", "IPSWS=ERROR web", "ACTIVE"], page.FindAll("td[data-server='1'] code").Select(c => c.TextContent));
    }

    [Fact]
    public void Viewer_SeesAllAndMayDoNothing()
    {
        Authorization.SetAuthorized("vera").SetRoles("viewer");

        foreach (var buttons in new[] { Render<ServicesPage>().FindAll(".rz-button"), Render<ChecksPage>().FindAll(".rz-button") })
        {
            Assert.NotEmpty(buttons);
            Assert.All(buttons, b => Assert.True(b.HasAttribute("disabled")));
        }
    }

    [Fact]
    public async Task Add_ALink_AsksForItsTwoAddressesAndForNoSeverity()
    {
        var page = await OpenChecksAsync();
        await page.Find("#add").ClickAsync();
        page.Find("#f-Name").Input("pbx");
        page.Find("#f-Type").Change("Link");
        Assert.Empty(page.FindAll("#f-Severity"));
        page.Find("#f-Main").Input("10.0.0.7:5060");
        page.Find("#f-Alternate").Input("10.0.0.8");

        await page.Find("#editor-save").ClickAsync();
        Assert.NotEmpty(page.Find("[data-field=Alternate]").QuerySelectorAll(".problem"));
        page.Find("#f-Alternate").Input("10.0.0.8:5060");
        await page.Find("#editor-save").ClickAsync();

        var saved = Assert.Single(Engine.Configuration.Content.Checks);
        Assert.Equal(("pbx", CheckType.Link, "10.0.0.7:5060", "10.0.0.8:5060", true), (saved.Name, saved.Type, saved.Main, saved.Alternate, saved.FollowBack));
    }

    [Fact]
    public async Task Link_ShowsWhichAddressIsInUse()
    {
        await Engine.EditConfigurationAsync(c => c with { Checks = [new CheckDefinition { Name = "pbx", Type = CheckType.Link, Main = "10.0.0.7:5060", Alternate = "10.0.0.8:5060" }] }, "x", CancellationToken.None);
        var info = new CheckInfo("pbx", "pbx", "Up", "Critical") { Type = "Link", InUse = "10.0.0.8:5060" };
        Engine.Current = Engine.Current with { Servers = [.. Engine.Current.Servers.Select(s => s with { Checks = [info] })] };

        var page = Render<ChecksPage>();

        Assert.Equal(["10.0.0.8:5060", "10.0.0.8:5060"], page.FindAll("[data-part=in-use] code").Select(c => c.TextContent));
        Assert.Contains("alternate", page.Find("[data-part=in-use]").TextContent, StringComparison.Ordinal);
    }

    /// <summary>The page with the answers that it asks for by itself: nothing renders it behind the test's back then.</summary>
    private async Task<IRenderedComponent<ChecksPage>> OpenChecksAsync()
    {
        var page = Render<ChecksPage>();
        await page.WaitForAssertionAsync(() => Assert.Contains("Age of these answers", page.Markup, StringComparison.Ordinal), TimeSpan.FromSeconds(20));
        return page;
    }

    private async Task AddCheckAsync()
        => await Engine.EditConfigurationAsync(c => c with { Checks = [new CheckDefinition { Name = "web", Url = "http://127.0.0.1:9/" }] }, "x", CancellationToken.None);
}
