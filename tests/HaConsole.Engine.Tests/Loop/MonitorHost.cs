using System.Net;
using HaConsole.Engine.Status;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace HaConsole.Engine.Tests.Loop;

/// <summary>The monitor URL of one server: Kestrel and the board.</summary>
internal sealed class MonitorHost : IAsyncDisposable
{
    private readonly WebApplication application;

    public MonitorHost(string address, int port, HealthBoard board)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Parse(address), port));
        application = builder.Build();
        application.Run(context => context.Response.Body.WriteAsync(
            (context.Request.Query["mod"] == "FT" ? board.FaultTolerance : board.Application).ToArray()).AsTask());
    }

    public Task StartAsync() => application.StartAsync();

    public async ValueTask DisposeAsync()
    {
        // A client that keeps its connection is no reason to wait.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await application.StopAsync(now.Token);
        await application.DisposeAsync();
    }
}
