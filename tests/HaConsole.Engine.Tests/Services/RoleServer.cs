using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace HaConsole.Engine.Tests.Services;

/// <summary>A real web server that keeps what it is told.</summary>
internal sealed class RoleServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private int requests;

    private RoleServer(WebApplication app, int status)
    {
        this.app = app;
        Status = status;
    }

    internal int Status { get; set; }

    internal ConcurrentQueue<string> Bodies { get; } = new();

    internal int Requests => Volatile.Read(ref requests);

    internal string Url => app.Urls.First() + "/role";

    internal static int FreePort() => Peering.LinkTestServer.FreePort();

    internal static async Task<RoleServer> StartAsync(int status = 200, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var server = new RoleServer(builder.Build(), status);
        server.app.Run(server.AnswerAsync);
        await server.app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        Bodies.Enqueue(await reader.ReadToEndAsync());
        Interlocked.Increment(ref requests);
        context.Response.StatusCode = Status;
    }
}
