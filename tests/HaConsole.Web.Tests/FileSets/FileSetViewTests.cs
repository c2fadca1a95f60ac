using HaConsole.Engine.Configuration;
using HaConsole.Engine.FileSets;
using HaConsole.Web.Model.FileSets;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests.FileSets;

public sealed class FileSetViewTests
{
    private static readonly FileSetDefinition[] Definitions = [new() { Name = "uploads", Path = "/srv/uploads" }];

    [Fact]
    public void TheSenderKnows_AlsoWhenTheReceiverSaysItIsFine()
    {
        var view = Of([FileSetSamples.Received], [FileSetSamples.Broken]);

        Assert.Equal((2, "OutOfSync", true), (view.Source, view.State, view.IsBad));
        Assert.Equal(["InSync", "OutOfSync"], view.Servers.Select(s => s.State));
        Assert.Equal("a.txt", Assert.Single(view.Drifts).Path);
    }

    [Fact]
    public void AServerThatDoesNotAnswer_IsUnknown_AndTheOthersWordCounts()
    {
        var view = Of([FileSetSamples.Received with { State = FileSetState.Waiting }], null);

        Assert.Equal((null, "Waiting"), (view.Source, view.State));
        Assert.Equal("Unknown", view.Servers[1].State);
        Assert.Equal("Unknown", Of(null, null).State);
    }

    [Fact]
    public void TheNextAttempt_IsTheSendersWord_InSecondsFromNow()
    {
        var next = new DateTimeOffset(2026, 3, 1, 12, 1, 40, TimeSpan.Zero);
        var view = Of([FileSetSamples.Received], [FileSetSamples.Broken with { NextTryAt = next }]);

        Assert.Equal((next, 40), (view.NextTryAt, view.NextTryInSeconds));
        Assert.Equal(0, Of([FileSetSamples.Broken with { NextTryAt = next.AddMinutes(-5) }], null).NextTryInSeconds);
        Assert.Null(Of([FileSetSamples.Sent], null).NextTryInSeconds);
    }

    [Fact]
    public void AProblemThatBothTell_IsThereOnce()
        => Assert.Single(Of([FileSetSamples.Broken], [FileSetSamples.Received with { Problems = FileSetSamples.Broken.Problems }]).Problems);

    [Theory]
    [InlineData("Failed", "InSync", "OutOfSync", "Failed")]
    [InlineData("Waiting", "Synchronising", "Waiting", "InSync")]
    [InlineData("InSync", "InSync")]
    [InlineData("")]
    public void Worst_IsTheOneToLookAt(string worst, params string[] states)
        => Assert.Equal(worst, FileSetViews.Worst([.. states.Select(s => new FileSetView { State = s })]));

    private static FileSetView Of(IReadOnlyList<FileSetStatus>? one, IReadOnlyList<FileSetStatus>? two)
        => FileSetViews.Of(Definitions, [new ServerFileSets(1, one), new ServerFileSets(2, two)], new DateTimeOffset(2026, 3, 1, 12, 1, 0, TimeSpan.Zero)).Single();
}
