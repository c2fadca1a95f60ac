using HaConsole.Engine.Status;

namespace HaConsole.Web.Pages;

/// <summary>The rules of the answering server: those that act or are about to, and the whole table folded away.</summary>
internal static class RuleList
{
    /// <summary>What acts now or will: nothing at all while everything is quiet.</summary>
    public static Html OnTheirWay(StatusSnapshot snapshot)
    {
        var rules = snapshot.Rules.Where(r => r.Matched || r.DueInSeconds is not null).ToList();
        return Html.When(rules.Count > 0, () => Html.Of($"""
            <section class="panel soon">
            <h2>What acts on this server, now or soon</h2>
            <ul>{Html.All(rules, Soon)}</ul>
            </section>
            """));
    }

    /// <summary>Every rule with its reason, to be unfolded.</summary>
    public static Html All(StatusSnapshot snapshot) => Html.When(snapshot.Rules.Count > 0, () => Html.Of($"""
        <details class="panel">
        <summary><h2>Why, and why not</h2> <small>all {snapshot.Rules.Count} rules of this server, in their order; the first that matches acts</small></summary>
        <div class="scroll"><table>
        <thead><tr><th>Row</th><th>Guide</th><th>Count</th><th>What it would do, and what it waits for</th></tr></thead>
        <tbody data-part="rules">{Html.All(snapshot.Rules, Row)}</tbody>
        </table></div>
        </details>
        """));

    private static Html Soon(RuleStatus rule)
    {
        var when = rule.Matched ? new Html("now") : Html.Of($"in {LiveTime.Left(rule.DueInSeconds!.Value)} at the earliest");
        return Html.Of($"<li><b class=\"due\">{when}</b> <span>{rule.Sentence} <small>row {rule.Row}{Counted(rule)}</small></span></li>");
    }

    private static string Counted(RuleStatus rule) => rule is { Counter: { } n, Of: { } of } ? $" · {Math.Min(n, of)} of {of}" : "";

    private static Html Row(RuleStatus rule)
    {
        var state = rule.Matched ? "matched" : rule.DueInSeconds is not null ? "counting" : "";
        var count = rule is { Counter: { } n, Of: { } of }
            ? Html.Of($"<progress max=\"{of}\" value=\"{Math.Min(n, of)}\" aria-hidden=\"true\"></progress> {Math.Min(n, of)} of {of}")
            : Html.Empty;
        return Html.Of($"<tr class=\"{state}\"><td class=\"num\">{rule.Row}</td><td>{rule.Guide}</td><td class=\"count\">{count}</td><td>{rule.Sentence}</td></tr>");
    }
}
