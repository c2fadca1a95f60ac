using System.Globalization;
using HaConsole.Web.Model.Drills;
using HaConsole.Web.Operations;

namespace HaConsole.Web.Api;

/// <summary>Calls about drills. The answering server leads what is begun by them.</summary>
internal static class DrillCalls
{
    public static void Map(IEndpointRouteBuilder app)
    {
        ApiEndpoints.Call(app, Right.View, "GET", "drills", ListAsync, new(typeof(IReadOnlyList<DrillView>), null, "Drills of both servers, newest first."));
        ApiEndpoints.Call(app, Right.View, "GET", "drills/current", StateAsync, new(typeof(DrillState), null, "The drill that this server leads now, the last proof, and the plan."));
        ApiEndpoints.Call(app, Right.View, "GET", "drills/{name}", ReportAsync, new(typeof(DrillView), null, "Report of one drill by its id."));
        ApiEndpoints.Call(app, Right.Operate, "POST", "drills", StartAsync, new(typeof(DrillView), typeof(DrillRequest), "Begins a drill (Switch, Stop), or proves that a switch would succeed (Proof)."));
        ApiEndpoints.Call(app, Right.Operate, "POST", "drills/current/stop", context => DoAsync(context, drills => drills.StopAsync), new(typeof(CommandResult), typeof(EmptyRequest), "Ends the drill that watches; the pair is left as it is."));
        ApiEndpoints.Call(app, Right.Operate, "POST", "drills/current/back", context => DoAsync(context, drills => drills.SwitchBackAsync), new(typeof(CommandResult), typeof(EmptyRequest), "Last part of a watched drill: switches back."));
        ApiEndpoints.Call(app, Right.Operate, "POST", "drills/current/leave", context => DoAsync(context, drills => drills.LeaveAsync), new(typeof(CommandResult), typeof(EmptyRequest), "Last part of a watched drill: leaves the role where it is."));
        ApiEndpoints.Call(app, Right.Operate, "POST", "drills/plan", PlanAsync, new(typeof(CommandResult), typeof(DrillPlanRequest), "Plans a daily proof on this server, or ends the plan."));
    }

    private static async Task ListAsync(HttpContext context)
    {
        IReadOnlyList<DrillView> drills = [.. (await Archive(context).ListAsync(context.RequestAborted).ConfigureAwait(false)).Take(HistoryQuery.Limit(context, DrillArchive.Most))];
        await ApiExchange.WriteAsync(context, drills, ApiJson.Default.IReadOnlyListDrillView).ConfigureAwait(false);
    }

    private static async Task StateAsync(HttpContext context)
    {
        var drills = Drills(context);
        var proven = (await Archive(context).ListAsync(context.RequestAborted).ConfigureAwait(false)).FirstOrDefault(drill => drill is { Kind: DrillKind.Proof, End: DrillEnd.Passed });
        var state = new DrillState(drills.Current, proven, drills.Schedule.DailyProofAt?.ToString("HH:mm", CultureInfo.InvariantCulture));
        await ApiExchange.WriteAsync(context, state, ApiJson.Default.DrillState).ConfigureAwait(false);
    }

    private static async Task ReportAsync(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["name"]!;
        var drill = await Archive(context).FindAsync(id, context.RequestAborted).ConfigureAwait(false) ?? throw ApiErrors.Of(StatusCodes.Status404NotFound, $"there is no drill {id}");
        await ApiExchange.WriteAsync(context, drill, ApiJson.Default.DrillView).ConfigureAwait(false);
    }

    private static async Task StartAsync(HttpContext context)
    {
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.DrillRequest).ConfigureAwait(false);
        var (drills, actor) = (Drills(context), ApiExchange.Actor(context));
        ApiErrors.Require(await (request.Kind switch
        {
            DrillKind.Switch => drills.StartSwitchAsync(actor),
            DrillKind.Stop => drills.StartWatchAsync(actor, null),
            DrillKind.Proof => drills.ProveAsync(actor),
            _ => throw ApiErrors.Of(StatusCodes.Status400BadRequest, "kind must be Switch, Stop or Proof"),
        }).ConfigureAwait(false));

        // One that has ended in this moment is the newest of the results.
        var begun = drills.Current is { } running && running.Kind == request.Kind ? running : drills.Results.First(drill => drill.Kind == request.Kind);
        await ApiExchange.WriteAsync(context, begun, ApiJson.Default.DrillView).ConfigureAwait(false);
    }

    private static async Task PlanAsync(HttpContext context)
    {
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.DrillPlanRequest).ConfigureAwait(false);
        TimeOnly? at = null;
        if (request.At is { } text)
        {
            at = DrillSchedule.TryParse(text, out var time) ? time : throw ApiErrors.Of(StatusCodes.Status400BadRequest, "at must be a time of day, for example 03:00, or null");
        }

        await AnswerAsync(context, await Drills(context).PlanAsync(ApiExchange.Actor(context), at).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static async Task DoAsync(HttpContext context, Func<DrillCoordinator, Func<Actor, Task<OperationResult>>> order)
    {
        await ApiExchange.ReadAsync(context, ApiJson.Default.EmptyRequest).ConfigureAwait(false);
        await AnswerAsync(context, await order(Drills(context))(ApiExchange.Actor(context)).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static Task AnswerAsync(HttpContext context, OperationResult result)
        => ApiExchange.WriteAsync(context, new CommandResult(ApiErrors.Require(result).Sentence), ApiJson.Default.CommandResult);

    private static DrillCoordinator Drills(HttpContext context) => context.RequestServices.GetRequiredService<DrillCoordinator>();

    private static DrillArchive Archive(HttpContext context) => context.RequestServices.GetRequiredService<DrillArchive>();
}
