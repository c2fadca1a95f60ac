using System.Text;
using HaConsole.Engine;
using HaConsole.Web.History;
using HaConsole.Web.Live;

namespace HaConsole.Web.Api;

/// <summary>Calls about the fault tolerant log.</summary>
internal static class LogCalls
{
    private const int PartBytes = 500_000;

    /// <summary><c>GET logs?server=</c>: days of the log of a server (default: this one), newest first.</summary>
    public static async Task ListAsync(HttpContext context)
    {
        var (engine, server) = Asked(context);
        var files = await engine.LogFilesOfAsync(server, context.RequestAborted).ConfigureAwait(false) ?? throw Silent(server);
        await ApiExchange.WriteAsync(context, files, ApiJson.Default.IReadOnlyListLogFile).ConfigureAwait(false);
    }

    /// <summary><c>GET logs/{name}?server=</c>: the whole file, as a file; with <c>from</c> and <c>limit</c> (bytes): a part, as JSON.</summary>
    public static async Task ReadAsync(HttpContext context)
    {
        var (engine, server) = Asked(context);
        var name = (string)context.Request.RouteValues["name"]!;
        var query = context.Request.Query;
        if (query.ContainsKey("from") || query.ContainsKey("limit"))
        {
            var from = HistoryQuery.Number(query["from"], "from", 0, long.MaxValue);
            var most = (int)(HistoryQuery.Number(query["limit"], "limit", 1, 1_000_000) ?? PartBytes);
            var part = await engine.ReadLogOfAsync(server, name, from ?? -most, most, context.RequestAborted).ConfigureAwait(false) ?? throw Missing(server, name);
            await ApiExchange.WriteAsync(context, part, ApiJson.Default.LogPart).ConfigureAwait(false);
            return;
        }

        var next = await engine.ReadLogOfAsync(server, name, 0, PartBytes, context.RequestAborted).ConfigureAwait(false) ?? throw Missing(server, name);
        HistoryExport.Begin(context, name, "text/plain; charset=utf-8");
        while (next is { Text.Length: > 0 })
        {
            await context.Response.WriteAsync(next.Text, Encoding.UTF8, context.RequestAborted).ConfigureAwait(false);
            next = next.Next >= next.Bytes ? null : await engine.ReadLogOfAsync(server, name, next.Next, PartBytes, context.RequestAborted).ConfigureAwait(false);
        }
    }

    private static (IHaEngine Engine, int Server) Asked(HttpContext context)
    {
        var engine = context.RequestServices.GetRequiredService<ConsoleEngine>().Engine;
        var server = HistoryQuery.Number(context.Request.Query["server"], "server", 1, 2);
        return (engine, (int)(server ?? Servers.Local(engine.Current)));
    }

    private static ApiProblemException Silent(int server) => ApiErrors.Of(StatusCodes.Status503ServiceUnavailable, $"server {server} does not answer");

    private static ApiProblemException Missing(int server, string name)
        => ApiErrors.Of(StatusCodes.Status404NotFound, $"server {server} has no log {name}, or does not answer");
}
