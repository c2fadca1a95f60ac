using HaConsole.Web.Model.Sync;
using HaConsole.Web.Operations;

namespace HaConsole.Web.Api;

/// <summary>Body of <c>POST sync/merge</c>.</summary>
public sealed record SyncMergeRequest
{
    /// <summary>Id of the conflict.</summary>
    public string Conflict { get; set; } = "";

    /// <summary>Keys as the conflict lists them; none = all that are open.</summary>
    public IReadOnlyList<string> Keys { get; set => field = value ?? []; } = [];

    /// <summary>Only say what would change.</summary>
    public bool DryRun { get; init; }
}

/// <summary>Body of <c>POST sync/dismiss</c>.</summary>
public sealed record SyncDismissRequest
{
    /// <summary>Id of the conflict.</summary>
    public string Conflict { get; set; } = "";

    /// <summary>Why: one line.</summary>
    public string Reason { get; set; } = "";
}

/// <summary>Body of <c>POST sync/take</c>.</summary>
public sealed record SyncTakeRequest
{
    /// <summary>Server whose configuration both shall have, 1 or 2.</summary>
    public int Server { get; init; }

    /// <summary>Only say what would change.</summary>
    public bool DryRun { get; init; }
}

/// <summary>Calls about configurations that differ between the servers.</summary>
internal static class SyncCalls
{
    public static void Map(IEndpointRouteBuilder app, ApiServices services)
    {
        ApiEndpoints.Call(app, Right.View, "GET", "sync", GetAsync, new(typeof(SyncView), null, "How the configurations of both servers compare: revisions, hashes, drift, conflicts. ETag is the revision."));
        ApiEndpoints.Call(app, Right.Administer, "POST", "sync/merge", context => MergeAsync(context, services), new(typeof(SyncChange), typeof(SyncMergeRequest), "Puts settings of a conflict in force. Needs If-Match."));
        ApiEndpoints.Call(app, Right.Administer, "POST", "sync/dismiss", DismissAsync, new(typeof(CommandResult), typeof(SyncDismissRequest), "Closes a conflict with a reason."));
        ApiEndpoints.Call(app, Right.Administer, "POST", "sync/take", context => TakeAsync(context, services), new(typeof(SyncChange), typeof(SyncTakeRequest), "Puts one server's configuration in force on both. Needs If-Match."));
    }

    private static async Task GetAsync(HttpContext context)
    {
        var view = await Operations(context).LookAsync(context.RequestAborted).ConfigureAwait(false);
        context.Response.Headers.ETag = $"\"{view.Revision}\"";
        await ApiExchange.WriteAsync(context, view, ApiJson.Default.SyncView).ConfigureAwait(false);
    }

    private static async Task MergeAsync(HttpContext context, ApiServices services)
    {
        var expected = ConfigurationCalls.Expected(context, services.Engine.Configuration);
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.SyncMergeRequest).ConfigureAwait(false);
        await AnswerAsync(context, await Operations(context).MergeAsync(ApiExchange.Actor(context), request.Conflict ?? "", request.Keys, expected, request.DryRun).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static async Task DismissAsync(HttpContext context)
    {
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.SyncDismissRequest).ConfigureAwait(false);
        var result = await Operations(context).DismissAsync(ApiExchange.Actor(context), request.Conflict ?? "", request.Reason ?? "").ConfigureAwait(false);
        await HistoryEndpoints.AnswerAsync(context, result).ConfigureAwait(false);
    }

    private static async Task TakeAsync(HttpContext context, ApiServices services)
    {
        var expected = ConfigurationCalls.Expected(context, services.Engine.Configuration);
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.SyncTakeRequest).ConfigureAwait(false);
        await AnswerAsync(context, await Operations(context).TakeAsync(ApiExchange.Actor(context), request.Server, expected, request.DryRun).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static Task AnswerAsync(HttpContext context, OperationResult<SyncChange> result) => result.End switch
    {
        OperationEnd.Invalid when result.Problems.Any(p => !p.IsWarning) => throw ApiErrors.Invalid(result.Problems),
        OperationEnd.Invalid => throw ApiErrors.Of(StatusCodes.Status422UnprocessableEntity, result.Sentence),
        OperationEnd.Conflict => throw ApiErrors.Of(StatusCodes.Status412PreconditionFailed, result.Sentence),
        _ => ApiExchange.WriteAsync(context, ApiErrors.Require(result).Value!, ApiJson.Default.SyncChange),
    };

    private static SyncOperations Operations(HttpContext context) => context.RequestServices.GetRequiredService<SyncOperations>();
}
