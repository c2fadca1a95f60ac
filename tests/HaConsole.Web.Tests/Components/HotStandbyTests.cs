using System.Globalization;
using AngleSharp.Dom;
using Bunit;
using HaConsole.Engine.Configuration;
using HaConsole.Web.Components.Pages;
using HaConsole.Web.Live;
using HaConsole.Web.Model.Settings;
using HaConsole.Web.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HaConsole.Web.Tests.Components;

public sealed class HotStandbyTests : PageContext
{
    [Fact]
    public void Labels_AreThoseOfTheGuideInItsOrder()
    {
        var page = Render<HotStandby>();

        Assert.Equal(
        [
            "IP Address of this server", "Server IP Address #1", "Server IP Address #2", "Enable Hot Standby mode", "IP Balancer VIP address", "Test VIP address IP destination",
            "Use VIP address to build URLs", "Switch server on application error", "First server auto restart as Active", "Heartbeat timeout(s)", "Heartbeat interval(s)",
            "# of consecutives failures/success to switch", "Fault tolerant logs",
        ], page.FindAll(".card.fields")[0].QuerySelectorAll(".setting > label").Select(l => l.TextContent));
        Assert.Equal(["Validate", "Cancel"], page.FindAll(".page-head .rz-button").Select(b => b.TextContent.Trim()));
        Assert.Equal("View", page.Find("a.view").TextContent);
    }

    [Fact]
    public void Status_OfBothServers_IsTheGuidesTextWithTheButtonBesideTheStandby()
    {
        var page = Render<HotStandby>();

        Assert.Equal(["Status: Active (Primary)", "Status: Standby (Backup)"], page.FindAll(".status").Select(s => Text(s.Clone() as IElement)));
        var button = page.Find(".status[data-server='2'] a.switch");
        Assert.Equal(("→ Active (Primary)", "/?switch=2"), (button.TextContent, button.GetAttribute("href")));
    }

    [Fact]
    public void Status_Error_SaysWhyAndSinceWhen()
    {
        Engine.Current = Snapshots.PeerLost();

        var status = Render<HotStandby>().Find(".status[data-server='2']");

        Assert.Contains("Error", status.TextContent, StringComparison.Ordinal);
        Assert.Contains("connection refused by 10.1.1.2:2011", status.TextContent, StringComparison.Ordinal);
        Assert.NotNull(status.QuerySelector("ha-age"));
    }

