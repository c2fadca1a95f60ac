using Microsoft.AspNetCore.Diagnostics;

namespace HaConsole.Web.Hosting;

/// <summary>An address that nothing answers gets the console's own page for it, with its status 404.</summary>
public static class MissingPages
{
    private static readonly PathString Page = "/not-found";

    /// <summary>Shows the page instead of an empty 404; calls of the API have answers of their own.</summary>
    public static void UseMissingPages(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        await next(context).ConfigureAwait(false);
        var (request, response) = (context.Request, context.Response);
        if (response is not { StatusCode: StatusCodes.Status404NotFound, HasStarted: false, ContentLength: null or 0 } || !HttpMethods.IsGet(request.Method)
            || request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        var asked = request.Path;
        context.SetEndpoint(null);

        // Without it the pages' renderer takes the 404 for its own and writes nothing.
        context.Features.Set<IStatusCodeReExecuteFeature>(new StatusCodeReExecuteFeature { OriginalPath = asked, OriginalPathBase = request.PathBase });
        request.RouteValues.Clear();
        request.Path = Page;
        try
        {
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            request.Path = asked;
        }
    });
}
