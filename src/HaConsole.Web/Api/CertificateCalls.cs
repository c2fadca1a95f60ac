using HaConsole.Engine;
using HaConsole.Engine.Certificates;
using HaConsole.Engine.Status;
using HaConsole.Web.History;
using HaConsole.Web.Live;
using HaConsole.Web.Operations;

namespace HaConsole.Web.Api;

/// <summary>Body of <c>POST certificates/NAME/copy</c>.</summary>
public sealed record CertificateCopyRequest
{
    /// <summary>Server whose files are right, 1 or 2; the other one gets them.</summary>
    public int From { get; init; }
}

/// <summary>How the clocks of the two servers compare, each seen from its side.</summary>
/// <param name="Servers">History of each server that answers, in the order of their numbers.</param>
public sealed record PairTime(IReadOnlyList<ClockHistory> Servers);

/// <summary>Calls about certificates and clocks of both servers.</summary>
internal static class CertificateCalls
{
    public static void Map(IEndpointRouteBuilder app)
    {
        ApiEndpoints.Call(app, Right.View, "GET", "certificates", GetAsync, new(typeof(PairCertificates), null, "Certificates and keys of both servers side by side. No private key is in it."));
        ApiEndpoints.Call(app, Right.Operate, "POST", "certificates/look", LookAsync, new(typeof(PairCertificates), typeof(EmptyRequest), "Has both servers look at their certificate files now."));
        ApiEndpoints.Call(app, Right.Administer, "POST", "certificates/{name}/copy", CopyAsync, new(typeof(CertificateCopyOutcome), typeof(CertificateCopyRequest), "Copies certificate, key and chain to the other server; the files before are kept there."));
        ApiEndpoints.Call(app, Right.View, "GET", "time", TimeAsync, new(typeof(PairTime), null, "Clock offset and round trip of the last 24 hours, one point a minute, as each server has measured them (minutes=1…1440)."));
    }

    private static Task GetAsync(HttpContext context)
        => ApiExchange.WriteAsync(context, Engine(context).Certificates, ApiJson.Default.PairCertificates);

    private static async Task LookAsync(HttpContext context)
    {
        await ApiExchange.ReadAsync(context, ApiJson.Default.EmptyRequest).ConfigureAwait(false);
        var result = ApiErrors.Require(await Operations(context).LookAsync(ApiExchange.Actor(context)).ConfigureAwait(false));
        await ApiExchange.WriteAsync(context, result.Value!, ApiJson.Default.PairCertificates).ConfigureAwait(false);
    }

    private static async Task CopyAsync(HttpContext context)
    {
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.CertificateCopyRequest).ConfigureAwait(false);
        if (request.From is not (1 or 2))
        {
            throw ApiErrors.Of(StatusCodes.Status400BadRequest, "from must be 1 or 2");
        }

        var result = await Operations(context).CopyAsync(ApiExchange.Actor(context), (string)context.Request.RouteValues["name"]!, request.From).ConfigureAwait(false);
        await ApiExchange.WriteAsync(context, ApiErrors.Require(result).Value!, ApiJson.Default.CertificateCopyOutcome).ConfigureAwait(false);
    }

    private static async Task TimeAsync(HttpContext context)
    {
        const int longest = 24 * 60;
        var minutes = HistoryQuery.Number(context.Request.Query["minutes"], "minutes", 1, longest) ?? longest;
        var engine = Engine(context);
        var histories = await Task.WhenAll(engine.Current.Servers.Select(s => engine.ClockHistoryOfAsync(s.Server, context.RequestAborted))).ConfigureAwait(false);
        var since = TimeSpan.FromMinutes(minutes).TotalSeconds;
        var time = new PairTime([.. histories.OfType<ClockHistory>().Select(h => h with { Points = [.. (h.Points ?? []).Where(p => p.AgeSeconds <= since)] })]);
        await ApiExchange.WriteAsync(context, time, ApiJson.Default.PairTime).ConfigureAwait(false);
    }

    private static IHaEngine Engine(HttpContext context) => context.RequestServices.GetRequiredService<ConsoleEngine>().Engine;

    private static CertificateOperations Operations(HttpContext context) => context.RequestServices.GetRequiredService<CertificateOperations>();
}
