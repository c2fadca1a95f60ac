namespace HaConsole.Web.Metrics;

/// <summary>What a metric's value does over time.</summary>
public enum MetricKind
{
    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Only grows; begins at 0 with the process.</summary>
    Counter,
}

/// <summary>One value of a metric.</summary>
/// <param name="Value">In the metric's unit.</param>
/// <param name="Labels">Values of the metric's labels, in their order.</param>
public readonly record struct MetricPoint(double Value, params IReadOnlyList<string> Labels);

/// <summary>A metric: its name, what it means and how it is read.</summary>
/// <param name="Name">Name in the text for Prometheus: base unit and <c>_total</c> at its end, as its conventions want.</param>
/// <param name="Kind">Gauge or counter.</param>
/// <param name="Help">What it says, in one sentence.</param>
/// <param name="Labels">Names of its labels.</param>
/// <param name="Read">Its values now. A value that is not known has no point: an old one would look like news.</param>
public sealed record Metric(string Name, MetricKind Kind, string Help, IReadOnlyList<string> Labels, Func<MetricFacts, IEnumerable<MetricPoint>> Read)
{
    private const string Prefix = "haconsole_";

    /// <summary>Unit as OpenTelemetry writes it (UCUM): <c>s</c>, <c>By</c> or <c>1</c>.</summary>
    public string Unit => Ending switch
    {
        "_seconds" => "s",
        "_bytes" => "By",
        _ => "1",
    };

    /// <summary>Name in OpenTelemetry, which adds unit and <c>_total</c> by itself where the text for Prometheus is made.</summary>
    public string OpenTelemetryName
    {
        get
        {
            var bare = WithoutTotal[..^Ending.Length];
            return bare.StartsWith(Prefix, StringComparison.Ordinal) ? "haconsole." + bare[Prefix.Length..] : bare.Replace("process_", "process.", StringComparison.Ordinal);
        }
    }

    private string WithoutTotal => Name.EndsWith("_total", StringComparison.Ordinal) ? Name[..^"_total".Length] : Name;

    private string Ending => WithoutTotal.EndsWith("_seconds", StringComparison.Ordinal) ? "_seconds" : WithoutTotal.EndsWith("_bytes", StringComparison.Ordinal) ? "_bytes" : "";
}
