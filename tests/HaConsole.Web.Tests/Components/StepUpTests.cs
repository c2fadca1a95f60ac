using Bunit;
using HaConsole.Web.Authentication;
using HaConsole.Web.Components.Dialogs;
using HaConsole.Web.Components.Pages;
using HaConsole.Web.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HaConsole.Web.Tests.Components;

/// <summary>What needs a password given within 15 minutes asks for it where it is needed.</summary>
public sealed class StepUpTests : SignedInContext
{
    [Fact]
    public async Task ForcedSwitch_LongAfterTheSignIn_AsksForThePassword_AndGoesOnWithWhatWasTyped()
    {
        var panel = ForcingPanel(TimeSpan.FromMinutes(16));
        panel.Find("button.danger").Click();
        panel.WaitForAssertion(() => Assert.NotEmpty(panel.FindAll("#confirmation")));
        Assert.DoesNotContain(Engine.Calls, call => call.StartsWith("switch 1 False", StringComparison.Ordinal));
        Assert.Equal(("it burns", "server 1"), (panel.Find("label.field input").GetAttribute("value"), panel.Find(".force input[type=text]").GetAttribute("value")));

        Confirm(panel, Password);

        panel.WaitForAssertion(() => Assert.Contains("switch 1 False True it burns", Engine.Calls));
        Assert.True(Services.GetRequiredService<SessionRegistry>().IsFresh(Session!.Id));
        await Eventually.TrueAsync(() => AuditEntries.Any(entry => entry is { Action: "password-confirmed", User: "anna", Address: "10.0.0.9" }));
    }

    [Fact]
    public void ForcedSwitch_ShortlyAfterTheSignIn_AsksForNoPassword()
    {
        var panel = ForcingPanel(TimeSpan.FromMinutes(14));
        panel.Find("button.danger").Click();

        panel.WaitForAssertion(() => Assert.Contains("switch 1 False True it burns", Engine.Calls));
    }

    [Fact]
    public async Task ForcedSwitch_WithAWrongPassword_IsNotCarriedOut_AndWrittenDown()
    {
        var panel = ForcingPanel(TimeSpan.FromMinutes(16));
        panel.Find("button.danger").Click();
        Confirm(panel, "not anna's password");

        panel.WaitForAssertion(() => Assert.Contains("The password is wrong", panel.Find("#confirmation-said").TextContent, StringComparison.Ordinal));
        Assert.Equal("", panel.Find("#confirmation").GetAttribute("value") ?? "");
        Assert.DoesNotContain(Engine.Calls, call => call.StartsWith("switch 1 False", StringComparison.Ordinal));
        Assert.False(Services.GetRequiredService<SessionRegistry>().IsFresh(Session!.Id));
        await Eventually.TrueAsync(() => AuditEntries.Any(entry => entry is { Action: "password-not-confirmed", User: "anna", Result: "refused" }));
    }

    [Fact]
    public async Task ManyWrongPasswords_MakeEvenTheRightOneWait_AsAtTheSignIn()
    {
        var panel = ForcingPanel(TimeSpan.FromMinutes(16));
        panel.Find("button.danger").Click();
        for (var i = 0; i < 5; i++)
        {
            Confirm(panel, $"wrong password {i}");
            var tried = i + 1;
            await Eventually.TrueAsync(() => AuditEntries.Count(entry => entry.Action == "password-not-confirmed") == tried);
        }

        Confirm(panel, Password);
        panel.WaitForAssertion(() => Assert.Contains("Next try in", panel.Find("#confirmation-said").TextContent, StringComparison.Ordinal));
        Assert.True(Services.GetRequiredService<SignInBrake>().Wait("anna", "10.0.0.9") > TimeSpan.Zero);
        Assert.DoesNotContain(Engine.Calls, call => call.StartsWith("switch 1 False", StringComparison.Ordinal));

        Time.Advance(TimeSpan.FromSeconds(10));
        Confirm(panel, Password);
        panel.WaitForAssertion(() => Assert.Contains("switch 1 False True it burns", Engine.Calls));
    }

    [Fact]
    public void Prompt_ThoughtBetterOf_KeepsWhatWasTyped()
    {
        var panel = ForcingPanel(TimeSpan.FromMinutes(16));
        panel.Find("button.danger").Click();
        panel.WaitForAssertion(() => Assert.NotEmpty(panel.FindAll("#confirmation")));
        panel.Find(".confirmation button.plain").Click();

        Assert.Empty(panel.FindAll("#confirmation"));
        Assert.False(panel.Find("button.danger").HasAttribute("disabled"));
        Assert.Equal("it burns", panel.Find("label.field input").GetAttribute("value"));
    }

    [Fact]
    public async Task Confirm_WithoutASessionOfABrowser_IsNotPossible()
    {
        var end = await Services.GetRequiredService<StepUp>().ConfirmAsync(Password);

        Assert.False(end.Succeeded);
    }

    [Fact]
    public async Task Confirm_AfterTheSessionHasEnded_DoesNotBringItBack()
    {
        SignInAnna();
        var sessions = Services.GetRequiredService<SessionRegistry>();
        sessions.End(Session!.Id);
        var end = await Services.GetRequiredService<StepUp>().ConfirmAsync(Password);

        Assert.False(end.Succeeded);
        Assert.Null(sessions.Find(Session.Id));
    }

    [Fact]
    public void AccessPage_LongAfterTheSignIn_AsksWithTheSamePrompt()
    {
        SignInAnna();
        Time.Advance(TimeSpan.FromMinutes(16));
        var page = Render<HaConsole.Web.Components.Pages.Access>();
        page.Find("#new-user").Change("otto");
        page.Find("form.inline").Submit();
        Confirm(page, Password);

        page.WaitForAssertion(() => Assert.Contains(Engine.Configuration.Content.Access.Users, user => user.Name == "otto"));
    }

    private static void Confirm<T>(IRenderedComponent<T> within, string password)
        where T : Microsoft.AspNetCore.Components.IComponent
    {
        within.WaitForElement("#confirmation:not([disabled])").Change(password);
        within.WaitForAssertion(() => Assert.False(within.Find(".confirmation button[type=submit]").HasAttribute("disabled")));
        within.Find("form.confirmation").Submit();
    }

    /// <summary>The panel before "force", with everything typed, that long after the sign-in.</summary>
    private IRenderedComponent<SwitchPanel> ForcingPanel(TimeSpan signedInFor)
    {
        SignInAnna();
        Time.Advance(signedInFor);
        Engine.Current = Snapshots.PeerLost();
        var panel = Render<SwitchPanel>(parameters => parameters.Add(p => p.Target, 1));
        panel.WaitForAssertion(() => Assert.NotEmpty(panel.FindAll(".force")));
        panel.Find(".force input[type=checkbox]").Change(true);
        panel.Find(".force input[type=text]").Input("server 1");
        panel.Find("label.field input").Input("it burns");
        return panel;
    }
}
