using System.Globalization;
using HaConsole.Failover;
using HaConsole.Storage;
using HaConsole.Web.History;
using HaConsole.Web.Live;

namespace HaConsole.Web.Api;

/// <summary>Reads filters from the query of a call. A value that is not legal is a 400 that names it.</summary>
internal static class HistoryQuery
{
    public const int MostRows = 1000;
    private const int LongestText = 500;

    /// <summary><c>severity, server, kind, text, from, to, epoch, decisions, open, remarks</c>.</summary>
    public static EventFilter Events(HttpContext context)
    {
        var query = context.Request.Query;
        var epoch = Number(query["epoch"], "epoch", 0, long.MaxValue);
        return new EventFilter
        {
            Pair = Pair(context),
            Servers = [.. Words(query["server"]).Select(word => (int)Number(word, "server", 1, 2)!)],
            MinSeverity = Least(query["severity"]),
            Kinds = Words(query["kind"]),
            Text = Text(query["text"]),
            From = Time(query["from"], "from"),
            To = Time(query["to"], "to"),
            FromEpoch = epoch,
            ToEpoch = epoch,
            OnlyDecisions = Flag(query["decisions"], "decisions"),
            OnlyUnacknowledged = Flag(query["open"], "open"),
            WithoutRemarks = !Flag(query["remarks"], "remarks"),
        };
    }

    /// <summary><c>user, action, result, text, from, to</c>.</summary>
    public static AuditFilter Audit(HttpContext context)
    {
        var query = context.Request.Query;
        return new AuditFilter
        {
            Pair = Pair(context),
            User = Text(query["user"]),
            Action = Text(query["action"]),
            Result = query["result"].ToString() is "" or "done" or "refused" or "failed"
                ? query["result"].ToString()
                : throw ApiErrors.Of(StatusCodes.Status400BadRequest, "result must be done, refused or failed"),
            Text = Text(query["text"]),
            From = Time(query["from"], "from"),
            To = Time(query["to"], "to"),
        };
    }

    public static int Limit(HttpContext context, int usual = 100) => (int)(Number(context.Request.Query["limit"], "limit", 1, MostRows) ?? usual);

    public static long? Number(string? text, string name, long least, long most)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw ApiErrors.Of(StatusCodes.Status400BadRequest, most == long.MaxValue ? $"{name} must be a number from {least}" : $"{name} must be {least} to {most}");
    }

    /// <summary>True for <c>csv</c>, false for <c>json</c>.</summary>
    public static bool IsCsv(HttpContext context) => context.Request.Query["format"].ToString() switch
    {
        "csv" => true,
        "" or "json" => false,
        _ => throw ApiErrors.Of(StatusCodes.Status400BadRequest, "format must be csv or json"),
    };

    private static string Pair(HttpContext context) => context.RequestServices.GetRequiredService<ConsoleEngine>().Engine.Current.Pair;

    private static string Text(string? text) => text is null or { Length: <= LongestText }
        ? text ?? ""
        : throw ApiErrors.Of(StatusCodes.Status400BadRequest, $"a text may have {LongestText} characters at most");

    private static List<string> Words(Microsoft.Extensions.Primitives.StringValues values)
        => [.. values.SelectMany(v => (v ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Take(50)];

    private static bool Flag(string? text, string name) => text switch
    {
        null or "" or "false" or "0" => false,
        "true" or "1" => true,
        _ => throw ApiErrors.Of(StatusCodes.Status400BadRequest, $"{name} must be true or false"),
    };

    private static DateTimeOffset? Time(string? text, string name) => string.IsNullOrEmpty(text)
        ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at.ToUniversalTime()
            : throw ApiErrors.Of(StatusCodes.Status400BadRequest, $"{name} must be a time, for example 2026-11-20T10:00:00Z");

    private static Severity Least(string? text) => string.IsNullOrEmpty(text)
        ? Severity.Info
        : Enum.TryParse<Severity>(text, ignoreCase: true, out var severity) && Enum.IsDefined(severity) && !char.IsDigit(text[0])
            ? severity
            : throw ApiErrors.Of(StatusCodes.Status400BadRequest, "severity must be info, warning or alarm");
}
