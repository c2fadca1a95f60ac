using HaConsole.Engine.FileSets;

namespace HaConsole.Engine.Tests.FileSets;

/// <summary>What operators want of a set is carried out, whenever they say so.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class FileSetCommandTests
{
    [Theory]
    [InlineData("file-set-synchronised", FileSetCommand.Push)]
    [InlineData("file-set-audit", FileSetCommand.Audit)]
    public async Task WantedWhileAComparisonEnds_IsCarriedOutByTheNextOne(string moment, FileSetCommand command)
    {
        await using var pair = new FileSetPair();
        pair.One.Write("file", "content");
        DateTimeOffset? before = null;
        var answer = "not asked";
        pair.One.OnEvent = kind =>
        {
            // The comparison is over, but the set has not yet come back to waiting.
            if (kind == moment && before is null)
            {
                before = pair.One.Status.ComparedAt;
                answer = pair.One.Host.Command("set", command);
            }
        };

        // With a takeover: the audit comes first, then the copy.
        pair.Start(takeover: true);

        await pair.TrueAsync("the moment has come", () => before is not null);
        Assert.Null(answer);
        if (command == FileSetCommand.Audit)
        {
            await pair.TrueAsync("a second audit", () => pair.One.Events.Count(e => e.Kind == moment) == 2);
        }
        else
        {
            await pair.TrueAsync("a second comparison", () => pair.One.Status.ComparedAt > before);
        }
    }

    [Fact]
    public async Task AnEmptyDirectoryInPlaceOfTheStandbysOne_IsFilledOnlyWhenSomebodySaysSo()
    {
        await using var pair = new FileSetPair();
        pair.One.Write("file", "content");
        pair.Start();
        await pair.TrueAsync("in sync", () => pair.One.Status.State == FileSetState.InSync && pair.Two.Status.State == FileSetState.InSync);
        pair.IsCut = true;
        pair.Cut();
        await pair.TrueAsync("cut off", () => pair.One.Status.State == FileSetState.Waiting);
        Directory.Move(pair.Two.Root, pair.Two.Root + ".mounted");
        Directory.CreateDirectory(pair.Two.Root);
        pair.IsCut = false;

        await pair.TrueAsync("it is refused", () => pair.One.Status.Sentence.Contains("nothing is copied into it", StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFileSystemEntries(pair.Two.Root));
        Assert.Contains(pair.Two.Status.Problems, p => p.Code == "not-mounted");

        Assert.Null(pair.One.Host.Command("set", FileSetCommand.Push));
        await pair.TrueAsync("it is filled", () => pair.Two.Read("file") == "content");
        await pair.TrueAsync("in sync", () => pair.One.Status.State == FileSetState.InSync);
    }
}
