using HaConsole.Engine.Certificates;
using HaConsole.Engine.Configuration;
using HaConsole.Web.Model.Certificates;

namespace HaConsole.Web.Tests.Model.Certificates;

/// <summary>Rows of the page from what the engine knows.</summary>
public sealed class CertificateViewTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly CertificateDefinition Portal = new() { Name = "portal", CertificateFile = "/p.pem" };

    private static readonly CertificateReport Sound = new()
    {
        Name = "portal",
        Present = true,
        Readable = true,
        Fingerprint = "AA",
        KeyFingerprint = "K",
        KeyMatches = true,
        ChainComplete = true,
        NotAfter = Now.AddDays(200),
    };

    [Fact]
    public void The_same_on_both_needs_no_copy()
    {
        var row = Row(Sound, Sound with { NotAfter = Now.AddDays(200) });

        Assert.Equal(("identical", CertificateLevel.Ok, 200), (row.Same, row.Level, row.DaysLeft));
        Assert.Equal(["ok", "ok"], row.Sides.Select(s => s.State));
        Assert.All(row.Copies, copy => Assert.Equal((false, "identical"), (copy.Possible, copy.Reason)));
    }

    [Fact]
    public void Only_files_whose_key_matches_can_be_copied()
    {
        var row = Row(Sound, Sound with { Fingerprint = "BB", KeyMatches = false, Problems = [new CertificateProblem("key-mismatch", "no")] });

        Assert.Equal(("different", CertificateLevel.Alarm), (row.Same, row.Level));
        Assert.Equal([("ok", CertificateLevel.Ok), ("key-mismatch", CertificateLevel.Alarm)], row.Sides.Select(s => (s.State, s.Level)));
        Assert.Equal([(1, true, ""), (2, false, "key")], row.Copies.Select(c => (c.From, c.Possible, c.Reason)));
    }

    [Fact]
    public void What_is_not_known_or_not_there_is_no_source()
    {
        var unknown = Row(Sound, null);
        Assert.Equal(("unknown", "unknown"), (unknown.Same, unknown.Sides[1].State));
        Assert.All(unknown.Copies, copy => Assert.Equal("unknown", copy.Reason));

        var missing = Row(Sound, new CertificateReport { Name = "portal", Problems = [new CertificateProblem("missing", "no")] });
        Assert.Equal("missing", missing.Sides[1].State);
        Assert.Equal(["", "not-readable"], missing.Copies.Select(c => c.Reason));
    }

    [Fact]
    public void A_near_end_and_one_that_came_since_the_look_are_shown()
    {
        var row = Row(Sound with { NotAfter = Now.AddDays(5) }, Sound with { NotAfter = Now.AddDays(-2) });

        Assert.Equal(["expiring", "expired"], row.Sides.Select(s => s.State));
        Assert.Equal(-2, row.DaysLeft);
    }

    [Fact]
    public void A_lone_server_has_one_side_and_nothing_to_copy()
    {
        var row = CertificateViews.Of([Portal], Known(Sound, null), [1]).Single();

        Assert.Equal(("", 1, 0), (row.Same, row.Sides.Count, row.Copies.Count));
        Assert.Equal(CertificateLevel.Unknown, CertificateViews.Of([Portal], new PairCertificates(Now, []), [1, 2]).Single().Level);
    }

    private static CertificateView Row(CertificateReport? one, CertificateReport? two) => CertificateViews.Of([Portal], Known(one, two), [1, 2]).Single();

    private static PairCertificates Known(CertificateReport? one, CertificateReport? two) => new(Now, CertificateComparer.Compare([Portal], Of(1, one), Of(2, two), Now));

    private static ServerCertificates? Of(int server, CertificateReport? report) => report is null ? null : new ServerCertificates(server, Now, [report]);
}
