using HaConsole.Engine.Notifications;
using HaConsole.Web.Model.Notifications;
using HaConsole.Web.Operations;

namespace HaConsole.Web.Api;

/// <summary>Body of <c>POST notifications/NAME/test</c>.</summary>
public sealed record NotificationTestRequest
{
    /// <summary>Server that sends, 1 or 2; 0 = the answering one.</summary>
    public int Server { get; init; }
}

/// <summary>Calls about notifications.</summary>
internal static class NotificationCalls
{
    public static void Map(IEndpointRouteBuilder app)
    {
        ApiEndpoints.Call(app, Right.View, "GET", "notifications", GetAsync, new(typeof(NotificationView), null, "Channels, rules and delivery log as both servers see them, without secrets."));
        ApiEndpoints.Call(app, Right.Administer, "POST", "notifications/{name}/test", TestAsync, new(typeof(DeliveryResult), typeof(NotificationTestRequest), "Sends a message that only proves that a channel works; the exact answer of the receiver, whether it took it or not."));
    }

    private static async Task GetAsync(HttpContext context)
        => await ApiExchange.WriteAsync(context, await Operations(context).LookAsync(context.RequestAborted).ConfigureAwait(false), ApiJson.Default.NotificationView).ConfigureAwait(false);

    private static async Task TestAsync(HttpContext context)
    {
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.NotificationTestRequest).ConfigureAwait(false);
        if (request.Server is not (0 or 1 or 2))
        {
            throw ApiErrors.Of(StatusCodes.Status400BadRequest, "server must be 1 or 2");
        }

        var result = await Operations(context).TestAsync(ApiExchange.Actor(context), (string)context.Request.RouteValues["name"]!, request.Server).ConfigureAwait(false);

        // That the receiver says no is the answer that was asked for, and no failure of the call.
        await ApiExchange.WriteAsync(context, result.Value ?? ApiErrors.Require(result).Value!, ApiJson.Default.DeliveryResult).ConfigureAwait(false);
    }

    private static NotificationOperations Operations(HttpContext context) => context.RequestServices.GetRequiredService<NotificationOperations>();
}
