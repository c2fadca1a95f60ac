using System.Text.Json;
using System.Text.RegularExpressions;

namespace HaConsole.Tidy.Tests;

/// <summary>Rules, dashboard and documentation name the metrics that the program has.</summary>
public sealed partial class MonitoringTests
{
    private static readonly IReadOnlyList<(string Name, string Labels)> Metrics =
    [
        .. Repository.Files.Where(x => x.StartsWith("src/HaConsole.Web/Metrics/MetricCatalog", StringComparison.Ordinal))
            .SelectMany(x => Definition().Matches(Repository.Text(x))).Select(x => (x.Groups[1].Value, x.Groups[2].Value)),
    ];

    private static HashSet<string> Names => [.. Metrics.Select(x => x.Name)];

    [Fact]
    public void Every_metric_is_documented_with_its_labels_and_none_else()
    {
        var rows = Row().Matches(Repository.Text("docs/monitoring.md")).ToDictionary(x => x.Groups[1].Value, x => Word().Matches(x.Groups[2].Value).Select(y => y.Value).ToList());
        Repository.Clean("docs/monitoring.md", Metrics.Where(x => !rows.TryGetValue(x.Name, out var labels) || !labels.SequenceEqual(Word().Matches(x.Labels).Select(y => y.Value)))
            .Select(x => $"{x.Name}: is missing or has other labels").Concat(rows.Keys.Except(Names).Select(x => $"{x}: does not exist in the program")));
    }

    [Theory]
    [InlineData("docs/monitoring/alerts.yml")]
    [InlineData("docs/monitoring/alerts.test.yml")]
    [InlineData("docs/monitoring/dashboard.json")]
    [InlineData("docs/monitoring.md")]
    public void Every_metric_that_is_asked_for_exists(string file)
    {
        var asked = Name().Matches(Repository.Text(file)).Select(x => x.Value).ToHashSet();
        Assert.NotEmpty(asked);
        Repository.Clean(file, asked.Except(Names).Select(x => $"{x}: does not exist in the program"));
    }

    [Fact]
    public void Names_end_as_the_conventions_want()
        => Repository.Clean("names", Repository.Files.Where(x => x.StartsWith("src/HaConsole.Web/Metrics/MetricCatalog", StringComparison.Ordinal))
            .SelectMany(x => Kind().Matches(Repository.Text(x)))
            .Where(x => (x.Groups[1].Value == "CounterOf") != x.Groups[2].Value.EndsWith("_total", StringComparison.Ordinal))
            .Select(x => $"{x.Groups[2].Value}: counters, and only they, end in _total"));

    [Fact]
    public void The_dashboard_is_JSON_and_each_panel_asks_for_something()
    {
        using var dashboard = JsonDocument.Parse(Repository.Text("docs/monitoring/dashboard.json"));
        Assert.All(dashboard.RootElement.GetProperty("panels").EnumerateArray(), panel => Assert.NotEqual(0, panel.GetProperty("targets").GetArrayLength()));
    }

    [GeneratedRegex(@"(?:CounterOf|Of)\(""(\w+)"", ""[^""]+"", (?:\[([^\]]*)\])?")]
    private static partial Regex Definition();

    [GeneratedRegex(@"(CounterOf|Of)\(""(\w+)""")]
    private static partial Regex Kind();

    [GeneratedRegex(@"^\| `(\w+)` \| (?:gauge|counter) \| ([^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    [GeneratedRegex(@"\b(?:haconsole|process)_[a-z_]+\b")]
    private static partial Regex Name();
}
