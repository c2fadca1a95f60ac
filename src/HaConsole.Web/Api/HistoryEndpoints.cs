using System.Globalization;
using System.Text.Json.Nodes;
using HaConsole.Engine;
using HaConsole.Engine.Journal;
using HaConsole.Web.History;
using HaConsole.Web.Operations;

namespace HaConsole.Web.Api;

/// <summary>Maps the calls for events, audit, logs and this server itself.</summary>
internal static class HistoryEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        ApiEndpoints.Call(app, Right.View, "GET", "journal/events", EventCalls.JournalAsync, new(typeof(IReadOnlyList<HaEvent>), null, "Events of this server in the order in which they were written, for the other server."));
        ApiEndpoints.Call(app, Right.Administer, "GET", "journal/audit", AuditCalls.JournalAsync, new(typeof(IReadOnlyList<AuditEntry>), null, "Audit entries of this server in the order in which they were written, for the other server."));
        ApiEndpoints.Call(app, Right.View, "GET", "events/export", EventCalls.ExportAsync, new(typeof(string), null, "All events of a filter as CSV or JSON (format=csv|json)."));
        ApiEndpoints.Call(app, Right.View, "GET", "events/{server:int}/{sequence:long}", EventCalls.FindAsync, new(typeof(EventInfo), null, "One event with its acknowledgement and notes."));
        ApiEndpoints.Call(app, Right.Operate, "POST", "events/{server:int}/{sequence:long}/acknowledge", EventCalls.AcknowledgeAsync, new(typeof(CommandResult), typeof(NoteRequest), "Acknowledges an event, with a note."));
        ApiEndpoints.Call(app, Right.Operate, "POST", "events/{server:int}/{sequence:long}/notes", EventCalls.NoteAsync, new(typeof(CommandResult), typeof(NoteRequest), "Adds a note to an event."));
        ApiEndpoints.Call(app, Right.View, "GET", "audit", AuditCalls.ListAsync, new(typeof(IReadOnlyList<AuditInfo>), null, "Who did what, newest first."));
        ApiEndpoints.Call(app, Right.Administer, "GET", "audit/export", AuditCalls.ExportAsync, new(typeof(string), null, "All entries of a filter as CSV or JSON (format=csv|json)."));
        ApiEndpoints.Call(app, Right.View, "GET", "audit/verification", AuditCalls.VerifyAsync, new(typeof(AuditVerification), null, "Whether the audit log of this server is complete and unchanged."));
        ApiEndpoints.Call(app, Right.View, "GET", "logs", LogCalls.ListAsync, new(typeof(IReadOnlyList<LogFile>), null, "Days of the fault tolerant log."));
        ApiEndpoints.Call(app, Right.View, "GET", "logs/{name}", LogCalls.ReadAsync, new(typeof(LogPart), null, "One day of the fault tolerant log."));
        ApiEndpoints.Call(app, Right.View, "GET", "system", SystemCalls.GetAsync, new(typeof(SystemInfo), null, "Versions, storage, certificates and this server's own values."));
        ApiEndpoints.Call(app, Right.Administer, "POST", "system/backup", SystemCalls.BackupAsync, new(typeof(JsonObject), typeof(BackupRequest), "The configuration as a file."));
    }

    /// <summary>Who calls; the endpoint has looked at the right already.</summary>
    public static Actor Caller(HttpContext context)
    {
        var actor = CurrentActor.Of(context.User);
        return actor.Origin == Origin.Console ? actor with { Origin = Origin.Api } : actor;
    }

    /// <summary>A number of the path; the route's constraint has looked at its form.</summary>
    public static long PathNumber(HttpContext context, string name) => long.Parse((string)context.Request.RouteValues[name]!, CultureInfo.InvariantCulture);

    /// <summary>An answer for what an operation says.</summary>
    public static Task AnswerAsync(HttpContext context, OperationResult result) => result.End switch
    {
        OperationEnd.Done => ApiExchange.WriteAsync(context, new CommandResult(result.Sentence), ApiJson.Default.CommandResult),
        OperationEnd.Invalid => throw ApiErrors.Of(StatusCodes.Status422UnprocessableEntity, result.Sentence),
        OperationEnd.Forbidden => throw ApiErrors.Of(StatusCodes.Status403Forbidden, result.Sentence),
        OperationEnd.Failed => throw ApiErrors.Of(StatusCodes.Status503ServiceUnavailable, result.Sentence),
        _ => throw ApiErrors.Of(StatusCodes.Status409Conflict, result.Sentence),
    };
}
