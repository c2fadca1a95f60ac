using HaConsole.Web.Live;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace HaConsole.Web.Metrics;

/// <summary>Puts the metrics into the web server.</summary>
public static class MetricsSetup
{
    /// <summary>Where Prometheus asks.</summary>
    public const string Path = "/metrics";

    /// <summary>Registers what the metrics need.</summary>
    public static void AddMetrics(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<CircuitCount>();
        builder.Services.AddSingleton<MetricCounter>();
        builder.Services.AddSingleton<MetricReader>();
        builder.Services.AddSingleton<OpenTelemetryExport>();
        builder.Services.AddScoped<CircuitHandler, CountedCircuit>();
    }

    /// <summary>Begins to count, and to export where that is asked for; called once, when the engine turns.</summary>
    public static void Start(IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.GetRequiredService<MetricCounter>().Start(services.GetRequiredService<LiveStatus>());
        services.GetRequiredService<OpenTelemetryExport>().Start();
    }

    /// <summary>Maps <c>/metrics</c>: for whoever may see the status.</summary>
    public static void Map(IEndpointRouteBuilder app)
        => app.MapMethods(Path, ["GET", "HEAD"], AnswerAsync).RequireAuthorization(nameof(Right.View));

    private static Task AnswerAsync(HttpContext context)
    {
        var response = context.Response;
        response.Headers.ContentType = PrometheusText.MediaType;
        response.Headers.CacheControl = "no-store";
        var text = PrometheusText.Write(MetricCatalog.All, context.RequestServices.GetRequiredService<MetricReader>().Read());
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.WriteAsync(text, context.RequestAborted);
    }
}
