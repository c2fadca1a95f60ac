using System.Globalization;
using System.Text.Json;
using HaConsole.Engine.Journal;
using HaConsole.Storage;
using HaConsole.Web.History;
using HaConsole.Web.Live;
using HaConsole.Web.Operations;

namespace HaConsole.Web.Api;

/// <summary>Calls about events.</summary>
internal static class EventCalls
{
    private static readonly TimeSpan FlushPatience = TimeSpan.FromSeconds(2);

    private static readonly string[] Header =
        ["epoch", "sequence", "server", "at", "severity", "kind", "row", "sentence", "acknowledgedAt", "acknowledgedBy", "notes", "evidence"];

    /// <summary>
    /// <c>GET events</c>: of both servers, oldest first. <c>after</c>: a cursor, or a number for this server's own journal after that sequence;
    /// <c>before</c>: a cursor; neither: the newest.
    /// </summary>
    public static async Task ListAsync(HttpContext context)
    {
        var filter = HistoryQuery.Events(context);
        var limit = HistoryQuery.Limit(context);
        var after = context.Request.Query["after"].ToString();
        if (after.Length > 0 && !after.Contains('-', StringComparison.Ordinal))
        {
            await OwnAsync(context, filter, HistoryQuery.Number(after, "after", 0, long.MaxValue)!.Value, limit).ConfigureAwait(false);
            return;
        }

        var paging = new EventPaging { After = Cursor(after, "after"), Before = Cursor(context.Request.Query["before"], "before"), Limit = limit };
        var page = await context.RequestServices.GetRequiredService<Timeline>().QueryAsync(filter, paging, context.RequestAborted).ConfigureAwait(false);
        if (page.FromJournal is not null)
        {
            context.Response.Headers["X-HaConsole-Source"] = "journal";
        }

        IReadOnlyList<EventInfo> result = [.. page.Page.Rows.Reverse().Select(EventInfo.Of)];
        await ApiExchange.WriteAsync(context, result, ApiJson.Default.IReadOnlyListEventInfo).ConfigureAwait(false);
    }

    /// <summary><c>GET journal/events</c>: this server's own journal as it is, oldest first; what the other server takes over.</summary>
    public static async Task JournalAsync(HttpContext context)
    {
        var after = HistoryQuery.Number(context.Request.Query["after"], "after", 0, long.MaxValue) ?? 0;
        var journal = context.RequestServices.GetRequiredService<ConsoleEngine>().Journal;
        var events = journal.Read(after, HistoryQuery.Limit(context));

        // What a crash could still take back must not get into another server's database: its number would be given again.
        if (!await Task.Run(() => journal.Flush(FlushPatience), context.RequestAborted).ConfigureAwait(false))
        {
            throw ApiErrors.Of(StatusCodes.Status503ServiceUnavailable, "the disk does not take the journal now");
        }

        await ApiExchange.WriteAsync(context, events, ApiJson.Default.IReadOnlyListHaEvent).ConfigureAwait(false);
    }

    /// <summary><c>GET events/{server}/{sequence}</c>.</summary>
    public static async Task FindAsync(HttpContext context)
    {
        var (server, sequence) = Named(context);
        var row = await context.RequestServices.GetRequiredService<Timeline>().FindAsync(server, sequence, context.RequestAborted).ConfigureAwait(false)
            ?? throw ApiErrors.Of(StatusCodes.Status404NotFound, $"there is no event {sequence} of server {server}");
        await ApiExchange.WriteAsync(context, EventInfo.Of(row), ApiJson.Default.EventInfo).ConfigureAwait(false);
    }

    /// <summary><c>POST events/{server}/{sequence}/acknowledge</c>.</summary>
    public static async Task AcknowledgeAsync(HttpContext context)
    {
        var (server, sequence) = Named(context);
        var body = await ApiExchange.ReadAsync(context, ApiJson.Default.NoteRequest).ConfigureAwait(false);
        var operations = context.RequestServices.GetRequiredService<HistoryOperations>();
        var result = await operations.AcknowledgeAsync(HistoryEndpoints.Caller(context), server, sequence, body.Note).ConfigureAwait(false);
        await HistoryEndpoints.AnswerAsync(context, result).ConfigureAwait(false);
    }

