namespace HaConsole.Web.Security;

/// <summary>Nobody sends more to this server than a large configuration. What says beforehand that it is larger is not read at all.</summary>
public static class BodyLimit
{
    /// <summary>Most bytes of a body: 4 MiB.</summary>
    public const long Most = 4 * 1024 * 1024;

    /// <summary>Refuses larger bodies with 413, whatever they are sent to; one that does not say its length ends when it has become too large.</summary>
    public static void UseBodyLimit(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.ContentLength is not > Most)
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
        return Task.CompletedTask;
    });
}
