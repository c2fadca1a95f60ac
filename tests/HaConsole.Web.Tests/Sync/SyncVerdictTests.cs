using HaConsole.Engine.Certificates;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.FileSets;
using HaConsole.Engine.Status;
using HaConsole.Web.Model.Certificates;
using HaConsole.Web.Model.FileSets;
using HaConsole.Web.Model.Sync;

namespace HaConsole.Web.Tests.Sync;

/// <summary>The sentence at the top of the page, and its chart of the clocks.</summary>
public sealed class SyncVerdictTests
{
    [Theory]
    [InlineData("equal", "InSync", "identical", "good", "same", "")]
    [InlineData("none", "Waiting", "", "warn", "alone", "")]
    [InlineData("unknown", "OutOfSync", "identical", "bad", "silent", "reason.files.OutOfSync")]
    [InlineData("behind", "InSync", "identical", "bad", "differs", "reason.configuration.behind")]
    [InlineData("equal", "Failed", "identical", "bad", "differs", "reason.files.Failed")]
    [InlineData("equal", "InSync", "different", "bad", "differs", "reason.certificate.different")]
    [InlineData("equal", "Synchronising", "identical", "warn", "copying", "reason.files.Synchronising")]
    [InlineData("equal", "Waiting", "identical", "warn", "attention", "reason.files.Waiting")]
    [InlineData("equal", "InSync", "unknown", "warn", "attention", "reason.certificate.unknown")]
    public void Verdict_SaysItInOneSentence(string configuration, string files, string certificate, string tone, string text, string reason)
    {
        var verdict = SyncVerdict.Of(new SyncView { Server = 1, State = configuration }, [new FileSetView { Name = "uploads", State = files }], [Certificate(certificate)]);

        Assert.Equal((tone, text, reason), (verdict.Tone, verdict.Text, string.Join(',', verdict.Reasons.Select(r => r.Text))));
    }

    [Fact]
    public void AnOpenConflict_AndWhatIsNotCopied_NeedAttention()
    {
        var view = new SyncView { Server = 1, State = "equal", Conflicts = [new ConflictView(), new ConflictView { State = ConflictView.Settled }] };
        var set = new FileSetView { Name = "uploads", State = nameof(FileSetState.InSync), Problems = [new FileProblem("x", "owner", "", default)] };

        Assert.Equal(["reason.conflict", "reason.files.problems"], SyncVerdict.Of(view, [set], []).Reasons.Select(r => r.Text));
    }

    [Fact]
    public void Chart_ShowsMillisecondsAndHalfMinutes_InOnePicture()
    {
        double[] offsets = [-120, -30, -2, -1, 0, 0.5, 1, 2, 30, 120];
        var heights = offsets.Select(ClockChart.HeightOf).ToList();

        Assert.Equal(heights.OrderDescending(), heights);
        Assert.Equal(offsets.Length, heights.Distinct().Count());
        Assert.All(heights, h => Assert.InRange(h, 0, ClockChart.Bottom));
        Assert.InRange(ClockChart.HeightOf(-1e9), 0, ClockChart.Bottom);
    }

    [Fact]
    public void Chart_HasAGapWhereNothingWasMeasured_AndADotForALonePoint()
    {
        ClockPoint At(double age) => new(default, age, 1, 0, 0, 0.2, 0, 0, 0);
        var chart = ClockChart.Of([new ClockHistory(1, default, ClockLevel.Ok, 0, 0, 0, [At(5000), At(1200), At(1140), At(1080)])]);

        var trace = Assert.Single(chart.Traces);
        Assert.Equal((2, 2, 1), (trace.Path.Count(c => c == 'M'), trace.Path.Count(c => c == 'L'), trace.Dots.Count));
        Assert.Equal((2, 0.2), (chart.Hours, chart.Greatest));
        Assert.Null(ClockChart.Of([]).Greatest);
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1500, "1.5 kB")]
    [InlineData(999_999, "1 MB")]
    [InlineData(4e12, "4 TB")]
    public void Bytes_AreReadable(double bytes, string text)
    {
        System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.GetCultureInfo("en");
        Assert.Equal(text, Amounts.Bytes(bytes));
    }

    private static CertificateView Certificate(string same) => new(new CertificateDefinition { Name = "portal" }, CertificateLevel.Ok, [], same, [], []);
}
