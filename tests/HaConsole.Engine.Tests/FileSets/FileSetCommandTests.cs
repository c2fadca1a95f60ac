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
}
