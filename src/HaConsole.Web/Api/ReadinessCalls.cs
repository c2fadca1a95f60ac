using HaConsole.Web.Model.Readiness;
using HaConsole.Web.Operations;

namespace HaConsole.Web.Api;

/// <summary>Calls about the Standby's proof that it could take over.</summary>
internal static class ReadinessCalls
{
    public static void Map(IEndpointRouteBuilder app)
    {
        ApiEndpoints.Call(app, Right.View, "GET", "readiness", GetAsync, new(typeof(ReadinessReport), null, "The Standby's last proof that it could take over, with all its facts."));
        ApiEndpoints.Call(app, Right.Operate, "POST", "readiness", ProveAsync, new(typeof(ReadinessReport), typeof(EmptyRequest), "Has the Standby prove now that it could take over; disturbs nothing."));
    }

    private static async Task GetAsync(HttpContext context)
        => await ApiExchange.WriteAsync(context, await Watch(context).ReadAsync(context.RequestAborted).ConfigureAwait(false), ApiJson.Default.ReadinessReport).ConfigureAwait(false);

    private static async Task ProveAsync(HttpContext context)
        => await ApiExchange.WriteAsync(context, await Watch(context).ProveAsync(context.RequestAborted).ConfigureAwait(false), ApiJson.Default.ReadinessReport).ConfigureAwait(false);

    private static ReadinessWatch Watch(HttpContext context) => context.RequestServices.GetRequiredService<ReadinessWatch>();
}