    [Fact]
    public void LocalAddress_IsLockedWithItsSource_AndTheSecretIsNotOnThePage()
    {
        var page = Render<HotStandby>();

        var field = page.Find("[data-field=LocalAddress]");
        Assert.True(field.QuerySelector("input")!.HasAttribute("readonly"));
        Assert.Contains("command line", field.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_ValidChange_SavesOnBothServersAndSaysSo()
    {
        var page = Render<HotStandby>();
        Type(page, "FailuresToSwitch", "6");
        Assert.Contains("Not saved yet: 1", page.Markup, StringComparison.Ordinal);

        await page.Find("#validate").ClickAsync();

        Assert.Equal((6, "anna"), (Engine.Configuration.Content.HotStandby.FailuresToSwitch, Engine.Configuration.SavedBy));
        Assert.Contains("in force on both servers", page.Find(".note.good").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Not saved yet", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_PeerUnreachable_SaysThatItGetsItLater()
    {
        Engine.SavedOnPeer = false;
        var page = Render<HotStandby>();
        Type(page, "FailuresToSwitch", "6");

        await page.Find("#validate").ClickAsync();

        Assert.Contains("when it is back", page.Find(".note.warn").TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en", "0,02 x")]
    [InlineData("en", "<script>alert(1)</script>")]
    [InlineData("fr", "99999")]
    public async Task Validate_WrongValue_SaysWhatIsLegalAtTheFieldAndKeepsIt(string language, string typed)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        var page = Render<HotStandby>();
        Type(page, "HeartbeatInterval", typed);

        await page.Find("#validate").ClickAsync();

        var field = page.Find("[data-field=HeartbeatInterval]");
        Assert.NotEmpty(field.QuerySelectorAll(".problem"));
        Assert.Equal(("true", typed), (field.QuerySelector("input")!.GetAttribute("aria-invalid"), field.QuerySelector("input")!.GetAttribute("value")));
        Assert.Empty(page.FindAll("script"));
        Assert.Equal(30, Engine.Configuration.Content.HotStandby.HeartbeatInterval);
        Assert.NotEmpty(page.FindAll(".note.bad"));
    }

    [Fact]
    public void French_LabelsHelpsAndMessages_AreFrench()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("fr");
        var page = Render<HotStandby>();
        Type(page, "HeartbeatTimeout", "40");

        Assert.Equal("Délai d’attente du heartbeat (s)", page.Find("label[for=f-HeartbeatTimeout]").TextContent);
        Assert.Contains("Doit être inférieur à “Intervalle du heartbeat (s)” (30).", page.Find("[data-field=HeartbeatTimeout] .problem").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Snapshot_ToldByTheEngine_IsShownInTheLanguageOfThePage()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("fr");
        var page = Render<HotStandby>();
        var lost = Snapshots.PeerLost();
        Engine.Current = lost with { At = lost.At.AddMinutes(1) };

        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en");
        await Task.Run(Services.GetRequiredService<LiveStatus>().Start);

        await page.WaitForAssertionAsync(() => Assert.Contains("Erreur", page.Find(".status[data-server='2']").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Draft_OfALostPage_IsBackAndNotSavedYet()
    {
        var basis = ConfigurationJson.Hash(new PairConfiguration { HotStandby = Engine.Configuration.Content.HotStandby });
        var form = new RecordForm<HotStandbyParameters>(Engine.Configuration.Content.HotStandby);
        form["FailuresToSwitch"] = "9";
        JSInterop.Setup<string?>("sessionStorage.getItem", "haconsole-hot-standby").SetResult(Draft.Write(basis, form));

        var page = Render<HotStandby>();

        page.WaitForAssertion(() => Assert.Equal("9", page.Find("#f-FailuresToSwitch").GetAttribute("value")));
        Assert.Contains("not saved yet", page.Find(".note.warn").TextContent, StringComparison.Ordinal);
        Assert.Equal(5, Engine.Configuration.Content.HotStandby.FailuresToSwitch);
    }

    [Fact]
    public async Task French_DecimalComma_IsSaved()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("fr");
        var page = Render<HotStandby>();
        Type(page, "HeartbeatTimeout", "9,5");

        await page.Find("#validate").ClickAsync();

        Assert.Equal(9.5, Engine.Configuration.Content.HotStandby.HeartbeatTimeout);
        Assert.Equal("9,5", page.Find("#f-HeartbeatTimeout").GetAttribute("value"));
    }

    [Fact]
    public async Task Validate_DangerousChange_StatesTheConsequenceFirst()
    {
        var page = Render<HotStandby>();
        page.Find("#f-Enabled").Change(false);

        await page.Find("#validate").ClickAsync();

        Assert.Contains("no server takes over any more", page.Find(".confirm").TextContent, StringComparison.Ordinal);
        Assert.True(Engine.Configuration.Content.HotStandby.Enabled);
        await page.Find("#save").ClickAsync();
        Assert.False(Engine.Configuration.Content.HotStandby.Enabled);
    }

    [Fact]
    public async Task Cancel_RestoresWhatIsInForce()
    {
        var page = Render<HotStandby>();
        Type(page, "FailuresToSwitch", "77");

        await page.Find("#cancel").ClickAsync();

        Assert.Equal("5", page.Find("#f-FailuresToSwitch").GetAttribute("value"));
        Assert.Empty(page.FindAll(".setting.changed"));
    }

    [Fact]
    public async Task Undo_AfterASave_BringsTheValuesBefore()
    {
        var page = Render<HotStandby>();
        Type(page, "FailuresToSwitch", "6");
        await page.Find("#validate").ClickAsync();

        await page.Find("#undo").ClickAsync();

        Assert.Equal(5, Engine.Configuration.Content.HotStandby.FailuresToSwitch);
        Assert.Equal("5", page.Find("#f-FailuresToSwitch").GetAttribute("value"));
    }

    [Fact]
    public async Task TwoPages_SavingTheSameParameters_TheSecondDecidesFieldByField()
    {
        var (first, second) = (Render<HotStandby>(), Render<HotStandby>());
        Type(first, "FailuresToSwitch", "6");
        Type(second, "FailuresToSwitch", "8");
        Type(second, "HoldHours", "12");
        await first.Find("#validate").ClickAsync();

        await second.Find("#validate").ClickAsync();

        Assert.Equal(6, Engine.Configuration.Content.HotStandby.FailuresToSwitch);
        var rows = second.FindAll(".conflict tbody tr");
        Assert.Equal(["FailuresToSwitch", "HoldHours"], rows.Select(r => r.GetAttribute("data-field")));
        second.FindAll("[data-field=FailuresToSwitch] input[type=radio]")[0].Change(true);
        await second.FindAll(".conflict .rz-button")[2].ClickAsync();
        await second.Find("#validate").ClickAsync();
        var saved = Engine.Configuration.Content.HotStandby;
        Assert.Equal((6, 12.0), (saved.FailuresToSwitch, saved.HoldHours));
    }

    [Theory]
    [InlineData("viewer", 0)]
    [InlineData("operator", 1)]
    public void Role_ThatMayNotChange_SeesEverythingAndTheReason(string role, int switchButtons)
    {
        Authorization.SetAuthorized("vera").SetRoles(role);

        var page = Render<HotStandby>();

        Assert.True(page.Find("#validate").HasAttribute("disabled"));
        Assert.All(page.FindAll(".settings .setting-value input:not([readonly])"), input => Assert.True(input.HasAttribute("disabled")));
        Assert.Contains("this needs an admin", page.Find(".page-head").TextContent, StringComparison.Ordinal);
        Assert.Equal(switchButtons, page.FindAll("a.switch").Count);
        Assert.NotEmpty(page.FindAll("[data-relation='relation.failover']"));
    }

    [Fact]
    public void Relations_FollowWhatIsTyped()
    {
        var page = Render<HotStandby>();
        Assert.Contains("130 … 160 s", page.Find("[data-relation='relation.failover']").TextContent, StringComparison.Ordinal);

        Type(page, "HeartbeatInterval", "15");

        Assert.Contains("70 … 85 s", page.Find("[data-relation='relation.failover']").TextContent, StringComparison.Ordinal);
    }

    private static void Type(IRenderedComponent<HotStandby> page, string field, string text) => page.Find($"#f-{field}").Input(text);

    private static string Text(IElement? element)
    {
        element!.QuerySelector("a")?.Remove();
        return string.Join(' ', element.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
