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
    private readonly WebApplication _app;
    private int _requests;

    private RoleServer(WebApplication app, int status)
    {
        _app = app;
        Status = status;
    }

    internal int Status { get; set; }

    internal ConcurrentQueue<string> Bodies { get; } = new();

    internal int Requests => Volatile.Read(ref _requests);

    internal string Url => _app.Urls.First() + "/role";

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    internal static async Task<RoleServer> StartAsync(int status = 200, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var server = new RoleServer(builder.Build(), status);
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        Bodies.Enqueue(await reader.ReadToEndAsync());
        Interlocked.Increment(ref _requests);
        context.Response.StatusCode = Status;
    }
}
