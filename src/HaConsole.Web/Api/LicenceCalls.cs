using HaConsole.Web.Licensing;
using HaConsole.Web.Operations;

namespace HaConsole.Web.Api;

/// <summary>Body of <c>POST licence</c>.</summary>
public sealed record LicenceRequest
{
    /// <summary>Text of <c>IPSFT_lic.xml</c>.</summary>
    public string Content { get; init; } = "";

    /// <summary>Not on the other server.</summary>
    public bool OnlyHere { get; init; }
}

/// <summary>Calls about the licence.</summary>
internal static class LicenceCalls
{
    public static void Map(IEndpointRouteBuilder app)
    {
        ApiEndpoints.Call(app, Right.View, "GET", "licence", GetAsync, new(typeof(LicenceStatus), null, "The licence of this server, as found last."));
        ApiEndpoints.Call(app, Right.Administer, "POST", "licence", InstallAsync, new(typeof(LicenceStatus), typeof(LicenceRequest), "Puts a licence in force on both servers."));
    }

    private static Task GetAsync(HttpContext context)
        => ApiExchange.WriteAsync(context, context.RequestServices.GetRequiredService<LicenceKeeper>().Current, ApiJson.Default.LicenceStatus);

    private static async Task InstallAsync(HttpContext context)
    {
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.LicenceRequest).ConfigureAwait(false);
        var result = await context.RequestServices.GetRequiredService<LicenceOperations>().InstallAsync(ApiExchange.Actor(context), request.Content ?? "", request.OnlyHere).ConfigureAwait(false);
        if (result.Value is not { } status)
        {
            await HistoryEndpoints.AnswerAsync(context, result).ConfigureAwait(false);
            return;
        }

        await ApiExchange.WriteAsync(context, status with { Sentence = result.Sentence }, ApiJson.Default.LicenceStatus).ConfigureAwait(false);
    }
}
