using System.Text;
using HaConsole.Web.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace HaConsole.Web.Tests.Metrics;

/// <summary>Metrics by OTLP, to a real receiver.</summary>
public sealed class OpenTelemetryTests
{
    [Fact]
    public async Task Receiver_ThatIsNamed_GetsTheMetrics()
    {
        var taken = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var receiver = builder.Build();
        receiver.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var text = $"{context.Request.Path} {Encoding.Latin1.GetString(body.ToArray())}";
            if (text.Contains("haconsole.node_role", StringComparison.Ordinal))
            {
                taken.TrySetResult(text);
            }
        });
        await receiver.StartAsync();

        await using var server = await RunningServer.StartAsync(null, $"OTEL_EXPORTER_OTLP_ENDPOINT={receiver.Urls.Single()}", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "OTEL_METRIC_EXPORT_INTERVAL=100");
        var sent = await taken.Task.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.StartsWith("/v1/metrics ", sent, StringComparison.Ordinal);
        Assert.All((string[])["HaConsole", "haconsole.epoch", "haconsole.database_up", "service.name"], name => Assert.Contains(name, sent, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("no URL")]
    public async Task Receiver_ThatIsNotThere_KeepsNoServerFromStartingAndStopping(string receiver)
    {
        var server = await RunningServer.StartAsync(null, "OTEL_EXPORTER_OTLP_ENDPOINT=" + receiver, "OTEL_METRIC_EXPORT_INTERVAL=100");
        using var status = await server.Http.GetAsync("/health/live");
        await server.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

        Assert.True(server.Serving.IsCompletedSuccessfully);
    }
}
