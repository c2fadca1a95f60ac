using HaConsole.Engine.FileSets;
using HaConsole.Engine.FileSets.Posix;

namespace HaConsole.Engine.Tests.FileSets;

/// <summary>Which paths of a set are copied.</summary>
public sealed class PathPatternsTests
{
    [Theory]
    [InlineData("*.tmp", "a.tmp", true)]
    [InlineData("*.tmp", "deep/er/a.tmp", true)]
    [InlineData("*.tmp", "a.tmp/inside", true)]
    [InlineData("*.tmp", "a.tmp2", false)]
    [InlineData("*.tmp", "a.tmp\n", false)]
    [InlineData("*.tmp", "a\nb.tmp", true)]
    [InlineData("*.tmp", "a.TMP", false)]
    [InlineData("/top", "top", true)]
    [InlineData("/top", "deep/top", false)]
    [InlineData("logs/", "logs/x/y", true)]
    [InlineData("a/*/c", "a/b/c", true)]
    [InlineData("a/*/c", "a/b/b/c", false)]
    [InlineData("a/**/c", "a/b/b/c", true)]
    [InlineData("a/**/c", "a/c", true)]
    [InlineData("a/**", "a/x", true)]
    [InlineData("?", "ab", false)]
    [InlineData("[x].(y)+", "[x].(y)+", true)]
    [InlineData("[x]", "x", false)]
    public void Excluded(string pattern, string path, bool matches)
        => Assert.Equal(!matches, new PathPatterns([], [pattern]).TakesWithParents(path, FileKind.File));

    [Fact]
    public void Included_AreOnlyThose_ButDirectoriesAreLookedInto()
    {
        var patterns = new PathPatterns(["*.txt"], ["secret.txt"]);

        Assert.True(patterns.Takes("a/b.txt", FileKind.File));
        Assert.False(patterns.Takes("a/b.bin", FileKind.File));
        Assert.True(patterns.Takes("a", FileKind.Directory));
        Assert.False(patterns.Takes("a/secret.txt", FileKind.File));
    }

    [Theory]
    [InlineData(".haconsole", false)]
    [InlineData(".haconsole/recycle/x", false)]
    [InlineData(".haconsole2", true)]
    [InlineData("in/.haconsole", true)]
    public void TheOwnFolder_IsNeverCopied(string path, bool taken) => Assert.Equal(taken, new PathPatterns([], []).Takes(path, FileKind.File));

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("a/../b")]
    [InlineData("a\nb")]
    public void NoPattern(string pattern) => Assert.NotNull(PathPatterns.Problem(pattern));

    [Fact]
    public void AnEvilPattern_TakesNoTime()
        => Assert.False(new PathPatterns([string.Concat(Enumerable.Repeat("*a", 100)) + "b"], []).Takes(new string('a', 4000), FileKind.File));
}
