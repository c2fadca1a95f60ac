using HaConsole.Engine.Certificates;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Tests.State;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Certificates;

/// <summary>Both servers side by side, what is told of it, and that it is told once.</summary>
public sealed class CertificateComparerTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly CertificateDefinition Portal = new() { Name = "portal", CertificateFile = "/p.pem" };

    [Fact]
    public void Compare_TheSameOnBoth_IsWell()
    {
        var same = Compare(Sound(), Sound());

        Assert.True(same is { Identical: true, KeyIdentical: true, ChainIdentical: true, Level: CertificateLevel.Ok, Findings.Count: 0 });
    }

    [Fact]
    public void Compare_OneUnknown_SaysNothingOfBoth()
    {
        var half = Compare(Sound(), null);

        Assert.True(half is { Identical: null, KeyIdentical: null, Level: CertificateLevel.Ok });
        Assert.Equal(CertificateLevel.Unknown, Compare(null, null).Level);
    }

    [Fact]
    public void Compare_DifferentCertificates_Alarm()
    {
        var differs = Compare(Sound(), Sound() with { Fingerprint = "BB", KeyFingerprint = "K2" });

        Assert.True(differs is { Identical: false, KeyIdentical: false, Level: CertificateLevel.Alarm });
        Assert.Equal(("certificate-differs", 0), (differs.Findings.Single().Code, differs.Findings.Single().Server));
    }

    [Fact]
    public void Compare_OnOneServerOnly_Alarms()
    {
        var one = Compare(Sound(), new CertificateReport { Name = "portal", Problems = [new CertificateProblem("missing", "/p.pem does not exist")] });

        Assert.Equal(["certificate-missing", "certificate-differs"], one.Findings.Select(f => f.Code));
        Assert.Contains("server #1 only", one.Findings[1].Sentence, StringComparison.Ordinal);
        Assert.False(one.Identical);
    }

    [Fact]
    public void Compare_OtherIntermediates_Warn()
        => Assert.Equal(("certificate-chain-differs", CertificateLevel.Warning), (Compare(Sound(), Sound() with { ChainFingerprint = "C2" }).Findings.Single().Code, Compare(Sound(), Sound() with { ChainFingerprint = "C2" }).Level));

    [Theory]
    [InlineData("key-mismatch", "certificate-key-mismatch", CertificateLevel.Alarm)]
    [InlineData("key-missing", "certificate-key-unreadable", CertificateLevel.Alarm)]
    [InlineData("invalid", "certificate-unreadable", CertificateLevel.Alarm)]
    [InlineData("unstable", "certificate-unreadable", CertificateLevel.Warning)]
    [InlineData("chain-incomplete", "certificate-chain", CertificateLevel.Warning)]
    public void Compare_AProblemOfOneServer_IsAFindingOfIt(string problem, string code, CertificateLevel level)
    {
        var finding = Compare(null, Sound() with { Problems = [new CertificateProblem(problem, "it is so")] }).Findings.Single();

        Assert.Equal((code, 2, level), (finding.Code, finding.Server, finding.Level));
        Assert.Contains("it is so", finding.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(31.0, 30, null)]
    [InlineData(29.9, 30, "within 30 days")]
    [InlineData(6.5, 30, "within 7 days")]
    [InlineData(0.9, 30, "within 1 day.")]
    [InlineData(6.5, 3, null)]
    [InlineData(2.5, 3, "within 3 days")]
    [InlineData(300.0, 365, "within 365 days")]
    public void Compare_BeforeTheEnd_WarnsAtEachThreshold(double days, int warnDays, string? sentence)
    {
        var report = Sound() with { NotAfter = Now.AddDays(days) };
        var findings = CertificateComparer.Compare([Portal with { WarnDays = warnDays }], Of(1, report), null, Now).Single().Findings;

        Assert.Equal(sentence is null ? 0 : 1, findings.Count);
        Assert.All(findings, f => Assert.Equal(("certificate-expiring", CertificateLevel.Warning), (f.Code, f.Level)));
        Assert.All(findings, f => Assert.Contains(sentence!, f.Sentence, StringComparison.Ordinal));
    }

    [Fact]
    public void Compare_GoesByTheTimeOfNowAndNotOfTheLook()
    {
        var old = Sound() with { NotAfter = Now.AddHours(-1), DaysLeft = 1, ReadAt = Now.AddDays(-1) };

        var compared = Compare(old, null);

        Assert.Equal(("certificate-expired", -1), (compared.Findings.Single().Code, compared.Server1!.DaysLeft));
        Assert.Equal("certificate-not-yet-valid", Compare(Sound() with { NotBefore = Now.AddDays(1) }, null).Findings.Single().Code);
    }

    [Fact]
    public void Notes_TellEachFindingOnceAndItsEnd_OverRestarts()
    {
        using var folder = new ScratchFolder();
        var notes = new CertificateNotes(folder.Path);
        var days29 = Sound() with { NotAfter = Now.AddDays(29) };
        var days5 = Sound() with { NotAfter = Now.AddDays(5) };

        Assert.Equal([("certificate-expiring", Severity.Warning)], Told(notes, days29, null));
        Assert.Empty(Told(notes, days29, null));
        notes = new CertificateNotes(folder.Path);
        Assert.Empty(Told(notes, null, null));
        Assert.Empty(Told(notes, days29, null));
        Assert.Equal([("certificate-expiring", Severity.Warning)], Told(notes, days5, null));
        Assert.Empty(Told(notes, days5, null));
        Assert.Equal([("certificate-expired", Severity.Alarm), ("certificate-resolved", Severity.Info)], Told(notes, Sound() with { NotAfter = Now }, null).Order());
        Assert.Equal([("certificate-resolved", Severity.Info)], Told(notes, Sound(), null));
        Assert.Empty(Told(notes, Sound(), null));
    }

    [Fact]
    public void Notes_OfBoth_AreToldByServer1AndNotTakenBackWhileTheOtherIsUnknown()
    {
        using var folder = new ScratchFolder();
        var (other, notes) = (Sound() with { Fingerprint = "BB" }, new CertificateNotes(folder.Path));
        Assert.Equal([("certificate-differs", Severity.Alarm)], Told(notes, Sound(), other));
        Assert.Empty(Told(notes, Sound(), null));
        Assert.Empty(Told(notes, Sound(), other));
        Assert.Equal([("certificate-resolved", Severity.Info)], Told(notes, Sound(), Sound()));

        using var second = new ScratchFolder();
        Assert.Empty(new CertificateNotes(second.Path).Tell([Compare(Sound(), other)], 2));
    }

    [Fact]
    public void Hash_ChangesWithWhatIsFoundAndNotWithTime()
    {
        var hash = CertificateWatch.HashOf([Sound()]);

        Assert.Equal(hash, CertificateWatch.HashOf([Sound() with { ReadAt = Now.AddDays(1), DaysLeft = 3 }]));
        Assert.NotEqual(hash, CertificateWatch.HashOf([Sound() with { Fingerprint = "BB" }]));
        Assert.NotEqual(hash, CertificateWatch.HashOf([Sound() with { Problems = [new CertificateProblem("expired", "it ended")] }]));
        Assert.Equal("", CertificateWatch.HashOf([]));
    }

    private static CertificateReport Sound() => new()
    {
        Name = "portal",
        Present = true,
        Readable = true,
        Fingerprint = "AA",
        KeyFingerprint = "K1",
        KeyMatches = true,
        ChainComplete = true,
        ChainFingerprint = "C1",
        NotBefore = Now.AddDays(-10),
        NotAfter = Now.AddDays(200),
        DaysLeft = 200,
        ReadAt = Now,
    };

    private static ServerCertificates? Of(int server, CertificateReport? report) => report is null ? null : new ServerCertificates(server, Now, [report]);

    private static CertificateComparison Compare(CertificateReport? one, CertificateReport? two) => CertificateComparer.Compare([Portal], Of(1, one), Of(2, two), Now).Single();

    private static IEnumerable<(string Kind, Severity Severity)> Told(CertificateNotes notes, CertificateReport? one, CertificateReport? two)
        => [.. notes.Tell([Compare(one, two)], 1).Select(e => (e.Kind, e.Severity))];
}
