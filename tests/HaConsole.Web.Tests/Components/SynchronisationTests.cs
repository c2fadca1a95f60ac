using Bunit;
using HaConsole.Engine.Certificates;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.FileSets;
using HaConsole.Engine.Status;
using HaConsole.Failover;
using HaConsole.Web.Components.Pages;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests.Components;

public sealed class SynchronisationTests : PageContext
{
    private static readonly FileSetDefinition Uploads = new() { Name = "uploads", Path = "/srv/uploads" };

    [Fact]
    public void HealthyPair_SaysInOneSentenceThatBothHoldTheSame()
    {
        var page = Render<Synchronisation>();

        Assert.Contains("Both servers hold the same.", page.Find("#verdict.good h2").TextContent, StringComparison.Ordinal);
        Assert.Contains("No file sets yet", page.Markup, StringComparison.Ordinal);
        Assert.Contains("No certificates yet", page.Markup, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("#take-1"));
    }

    [Fact]
    public void Drift_NamesTheSettingWithBothValues_AndTheVerdictLeadsThere()
    {
        Engine.Both.State = Engine.Both.State with
        {
            State = "behind",
            Drift = [new("HotStandby", DateTimeOffset.UnixEpoch, [new FieldDifference("HotStandby", "HotStandby:HoldHours", "24", "3")])],
        };

        var page = Render<Synchronisation>();

        Assert.Equal("sync#configuration", page.Find("#verdict.bad li a").GetAttribute("href"));
        var row = page.Find("tr[data-key='HotStandby:HoldHours']");
        Assert.Equal(["24", "3"], row.QuerySelectorAll("td").Take(2).Select(x => x.TextContent));
    }

    [Fact]
    public async Task Take_ShowsTheDryRunBefore_AndDoesNothingUntilItIsWanted()
    {
        Engine.Both.State = Engine.Both.State with { State = "different" };
        Engine.Both.Other = Engine.Configuration.Content with { HotStandby = Engine.Configuration.Content.HotStandby with { HoldHours = 3 } };
        var before = Engine.Configuration.Revision;
        var page = Render<Synchronisation>();

        await page.Find("#take-2").ClickAsync();

        Assert.Contains("3", page.Find("[data-part=configuration] .difference .new").TextContent, StringComparison.Ordinal);
        Assert.Equal(before, Engine.Configuration.Revision);
        await page.Find("#take-yes").ClickAsync();
        Assert.Equal(3, Engine.Configuration.Content.HotStandby.HoldHours);
        Assert.NotEmpty(page.FindAll("[data-part=configuration] .note.good"));
        Assert.Equal("haconsole sync take other", Engine.Audit.Read(0, 100)[^1].CommandLine);
    }

