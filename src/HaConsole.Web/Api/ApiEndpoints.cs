using System.Globalization;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Status;
using HaConsole.Failover;
using HaConsole.Web.Hosting;

namespace HaConsole.Web.Api;

/// <summary>
/// The API <c>/api/v1</c>. Everything is open to the control socket; the network gets status and events, because there is no sign-in
/// in this build and those two say no more than the status page.
/// </summary>
public static class ApiEndpoints
{
    private const string Root = "/api/v1/";
    private const int MostEvents = 10_000;

    /// <summary>Maps all calls.</summary>
    public static void Map(IEndpointRouteBuilder app, ApiServices services)
    {
        app.MapGet(Root + "status", context => ApiExchange.WriteAsync(context, services.Engine.Current, StatusJson.Default.StatusSnapshot));
        app.MapGet(Root + "events", context => EventsAsync(context, services.Run.Journal));
        Owned(app, "GET", "hot-standby", context => ConfigurationCalls.GetHotStandbyAsync(context, services));
        Owned(app, "PUT", "hot-standby", context => ConfigurationCalls.PutHotStandbyAsync(context, services));
        Owned(app, "GET", "configuration", context => ConfigurationCalls.GetAsync(context, services));
        Owned(app, "PUT", "configuration", context => ConfigurationCalls.PutAsync(context, services));
        Owned(app, "GET", "settings/history", context => ConfigurationCalls.HistoryAsync(context, services));
        Owned(app, "POST", "switch", context => CommandCalls.SwitchAsync(context, services));
        Owned(app, "POST", "pause", context => CommandCalls.PauseAsync(context, services));
        Owned(app, "POST", "resume", context => CommandCalls.ResumeAsync(context, services));
        Owned(app, "POST", "maintenance", context => CommandCalls.MaintenanceAsync(context, services));
        Owned(app, "POST", "hold/clear", context => CommandCalls.ClearHoldAsync(context, services));
        Owned(app, "POST", "acknowledge", context => CommandCalls.AcknowledgeAsync(context, services));
        Owned(app, "POST", "pair", context => CommandCalls.PairAsync(context, services));
        Owned(app, "POST", "certificate/rotate", context => CommandCalls.RotateAsync(context, services));
        Owned(app, "POST", "stop", context => CommandCalls.StopAsync(context, services));
        RefuseOtherMethods(app);
    }

    /// <summary>
    /// A known path with another method is 405, whatever else is mapped: a catch-all of static files would make a GET of it 404.
    /// </summary>
    private static void RefuseOtherMethods(IEndpointRouteBuilder app)
    {
        var known = app.DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText?.StartsWith(Root, StringComparison.Ordinal) == true)
            .GroupBy(e => e.RoutePattern.RawText!, e => e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [], StringComparer.Ordinal);
        foreach (var path in known.ToList())
        {
            var allowed = string.Join(", ", path.SelectMany(methods => methods).Distinct().Order(StringComparer.Ordinal));
            app.Map(path.Key, context =>
            {
                context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
                context.Response.Headers.Allow = allowed;
                return Task.CompletedTask;
            });
        }
    }

    private static void Owned(IEndpointRouteBuilder app, string method, string path, RequestDelegate call)
        => app.MapMethods(Root + path, [method], context => ControlConnection.Carries(context)
            ? call(context)
            : throw ApiErrors.Of(StatusCodes.Status401Unauthorized, "use the control socket or sign in"));

    private static Task EventsAsync(HttpContext context, IJournal journal)
    {
        var query = context.Request.Query;
        var limit = (int)(Number(query["limit"], "limit", 1, 1000) ?? 100);
        var after = Number(query["after"], "after", 0, long.MaxValue);
        var text = query["text"].ToString();
        var severity = Least(query["severity"]);
        var filtered = text.Length > 0 || severity != Severity.Info;
        var read = filtered ? MostEvents : limit;
        var events = (after is { } sequence ? journal.Read(sequence, read) : journal.Latest(read)).Where(e => Matches(e, severity, text));

        // After a sequence the oldest come first, so that a caller can go on where it stopped; else the last ones are wanted.
        IReadOnlyList<HaEvent> result = [.. after is null ? events.TakeLast(limit) : events.Take(limit)];
        return ApiExchange.WriteAsync(context, result, ApiJson.Default.IReadOnlyListHaEvent);
    }

    private static bool Matches(HaEvent entry, Severity least, string text)
        => entry.Severity >= least
            && (entry.Sentence.Contains(text, StringComparison.OrdinalIgnoreCase) || entry.Kind.Contains(text, StringComparison.OrdinalIgnoreCase));

    private static Severity Least(string? text) => string.IsNullOrEmpty(text)
        ? Severity.Info
        : Enum.TryParse<Severity>(text, ignoreCase: true, out var severity) && Enum.IsDefined(severity)
            ? severity
            : throw ApiErrors.Of(StatusCodes.Status400BadRequest, "severity must be info, warning or alarm");

    private static long? Number(string? text, string name, long least, long most)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw ApiErrors.Of(StatusCodes.Status400BadRequest, most == long.MaxValue ? $"{name} must be a number from {least}" : $"{name} must be {least} to {most}");
    }
}
