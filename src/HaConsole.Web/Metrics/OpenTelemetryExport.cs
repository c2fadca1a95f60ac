using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace HaConsole.Web.Metrics;

/// <summary>
/// The same metrics by OTLP, pushed from a thread of the exporter's own. Off unless one of the standard variables <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> and
/// <c>OTEL_EXPORTER_OTLP_METRICS_ENDPOINT</c> names a receiver; the other <c>OTEL_*</c> variables mean what they mean everywhere.
/// </summary>
public sealed partial class OpenTelemetryExport(MetricReader reader, IConfiguration configuration, ILogger<OpenTelemetryExport> logger) : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "HaConsole";

    // What waits for a receiver that is gone must not keep a server from stopping.
    private const int StopPatience = 1_000;

    private Meter? meter;
    private MeterProvider? provider;
    private MetricFacts? facts;
    private long readAt;

    /// <summary>Begins when a receiver is named.</summary>
    public void Start()
    {
        if (Receiver() is not { } receiver)
        {
            return;
        }

        if (!Uri.TryCreate(receiver, UriKind.Absolute, out _))
        {
            LogBadReceiver(receiver);
            return;
        }

        meter = new Meter(MeterName, typeof(OpenTelemetryExport).Assembly.GetName().Version?.ToString(3));
        foreach (var metric in MetricCatalog.All)
        {
            if (metric.Kind == MetricKind.Counter)
            {
                meter.CreateObservableCounter(metric.OpenTelemetryName, () => Measure(metric), metric.Unit, metric.Help);
            }
            else
            {
                meter.CreateObservableGauge(metric.OpenTelemetryName, () => Measure(metric), metric.Unit, metric.Help);
            }
        }

        // The exporter reads its variables from this server's sources: environment and command line.
        provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(configuration))
            .AddMeter(MeterName)
            .ConfigureResource(resource => resource.AddService("haconsole", serviceInstanceId: Environment.MachineName).AddEnvironmentVariableDetector())
            .AddOtlpExporter()
            .Build();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        provider?.Shutdown(StopPatience);
        provider?.Dispose();
        meter?.Dispose();
    }

    private string? Receiver()
    {
        if (string.Equals(configuration["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        return ((string[])["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"]).Select(key => configuration[key]).FirstOrDefault(text => text is { Length: > 0 });
    }

    // All instruments of one collection tell of the same moment.
    private IEnumerable<Measurement<double>> Measure(Metric metric)
    {
        if (facts is null || TimeProvider.System.GetElapsedTime(readAt) > TimeSpan.FromMilliseconds(500))
        {
            (facts, readAt) = (reader.Read(), TimeProvider.System.GetTimestamp());
        }

        return [.. metric.Read(facts).Select(point => new Measurement<double>(point.Value, metric.Labels.Zip(point.Labels, (name, value) => new KeyValuePair<string, object?>(name, value))))];
    }

    [LoggerMessage(2301, LogLevel.Warning, "OTEL_EXPORTER_OTLP_ENDPOINT is no URL: {Receiver}; metrics are not exported")]
    private partial void LogBadReceiver(string receiver);
}
