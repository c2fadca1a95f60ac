using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using HaConsole.Web.History;

namespace HaConsole.Web.Api;

/// <summary>Streams many rows as a file: never more of them in memory than a page.</summary>
internal static class HistoryExport
{
    private const int RowsPerWrite = 200;
    private static readonly byte[] ByteOrderMark = Encoding.UTF8.Preamble.ToArray();

    /// <summary>CSV with a line of names; the mark at its start makes spreadsheets read it as UTF-8.</summary>
    public static async Task CsvAsync<T>(HttpContext context, string name, IReadOnlyList<string> header, IAsyncEnumerable<T> rows, Func<T, IReadOnlyList<string>> fields)
    {
        Begin(context, $"{name}.csv", "text/csv; charset=utf-8");
        await context.Response.Body.WriteAsync(ByteOrderMark, context.RequestAborted).ConfigureAwait(false);
        var text = new StringBuilder(Csv.Line(header));
        var waiting = 0;
        await foreach (var row in rows.WithCancellation(context.RequestAborted).ConfigureAwait(false))
        {
            text.Append(Csv.Line(fields(row)));
            if (++waiting == RowsPerWrite)
            {
                await FlushAsync(context, text).ConfigureAwait(false);
                waiting = 0;
            }
        }

        await FlushAsync(context, text).ConfigureAwait(false);
    }

    /// <summary>A JSON array, one line for each row.</summary>
    public static async Task JsonAsync<T>(HttpContext context, string name, IAsyncEnumerable<T> rows, JsonTypeInfo<T> type)
    {
        Begin(context, $"{name}.json", "application/json");
        var text = new StringBuilder("[");
        var count = 0;
        await foreach (var row in rows.WithCancellation(context.RequestAborted).ConfigureAwait(false))
        {
            text.Append(count++ == 0 ? "\n" : ",\n").Append(JsonSerializer.Serialize(row, type));
            if (count % RowsPerWrite == 0)
            {
                await FlushAsync(context, text).ConfigureAwait(false);
            }
        }

        text.Append("\n]\n");
        await FlushAsync(context, text).ConfigureAwait(false);
    }

    /// <summary>Headers of a file that is saved, not shown.</summary>
    public static void Begin(HttpContext context, string name, string type)
    {
        context.Response.ContentType = type;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.ContentDisposition = new Microsoft.Net.Http.Headers.ContentDispositionHeaderValue("attachment") { FileName = name }.ToString();
    }

    private static async Task FlushAsync(HttpContext context, StringBuilder text)
    {
        await context.Response.WriteAsync(text.ToString(), context.RequestAborted).ConfigureAwait(false);
        text.Clear();
    }
}
