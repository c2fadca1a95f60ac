using System.Runtime.CompilerServices;

namespace HaConsole.Failover.Tests;

/// <summary>The README shows the table as the code has it. HACONSOLE_UPDATE=1 writes it anew.</summary>
public sealed class DocumentTests
{
    [Theory]
    [InlineData("table")]
    [InlineData("diagram")]
    public void Readme_ShowsTheTableOfTheCode(string what)
    {
        var path = Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "src", "HaConsole.Failover", "README.md");
        var text = File.ReadAllText(path).ReplaceLineEndings("\n");
        var (begin, end) = ($"<!-- {what}: begin -->\n", $"<!-- {what}: end -->");
        var from = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var to = text.IndexOf(end, StringComparison.Ordinal);
        Assert.True(from >= begin.Length && to >= from, $"README.md has no markers for {what}");
        var wanted = what == "table" ? TransitionTableDocument.Markdown() : $"```mermaid\n{TransitionTableDocument.Mermaid()}```\n";
        if (Environment.GetEnvironmentVariable("HACONSOLE_UPDATE") == "1")
        {
            File.WriteAllText(path, text[..from] + wanted + text[to..]);
            return;
        }

        Assert.Equal(wanted, text[from..to]);
    }

    [Fact]
    public void Table_HasOneLinePerRowAndNoBrokenCells()
    {
        var lines = TransitionTableDocument.Markdown().TrimEnd('\n').Split('\n');

        Assert.Equal(TransitionTable.Rows.Count + 2, lines.Length);
        Assert.All(lines, line => Assert.Equal(5, line.Count(character => character == '|')));
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
