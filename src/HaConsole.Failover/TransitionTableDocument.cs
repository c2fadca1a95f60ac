using System.Text;

namespace HaConsole.Failover;

/// <summary>The transition table as Markdown and as a Mermaid diagram, for the README; a test keeps it equal to the code.</summary>
public static class TransitionTableDocument
{
    /// <summary>One table line per row.</summary>
    public static string Markdown()
    {
        var text = new StringBuilder("| Row | Guide | When | Then |\n|---|---|---|---|\n");
        foreach (var row in TransitionTable.Rows)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"| {row.Number} | {row.Guide} | {row.When} | {row.Then} |\n");
        }

        return text.ToString();
    }

    /// <summary>Roles and the rows that lead from one to the other.</summary>
    public static string Mermaid()
    {
        var activating = string.Join(", ", TransitionTable.Rows.Where(row => row.Activates && row.Number != 305).Select(row => row.Number));
        var demoting = string.Join(", ", TransitionTable.Rows.Where(row => row.Then.Contains("self → Standby", StringComparison.Ordinal)).Select(row => row.Number));
        return $"""
            stateDiagram-v2
                [*] --> Starting
                Starting --> Standby: 306
                Starting --> Active: 300, 305, 400, 430
                Standby --> Active: {activating}
                Active --> Standby: {demoting}
                Active --> Yielding: 300 (this server hands over)
                Yielding --> Standby: 300 (the peer is Active)
                Yielding --> Active: 300 (taken back)

            """.ReplaceLineEndings("\n");
    }
}
