using HaConsole.Engine.FileSets;
using HaConsole.Web.Model.FileSets;
using HaConsole.Web.Operations;

namespace HaConsole.Web.Api;

/// <summary>Calls about file sets.</summary>
internal static class FileSetCalls
{
    public static void Map(IEndpointRouteBuilder app)
    {
        ApiEndpoints.Call(app, Right.View, "GET", "file-sets", GetAsync, new(typeof(FileSetList), null, "File sets as both servers see them: state, direction, lag, progress, differences, problems."));
        ApiEndpoints.Call(app, Right.Operate, "POST", "file-sets/{name}/audit", context => CommandAsync(context, FileSetCommand.Audit), new(typeof(CommandResult), typeof(EmptyRequest), "Compares everything of a set and changes nothing."));
        ApiEndpoints.Call(app, Right.Administer, "POST", "file-sets/{name}/push", context => CommandAsync(context, FileSetCommand.Push), new(typeof(CommandResult), typeof(EmptyRequest), "Makes the Standby's files as the Active's; what is replaced goes to the recycle folder."));
        ApiEndpoints.Call(app, Right.Administer, "POST", "file-sets/{name}/fetch", context => CommandAsync(context, FileSetCommand.Fetch), new(typeof(CommandResult), typeof(EmptyRequest), "Makes the Active's files as the Standby's; what is replaced goes to the recycle folder."));
    }

    private static async Task GetAsync(HttpContext context)
    {
        var sets = await Operations(context).LookAsync(context.RequestAborted).ConfigureAwait(false);
        await ApiExchange.WriteAsync(context, new FileSetList(sets), ApiJson.Default.FileSetList).ConfigureAwait(false);
    }

    private static async Task CommandAsync(HttpContext context, FileSetCommand command)
    {
        await ApiExchange.ReadAsync(context, ApiJson.Default.EmptyRequest).ConfigureAwait(false);
        var result = await Operations(context).CommandAsync(ApiExchange.Actor(context), (string)context.Request.RouteValues["name"]!, command).ConfigureAwait(false);
        await HistoryEndpoints.AnswerAsync(context, result).ConfigureAwait(false);
    }

    private static FileSetOperations Operations(HttpContext context) => context.RequestServices.GetRequiredService<FileSetOperations>();
}