    [Fact]
    public async Task Conflict_OneClickMergesAField_AndAnotherAllThatIsLeft()
    {
        var conflict = Engine.Both.Conflict(c => c with { HotStandby = c.HotStandby with { HoldHours = 3, FailuresToSwitch = c.HotStandby.FailuresToSwitch + 1 } });
        var page = Render<Synchronisation>();
        Assert.Contains("1 conflict is open", page.Find("#verdict.warn").TextContent, StringComparison.Ordinal);

        await page.Find("[aria-label='Merge HotStandby:HoldHours']").ClickAsync();
        Assert.Equal(3, Engine.Configuration.Content.HotStandby.HoldHours);
        Assert.Empty(page.FindAll("[aria-label='Merge HotStandby:HoldHours']"));

        await page.Find($"[aria-label='Merge all (1) of conflict {conflict.Id}']").ClickAsync();
        Assert.Equal(conflict.Lost.Content.HotStandby.FailuresToSwitch, Engine.Configuration.Content.HotStandby.FailuresToSwitch);
        Assert.Contains("Both servers hold the same.", page.Find("#verdict").TextContent, StringComparison.Ordinal);
        Assert.Contains("Settled and dismissed (1)", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Conflict_IsDismissedWithAReasonOnly()
    {
        var conflict = Engine.Both.Conflict(c => c with { HotStandby = c.HotStandby with { HoldHours = 3 } });
        var page = Render<Synchronisation>();
        await page.Find($"[aria-label='Dismiss conflict {conflict.Id}']").ClickAsync();
        Assert.True(page.Find("[data-do=dismiss]").HasAttribute("disabled"));

        page.Find("[data-field=reason]").Input("was a trial");
        await page.Find("[data-do=dismiss]").ClickAsync();

        Assert.Equal("was a trial", Engine.Both.State.Conflicts.Single().Dismissed?.What);
        Assert.Contains("Dismissed by anna: was a trial", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FileSet_ShowsBothSides_Direction_DifferencesAndProblems()
    {
        await WithSetAsync(FileSetSamples.Broken, FileSetSamples.Received);

        var page = Render<Synchronisation>();

        page.WaitForAssertion(() => Assert.Contains("in sync", page.Find("[data-set=uploads] .place[data-server='2']").TextContent, StringComparison.Ordinal));
        var set = page.Find("[data-set=uploads]");
        Assert.Contains("out of sync", set.QuerySelector(".place[data-server='1']")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Server 1 sends to server 2", set.QuerySelector(".arrow")!.GetAttribute("aria-label"));
        Assert.Contains(".haconsole/recycle/20260301-120000-000/a.txt", set.TextContent, StringComparison.Ordinal);
        Assert.Contains("No space on the receiving server", set.QuerySelector("[data-problem=no-space]")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("File set uploads is out of sync", page.Find("#verdict.bad").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FileSet_FollowsTheEngine_WithProgress()
    {
        await WithSetAsync(FileSetSamples.Sent, FileSetSamples.Received);
        var page = Render<Synchronisation>();
        page.WaitForAssertion(() => Assert.Contains("Both servers hold the same.", page.Find("#verdict.good").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(20));

        Engine.FileSets = [FileSetSamples.Sent with { State = FileSetState.Synchronising, Progress = new SyncProgress(1200, 5_000_000, 10, 4_000_000, 4, 1_000_000, 2_000_000, 1.5) }];

        page.WaitForAssertion(() => Assert.Equal("1000000", page.Find("[data-set=uploads] progress").GetAttribute("value")), TimeSpan.FromSeconds(20));
        var text = page.Find("[data-set=uploads] .progress").TextContent;
        Assert.Contains("1200 names compared · 4 of 10 files · 1 MB of 4 MB", text, StringComparison.Ordinal);
        Assert.Contains("2 MB/s", text, StringComparison.Ordinal);
        Assert.Contains("1.5 s left", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Make the Standby equal: uploads", FileSetCommand.Push, "on the Standby (server 2) is made as on the Active (server 1)")]
    [InlineData("Take from the Standby: uploads", FileSetCommand.Fetch, "on the Active (server 1) is made as on the Standby (server 2)")]
    public async Task Overwriting_StatesTheConsequenceFirst(string button, FileSetCommand command, string consequence)
    {
        await WithSetAsync(FileSetSamples.Sent, FileSetSamples.Received);
        var page = Render<Synchronisation>();

        await page.Find($"[aria-label='{button}']").ClickAsync();

        Assert.Contains(consequence, page.Find("[data-set=uploads] .ask").TextContent, StringComparison.Ordinal);
        Assert.Empty(Engine.FileSetCommands);
        await page.Find("[data-set=uploads] #ask-yes").ClickAsync();
        Assert.Equal(("uploads", command, "anna"), Engine.FileSetCommands.Single());
    }

    [Fact]
    public async Task Command_RefusedByTheEngine_IsSaidInPlace()
    {
        await WithSetAsync(FileSetSamples.Sent, FileSetSamples.Received);
        Engine.FileSetRefusal = "Only the Active can compare and synchronise.";
        var page = Render<Synchronisation>();

        await page.Find("[aria-label='Audit uploads: compare and change nothing']").ClickAsync();

        Assert.Contains("Only the Active can compare", page.Find("[data-set=uploads] .note.bad").TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("viewer", false, false)]
    [InlineData("operator", true, false)]
    [InlineData("admin", true, true)]
    public async Task Rights_DecideWhatCanBePressed(string role, bool mayAudit, bool mayOverwrite)
    {
        Authorization.SetRoles(role);
        await WithSetAsync(FileSetSamples.Sent, FileSetSamples.Received);
        Engine.Both.Conflict(c => c with { HotStandby = c.HotStandby with { HoldHours = 3 } });

        var page = Render<Synchronisation>();

        bool Can(string label) => !page.Find($"[aria-label='{label}']").HasAttribute("disabled");
        Assert.Equal(mayAudit, Can("Audit uploads: compare and change nothing"));
        Assert.All(["Make the Standby equal: uploads", "Take from the Standby: uploads", "Edit file set uploads", "Remove file set uploads", "Merge HotStandby:HoldHours"], label => Assert.Equal(mayOverwrite, Can(label)));
        Assert.Equal(mayOverwrite, !page.Find("#add-files").HasAttribute("disabled"));
        Assert.Equal(mayOverwrite, !page.Find("#add-certificate").HasAttribute("disabled"));
    }

    [Fact]
    public async Task FileSet_IsAddedChangedAndRemoved()
    {
        var page = Render<Synchronisation>();
        await page.Find("#add-files").ClickAsync();
        page.Find("#f-Name").Input("uploads");
        page.Find("#f-Path").Input("/usr");
        await page.Find("#editor-save").ClickAsync();
        Assert.Contains("not one of the system", page.Find("[data-field=Path] .problem").TextContent, StringComparison.Ordinal);

        page.Find("#f-Path").Input("/srv/uploads");
        page.Find("#f-Exclude").Input("*.tmp\ncache");
        page.Find("#f-BytesPerSecond").Input("5000000000");
        await page.Find("#editor-save").ClickAsync();
        var saved = Engine.Configuration.Content.FileSets.Single();
        Assert.Equal(("/srv/uploads", 5_000_000_000), (saved.Path, saved.BytesPerSecond));
        Assert.Equal(["*.tmp", "cache"], saved.Exclude);

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[aria-label='Edit file set uploads']")));
        await page.Find("[aria-label='Edit file set uploads']").ClickAsync();
        page.Find("#f-KeepDays").Input("30");
        Assert.Contains("Days to keep replaced files", page.Find(".editor .difference").TextContent, StringComparison.Ordinal);
        await page.Find("#editor-save").ClickAsync();
        Assert.Equal(30, Engine.Configuration.Content.FileSets.Single().KeepDays);

        await page.Find("[aria-label='Remove file set uploads']").ClickAsync();
        Assert.Contains("Its files stay where they are", page.Find("[data-set=uploads] .ask").TextContent, StringComparison.Ordinal);
        await page.Find("#ask-yes").ClickAsync();
        Assert.Empty(Engine.Configuration.Content.FileSets);
    }

    [Fact]
    public async Task Certificate_ThatDiffers_IsCopiedAfterAConfirmation()
    {
        await WithCertificateAsync();
        var page = Render<Synchronisation>();
        Assert.Contains("different", page.Find("[data-certificate=portal] .chip.bad").TextContent, StringComparison.Ordinal);
        Assert.Contains("Certificate portal differs", page.Find("#verdict.bad").TextContent, StringComparison.Ordinal);

        await page.Find("[aria-label='Copy from server 1 to 2: portal']").ClickAsync();
        Assert.Contains("replaced on server 2 by those of server 1", page.Find(".ask").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("certificates copy portal 1", Engine.Calls);
        await page.Find("#ask-yes").ClickAsync();

        Assert.Contains("certificates copy portal 1", Engine.Calls);
        Assert.Contains("/p.key.bak-20260301T120000Z", page.Find("[data-certificate=portal] .note.good").TextContent, StringComparison.Ordinal);
        await page.Find("#look").ClickAsync();
        Assert.Contains("certificates look", Engine.Calls);
    }

    [Fact]
    public async Task Certificate_IsAddedAndRemoved()
    {
        var page = Render<Synchronisation>();
        await page.Find("#add-certificate").ClickAsync();
        page.Find("#f-Name").Input("portal");
        page.Find("#f-CertificateFile").Input("/p.pem");
        await page.Find("#editor-save").ClickAsync();
        Assert.Equal("/p.pem", Engine.Configuration.Content.Certificates.Single().CertificateFile);

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[aria-label='Remove certificate portal']")), TimeSpan.FromSeconds(20));
        await page.Find("[aria-label='Remove certificate portal']").ClickAsync();
        await page.Find("#ask-yes").ClickAsync();
        Assert.Empty(Engine.Configuration.Content.Certificates);
    }

    [Fact]
    public void Clocks_HaveACurveForEachServer_AndTheLinesOf2And30Seconds()
    {
        Engine.PeerReachable = true;
        ClockPoint At(double age, double offset) => new(DateTimeOffset.UnixEpoch, age, 2, offset, offset, offset, 0.002, 0.001, 0.003);
        Engine.ClockHistory = new ClockHistory(1, DateTimeOffset.UnixEpoch, ClockLevel.Warning, 2.5, 0.002, 1, [At(120, 0.01), At(60, 2.5), At(5, 2.5)]);

        var page = Render<Synchronisation>();

        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("[data-part=clocks] svg[role=img] .trace").Count));
        var chart = page.Find("[data-part=clocks] svg[role=img]");
        Assert.Equal((2, 2), (chart.QuerySelectorAll("line.warn").Length, chart.QuerySelectorAll("line.bad").Length));
        Assert.Contains("▲ +2.5 s", page.Find("[data-part=clocks] .legend").TextContent, StringComparison.Ordinal);
        Assert.Contains("greatest distance 2.5 s", chart.GetAttribute("aria-label"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HostileNamesOfFiles_AreTextOnly()
    {
        await WithSetAsync(FileSetSamples.Broken with { Drifts = [new FileDrift("<script>alert(1)</script>", DriftKind.Extra, "<b>", DateTimeOffset.UnixEpoch, "")] }, FileSetSamples.Received);

        var page = Render<Synchronisation>();

        Assert.Contains("<script>alert(1)</script>", page.Find("[data-set=uploads]").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("script"));
    }

    private async Task WithSetAsync(FileSetStatus here, FileSetStatus there)
    {
        await Engine.EditConfigurationAsync(c => c with { FileSets = [Uploads] }, "test", CancellationToken.None);
        (Engine.FileSets, Engine.FileSetsThere) = ([here], [there]);
    }

    private async Task WithCertificateAsync()
    {
        var definition = new CertificateDefinition { Name = "portal", CertificateFile = "/p.pem" };
        var report = new CertificateReport
        {
            Name = "portal",
            Present = true,
            Readable = true,
            Fingerprint = "AA11",
            KeyFingerprint = "BB22",
            KeyMatches = true,
            ChainComplete = true,
            Subject = "CN=portal.example",
            NotBefore = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
            NotAfter = new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero),
            DaysLeft = 300,
        };
        await Engine.EditConfigurationAsync(c => c with { Certificates = [definition] }, "test", CancellationToken.None);
        Engine.Certificates = new PairCertificates(DateTimeOffset.UnixEpoch, CertificateComparer.Compare(
            [definition],
            new ServerCertificates(1, DateTimeOffset.UnixEpoch, [report]),
            new ServerCertificates(2, DateTimeOffset.UnixEpoch, [report with { Fingerprint = "CC33" }]),
            new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero)));
    }
}
