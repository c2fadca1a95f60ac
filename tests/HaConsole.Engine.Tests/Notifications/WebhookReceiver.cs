using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using HaConsole.Engine.Tests.Peering;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace HaConsole.Engine.Tests.Notifications;

/// <summary>One call that a receiver got.</summary>
internal sealed record Received(string Id, string Body, IHeaderDictionary Headers)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    public string Kind => (string)Json["events"]![0]!["kind"]!;

    public string Sentence => (string)Json["events"]![0]!["sentence"]!;
}

/// <summary>A web server that takes webhooks, or not.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly int port = LinkTestServer.FreePort();
    private WebApplication? app;

    public ConcurrentQueue<Received> All { get; } = new();

    public IEnumerable<string> Kinds => All.Select(r => r.Kind);

    /// <summary>Status that it answers.</summary>
    public int Status { get; set; } = 204;

    /// <summary>Calls, taken or not.</summary>
    public int Calls => calls;

    /// <summary>It does not answer until this is done.</summary>
    public TaskCompletionSource? Hang { get; set; }

    private int calls;

    public string Url => $"http://127.0.0.1:{port}/hook";

    public static async Task<WebhookReceiver> StartedAsync()
    {
        var receiver = new WebhookReceiver();
        await receiver.StartAsync();
        return receiver;
    }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        app = builder.Build();
        app.MapPost("/hook", async context =>
        {
            Interlocked.Increment(ref calls);
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            if (Hang is { } hang)
            {
                await hang.Task.WaitAsync(context.RequestAborted);
            }

            context.Response.StatusCode = Status;
            if (Status is >= 200 and < 300)
            {
                All.Enqueue(new Received(context.Request.Headers["X-HaConsole-Event"].ToString(), body, new HeaderDictionary(context.Request.Headers.ToDictionary(h => h.Key, h => h.Value))));
            }
            else
            {
                context.Response.Headers.Location = "http://127.0.0.1:1/elsewhere";
                await context.Response.WriteAsync("no\r\nway");
            }
        });
        await app.StartAsync();
    }

    public async Task StopAsync()
    {
        if (app is { } running)
        {
            app = null;
            await running.StopAsync();
            await running.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();
}