    /// <summary><c>POST events/{server}/{sequence}/notes</c>.</summary>
    public static async Task NoteAsync(HttpContext context)
    {
        var (server, sequence) = Named(context);
        var body = await ApiExchange.ReadAsync(context, ApiJson.Default.NoteRequest).ConfigureAwait(false);
        var operations = context.RequestServices.GetRequiredService<HistoryOperations>();
        var result = await operations.NoteAsync(HistoryEndpoints.Caller(context), server, sequence, body.Note).ConfigureAwait(false);
        await HistoryEndpoints.AnswerAsync(context, result).ConfigureAwait(false);
    }

    /// <summary><c>GET events/export?format=csv|json</c> with the filters of the list; newest first.</summary>
    public static async Task ExportAsync(HttpContext context)
    {
        var filter = HistoryQuery.Events(context);
        var csv = HistoryQuery.IsCsv(context);
        var operations = context.RequestServices.GetRequiredService<HistoryOperations>();
        var line = $"curl '…/api/v1/events/export{context.Request.QueryString}'";
        var allowed = await operations.ExportAsync(HistoryEndpoints.Caller(context), "events", context.Request.QueryString.ToString(), line, Right.View).ConfigureAwait(false);
        if (!allowed.Succeeded)
        {
            await HistoryEndpoints.AnswerAsync(context, allowed).ConfigureAwait(false);
            return;
        }

        var rows = context.RequestServices.GetRequiredService<Timeline>().ExportAsync(filter, context.RequestAborted);
        await (csv
            ? HistoryExport.CsvAsync(context, "haconsole-events", Header, rows, Fields)
            : HistoryExport.JsonAsync(context, "haconsole-events", Infos(rows), ApiJson.Default.EventInfo)).ConfigureAwait(false);
    }

    private static async IAsyncEnumerable<EventInfo> Infos(IAsyncEnumerable<EventRow> rows)
    {
        await foreach (var row in rows.ConfigureAwait(false))
        {
            yield return EventInfo.Of(row);
        }
    }

    private static IReadOnlyList<string> Fields(EventRow row) =>
    [
        Text(row.Epoch), Text(row.Sequence), Text(row.Server), row.At.ToString("o", CultureInfo.InvariantCulture), row.Severity.ToString(), row.Kind, Text(row.Row), row.Sentence,
        row.AcknowledgedAt?.ToString("o", CultureInfo.InvariantCulture) ?? "", row.AcknowledgedBy ?? "",
        string.Join(" | ", row.Notes.Select(n => $"{n.User}: {n.Text}")),
        row.Evidence.Count == 0 ? "" : JsonSerializer.Serialize(row.Evidence),
    ];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static Task OwnAsync(HttpContext context, EventFilter filter, long after, int limit)
    {
        var journal = context.RequestServices.GetRequiredService<ConsoleEngine>().Journal;
        IReadOnlyList<EventInfo> result =
            [.. journal.Read(after, Timeline.MostFromJournal).Select(e => e.ToRow()).Where(row => Timeline.Matches(filter, row)).Take(limit).Select(EventInfo.Of)];
        return ApiExchange.WriteAsync(context, result, ApiJson.Default.IReadOnlyListEventInfo);
    }

    private static EventCursor? Cursor(string? text, string name) => string.IsNullOrEmpty(text)
        ? null
        : EventCursor.TryParse(text, out var cursor)
            ? cursor
            : throw ApiErrors.Of(StatusCodes.Status400BadRequest, $"{name} must be the cursor of an event, for example 7-123-1-0");

    private static (int Server, long Sequence) Named(HttpContext context)
        => ((int)HistoryEndpoints.PathNumber(context, "server"), HistoryEndpoints.PathNumber(context, "sequence"));
}
