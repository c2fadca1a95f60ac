using System.Globalization;
using System.Text;

namespace HaConsole.Web.Metrics;

/// <summary>The text format of Prometheus, version 0.0.4.</summary>
public static class PrometheusText
{
    /// <summary>Its media type.</summary>
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>All metrics that have a value now.</summary>
    public static string Write(IReadOnlyList<Metric> metrics, MetricFacts facts)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        var text = new StringBuilder(16_384);
        foreach (var metric in metrics)
        {
            // Twice the same name and labels makes the whole answer worthless to its reader.
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var point in metric.Read(facts))
            {
                var labels = Labels(metric.Labels, point.Labels);
                if (seen.Count == 0)
                {
                    text.Append(CultureInfo.InvariantCulture, $"# HELP {metric.Name} {metric.Help.Replace("\\", @"\\", StringComparison.Ordinal)}\n# TYPE {metric.Name} {(metric.Kind == MetricKind.Counter ? "counter" : "gauge")}\n");
                }

                if (seen.Add(labels))
                {
                    text.Append(CultureInfo.InvariantCulture, $"{metric.Name}{labels} {point.Value:R}\n");
                }
            }
        }

        return text.ToString();
    }

    private static string Labels(IReadOnlyList<string> names, IReadOnlyList<string> values)
        => names.Count == 0 ? "" : $"{{{string.Join(',', names.Zip(values, (name, value) => $"{name}=\"{Escape(value)}\""))}}}";

    private static string Escape(string value)
        => value.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal);
}
