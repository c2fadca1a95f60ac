using System.Globalization;
using HaConsole.Storage;
using HaConsole.Web.History;
using HaConsole.Web.Live;
using HaConsole.Web.Operations;

namespace HaConsole.Web.Api;

/// <summary>Calls about the audit log.</summary>
internal static class AuditCalls
{
    private static readonly string[] Header =
        ["server", "sequence", "at", "user", "role", "origin", "address", "action", "target", "commandLine", "before", "after", "result", "sentence", "previousHash", "hash"];

    /// <summary><c>GET audit</c>: entries of both servers, newest first.</summary>
    public static async Task ListAsync(HttpContext context)
    {
        var filter = HistoryQuery.Audit(context);
        AuditCursor? before = null;
        if (context.Request.Query["before"].ToString() is { Length: > 0 } text)
        {
            before = AuditTrail.TryRead(text, out var cursor) ? cursor : throw ApiErrors.Of(StatusCodes.Status400BadRequest, "before must be the cursor of an entry");
        }

        var trail = context.RequestServices.GetRequiredService<AuditTrail>();
        var page = await trail.QueryAsync(filter, before, HistoryQuery.Limit(context), context.RequestAborted).ConfigureAwait(false);
        if (page.FromFiles is not null)
        {
            context.Response.Headers["X-HaConsole-Source"] = "files";
        }

        IReadOnlyList<AuditInfo> result = [.. page.Page.Rows.Select(AuditInfo.Of)];
        await ApiExchange.WriteAsync(context, result, ApiJson.Default.IReadOnlyListAuditInfo).ConfigureAwait(false);
    }

    /// <summary><c>GET journal/audit</c>: this server's own audit log as it is, oldest first; what the other server takes over.</summary>
    public static Task JournalAsync(HttpContext context)
    {
        var after = HistoryQuery.Number(context.Request.Query["after"], "after", 0, long.MaxValue) ?? 0;
        var entries = context.RequestServices.GetRequiredService<ConsoleEngine>().Run.Audit.Read(after, HistoryQuery.Limit(context));
        return ApiExchange.WriteAsync(context, entries, ApiJson.Default.IReadOnlyListAuditEntry);
    }

    /// <summary><c>GET audit/verification?server=</c>: reads a server's whole audit log (default: this one's) and checks its chain.</summary>
    public static async Task VerifyAsync(HttpContext context)
    {
        var server = (int)(HistoryQuery.Number(context.Request.Query["server"], "server", 1, 2) ?? 0);
        var found = await context.RequestServices.GetRequiredService<AuditTrail>().VerifyAsync(server, context.RequestAborted).ConfigureAwait(false)
            ?? throw ApiErrors.Of(StatusCodes.Status503ServiceUnavailable, $"server {server} does not answer");
        await ApiExchange.WriteAsync(context, found, ApiJson.Default.AuditVerification).ConfigureAwait(false);
    }

    /// <summary><c>GET audit/export?format=csv|json</c> with the filters of the list.</summary>
    public static async Task ExportAsync(HttpContext context)
    {
        var filter = HistoryQuery.Audit(context);
        var csv = HistoryQuery.IsCsv(context);
        var operations = context.RequestServices.GetRequiredService<HistoryOperations>();
        var line = $"curl '…/api/v1/audit/export{context.Request.QueryString}'";
        var allowed = await operations.ExportAsync(HistoryEndpoints.Caller(context), "audit", context.Request.QueryString.ToString(), line, Right.Administer).ConfigureAwait(false);
        if (!allowed.Succeeded)
        {
            await HistoryEndpoints.AnswerAsync(context, allowed).ConfigureAwait(false);
            return;
        }

        var rows = context.RequestServices.GetRequiredService<AuditTrail>().ExportAsync(filter, context.RequestAborted);
        await (csv
            ? HistoryExport.CsvAsync(context, "haconsole-audit", Header, rows, Fields)
            : HistoryExport.JsonAsync(context, "haconsole-audit", Infos(rows), ApiJson.Default.AuditInfo)).ConfigureAwait(false);
    }

    private static async IAsyncEnumerable<AuditInfo> Infos(IAsyncEnumerable<AuditRow> rows)
    {
        await foreach (var row in rows.ConfigureAwait(false))
        {
            yield return AuditInfo.Of(row);
        }
    }

    private static IReadOnlyList<string> Fields(AuditRow row) =>
    [
        row.Server.ToString(CultureInfo.InvariantCulture), row.Sequence.ToString(CultureInfo.InvariantCulture), row.At.ToString("o", CultureInfo.InvariantCulture),
        row.User, row.Role, row.Origin, row.Address, row.Action, row.Target, row.CommandLine, row.Before, row.After, row.Result, row.Sentence, row.PreviousHash, row.Hash,
    ];
}
