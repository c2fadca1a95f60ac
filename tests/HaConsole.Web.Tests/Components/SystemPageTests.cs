using Bunit;
using HaConsole.Web.Components.Pages;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests.Components;

public sealed class SystemPageTests : PageContext
{
    [Fact]
    public void System_Opened_SaysVersionsDatabaseAndNodeValues()
    {
        var page = Render<SystemPage>();

        Assert.Contains("0.1.0", page.Markup, StringComparison.Ordinal);
        Assert.Contains("not required", page.Markup, StringComparison.Ordinal);
        Assert.Contains("Node:HttpPort", page.Markup, StringComparison.Ordinal);
        Assert.Contains("Being started", page.Find(".state").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void System_Restart_StatesTheConsequenceFirstAndConfirmsElsewhere()
    {
        var page = Render<SystemPage>();
        page.FindAll(".confirmed")[0].QuerySelector("button")!.Click();

        Assert.Contains("nothing is switched", page.FindAll(".confirmed")[0].TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("restart", string.Join(' ', Engine.Calls), StringComparison.Ordinal);
        page.FindAll(".confirmed")[0].QuerySelector("button.yes")!.Click();

        page.WaitForAssertion(() => Assert.Contains("restart anna", Engine.Calls));
        Assert.True(SpinWait.SpinUntil(() => Engine.Audit.Read(0, 9).Count > 0, TimeSpan.FromSeconds(10)), "nothing was written to the audit log");
        Assert.Equal(("restart", "done"), Engine.Audit.Read(0, 9).Select(entry => (entry.Action, entry.Result)).Single());
    }

    [Fact]
    public void System_AsOperator_ChangesNothingAndSaysWhy()
    {
        this.AddAuthorization().SetAuthorized("otto").SetRoles("operator");

        var page = Render<SystemPage>();

        Assert.All(page.FindAll(".confirmed button"), button => Assert.True(button.HasAttribute("disabled")));
        Assert.Contains("admin", page.FindAll(".confirmed")[0].TextContent, StringComparison.Ordinal);
    }
}
