using System.Globalization;
using Bunit;
using HaConsole.Engine.Journal;
using HaConsole.Web.Components.Pages;
using HaConsole.Web.Tests.Support;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace HaConsole.Web.Tests.Components;

public sealed class AuditPageTests : PageContext
{
    [Fact]
    public void Audit_IntactFiles_SaysVerifiedAndHowMany()
    {
        Add("switch", "done");
        Add("pause", "refused");

        var page = Render<Audit>();

        page.WaitForAssertion(() => Assert.Equal("✓ Server #1: verified, 2 entries", page.Find(".proofs .chip").TextContent.Trim()));
    }

    [Fact]
    public void Audit_EntryChangedInTheFile_SaysWhereItIsBroken()
    {
        Add("switch", "done");
        Add("pause", "done");
        Add("resume", "done");
        var file = Assert.Single(Directory.GetFiles(Path.Combine(Engine.AuditFolder, "audit"), "*.jsonl"));
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"pause\"", "\"other\"", StringComparison.Ordinal));

        var page = Render<Audit>();

        page.WaitForAssertion(() => Assert.Contains("broken at entry 2", page.Find(".proofs .chip.bad").TextContent, StringComparison.Ordinal));
        Assert.Contains("Somebody has changed its files", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Audit_Entry_ShowsWhoWhatAndTheCommandLine()
    {
        Engine.Audit.Append(new AuditEntry { User = "<i>anna</i>", Role = "operator", Origin = "console", Address = "10.0.0.9", Action = "switch", Target = "server 2", CommandLine = "haconsole switch --to 2 --reason 'it''s'", Before = "a", After = "b", Sentence = "Server #2 is Active" });

        var page = Render<Audit>();

        Assert.Equal("<i>anna</i>", page.Find("summary .who").TextContent);
        Assert.Equal("haconsole switch --to 2 --reason 'it''s'", page.Find(".copyable code").TextContent);
        Assert.Contains("10.0.0.9", page.Find("details").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("i"));
    }

    [Theory]
    [InlineData("result=refused", "pause")]
    [InlineData("action=switch", "switch")]
    [InlineData("user=ANNA", "")]
    [InlineData("text=NOT%20ready", "pause")]
    public void Audit_FilterInTheAddress_IsApplied(string query, string expected)
    {
        Add("switch", "done");
        Add("pause", "refused", "not READY");
        Services.GetRequiredService<NavigationManager>().NavigateTo("audit?" + query);

        Assert.Equal(expected, string.Join(' ', Render<Audit>().FindAll("summary code").Select(e => e.TextContent)));
    }

    [Fact]
    public void Audit_AsViewer_OffersNoExport()
    {
        this.AddAuthorization().SetAuthorized("vera").SetRoles("viewer");

        var page = Render<Audit>();

        Assert.Empty(page.FindAll("a[download]"));
        Assert.Contains("admin", page.Find(".page-head").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Audit_InFrench_HasNoEnglishLeft()
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("fr");
        Add("switch", "done");

        var page = Render<Audit>();

        page.WaitForAssertion(() => Assert.Contains("vérifié, 1 entrées", page.Find(".proofs .chip").TextContent, StringComparison.Ordinal));
        Assert.Contains("Utilisateur", page.Markup, StringComparison.Ordinal);
    }

    private void Add(string action, string result, string sentence = "") => Engine.Audit.Append(new AuditEntry { User = "anna", Origin = "console", Action = action, Result = result, Sentence = sentence });
}
