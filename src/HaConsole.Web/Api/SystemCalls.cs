using System.Text;
using HaConsole.Web.History;
using HaConsole.Web.Operations;

namespace HaConsole.Web.Api;

/// <summary>Body of <c>POST system/backup</c>.</summary>
public sealed record BackupRequest
{
    /// <summary>With secrets, encrypted by this passphrase (at least 12 characters); empty: without secrets, readable.</summary>
    public string Passphrase { get; set; } = "";
}

/// <summary>Calls about this server itself.</summary>
internal static class SystemCalls
{
    /// <summary><c>GET system</c>.</summary>
    public static Task GetAsync(HttpContext context)
        => ApiExchange.WriteAsync(context, context.RequestServices.GetRequiredService<SystemFacts>().Read(), ApiJson.Default.SystemInfo);

    /// <summary><c>POST system/backup</c>: the configuration as a file; <c>PUT configuration</c> takes a readable one back.</summary>
    public static async Task BackupAsync(HttpContext context)
    {
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.BackupRequest).ConfigureAwait(false);
        var result = await context.RequestServices.GetRequiredService<SystemOperations>().BackupAsync(HistoryEndpoints.Caller(context), request.Passphrase).ConfigureAwait(false);
        if (result.Value is not { } backup)
        {
            await HistoryEndpoints.AnswerAsync(context, result).ConfigureAwait(false);
            return;
        }

        HistoryExport.Begin(context, backup.Name, "application/json");
        await context.Response.WriteAsync(backup.Text, Encoding.UTF8, context.RequestAborted).ConfigureAwait(false);
    }
}
