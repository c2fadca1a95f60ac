using System.Globalization;
using HaConsole.Engine;
using HaConsole.Web.Operations;
using HaConsole.Web.Support;
using Microsoft.AspNetCore.Http.Features;

namespace HaConsole.Web.Api;

/// <summary>Calls for support.</summary>
internal static class SupportCalls
{
    public static void Map(IEndpointRouteBuilder app)
    {
        ApiEndpoints.Call(app, Right.Administer, "GET", "support-bundle", GetAsync, new(typeof(string), null, "Logs, configuration, events and surroundings of both servers as a ZIP file, without secrets."));
        ApiEndpoints.Call(app, Right.Administer, "GET", "support-bundle/files", FilesAsync, new(typeof(IReadOnlyList<SupportFile>), null, "What this server gives to a support bundle, for the other server."));
        ApiEndpoints.Call(app, Right.Administer, "GET", "support-bundle/part", PartAsync, new(typeof(LogPart), null, "A part of it, without secrets, for the other server."));
    }

    /// <summary><c>GET support-bundle</c>: the file; 409 while another one is made.</summary>
    private static async Task GetAsync(HttpContext context)
    {
        var bundle = context.RequestServices.GetRequiredService<SupportBundle>();
        var gate = context.RequestServices.GetRequiredService<OperationGate>();
        var operation = new Operation("support-bundle", "pair", "haconsole support-bundle", Right.Administer);
        var result = await gate.RunAsync(HistoryEndpoints.Caller(context), operation, async () =>
        {
            if (!bundle.TryBegin())
            {
                return OperationResult.Refused("Another support bundle is being made: wait for its end.");
            }

            try
            {
                // The framework's ZIP writer ends an entry with a few bytes that it does not write asynchronously.
                if (context.Features.Get<IHttpBodyControlFeature>() is { } body)
                {
                    body.AllowSynchronousIO = true;
                }

                HistoryExport.Begin(context, bundle.NewName(), "application/zip");
                var report = await bundle.WriteAsync(context.Response.Body, context.RequestAborted).ConfigureAwait(false);
                return OperationResult.Done(string.Create(CultureInfo.InvariantCulture, $"Support bundle of {report.Files} files made. {string.Join(' ', report.Notes)}").TrimEnd());
            }
            catch (Exception) when (context.Response.HasStarted)
            {
                // Half a file must not look like a whole one.
                context.Abort();
                throw;
            }
            finally
            {
                bundle.End();
            }
        }).ConfigureAwait(false);
        if (!result.Succeeded)
        {
            await HistoryEndpoints.AnswerAsync(context, result).ConfigureAwait(false);
        }
    }

    private static Task FilesAsync(HttpContext context)
        => ApiExchange.WriteAsync(context, context.RequestServices.GetRequiredService<SupportSource>().List(), ApiJson.Default.IReadOnlyListSupportFile);

    private static Task PartAsync(HttpContext context)
    {
        var name = context.Request.Query["name"].ToString();
        var from = HistoryQuery.Number(context.Request.Query["from"], "from", 0, long.MaxValue) ?? 0;
        var part = context.RequestServices.GetRequiredService<SupportSource>().Read(name, from, SupportFiles.PartBytes)
            ?? throw ApiErrors.Of(StatusCodes.Status404NotFound, "there is no such part of a support bundle");
        return ApiExchange.WriteAsync(context, part, ApiJson.Default.LogPart);
    }
}
