using System.Globalization;
using HaConsole.Engine;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Status;
using HaConsole.Web.Authentication;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Antiforgery;

namespace HaConsole.Web.Api;

/// <summary>
/// The API <c>/api/v1</c>: what pages do, for programs with a token, for signed-in browsers and for the control socket.
/// </summary>
public static class ApiEndpoints
{
    private const string Root = "/api/v1/";

    /// <summary>Maps all calls.</summary>
    public static void Map(IEndpointRouteBuilder app, ApiServices services)
    {
        Call(app, Right.View, "GET", "status", context => StatusAsync(context, services.Engine.Current), new(typeof(StatusSnapshot), null, "State of the pair. ETag; 304 with If-None-Match."));
        Call(app, Right.View, "GET", "events", EventCalls.ListAsync, new(typeof(IReadOnlyList<EventInfo>), null, "Events, the last ones or those after a sequence number."));
        HistoryEndpoints.Map(app);
        SyncCalls.Map(app, services);
        CertificateCalls.Map(app);
        FileSetCalls.Map(app);
        NotificationCalls.Map(app);
        LoadBalancerCalls.Map(app);
        SupportCalls.Map(app);
        LicenceCalls.Map(app);
        ReadinessCalls.Map(app);
        Call(app, Right.View, "GET", "hot-standby", context => ConfigurationCalls.GetHotStandbyAsync(context, services), new(typeof(HotStandbyParameters), null, "Hot standby parameters. ETag is the revision."));
        Call(app, Right.Administer, "PUT", "hot-standby", context => ConfigurationCalls.PutHotStandbyAsync(context, services), new(typeof(SavedResult), typeof(HotStandbyParameters), "Changes parameters on both servers. Needs If-Match."));
        Call(app, Right.View, "GET", "configuration", context => ConfigurationCalls.GetAsync(context, services), new(typeof(PairConfiguration), null, "Parameters, services and checks, without secrets."));
        Call(app, Right.Administer, "PUT", "configuration", context => ConfigurationCalls.PutAsync(context, services), new(typeof(SavedResult), typeof(PairConfiguration), "Changes parameters, services and checks on both servers. Needs If-Match."));
        Call(app, Right.View, "GET", "settings/history", context => ConfigurationCalls.HistoryAsync(context, services), new(typeof(IReadOnlyList<RevisionInfo>), null, "Revisions of the configuration, newest first."));
        Call(app, Right.Operate, "POST", "switch", CommandCalls.SwitchAsync, new(typeof(SwitchOutcome), typeof(SwitchRequest), "Makes a server the Active, or says what would happen."));
        Call(app, Right.Operate, "POST", "pause", CommandCalls.PauseAsync, new(typeof(CommandResult), typeof(PauseRequest), "Pauses the automation of the pair."));
        Call(app, Right.Operate, "POST", "resume", CommandCalls.ResumeAsync, new(typeof(CommandResult), typeof(EmptyRequest), "Lets the automation act again."));
        Call(app, Right.Operate, "POST", "maintenance", CommandCalls.MaintenanceAsync, new(typeof(CommandResult), typeof(MaintenanceRequest), "A server in maintenance is never activated automatically."));
        Call(app, Right.Operate, "POST", "hold/clear", CommandCalls.ClearHoldAsync, new(typeof(CommandResult), typeof(EmptyRequest), "Lets an automatic failback happen again."));
        Call(app, Right.Operate, "POST", "acknowledge", CommandCalls.AcknowledgeAsync, new(typeof(CommandResult), typeof(AcknowledgeRequest), "Acknowledges alarms; fills the flap budget again."));
        Call(app, Right.Operate, "POST", "services/{name}", CommandCalls.ServiceAsync, new(typeof(CommandResult), typeof(ServiceRequest), "Starts, stops or restarts a managed service."));
        Call(app, Right.Operate, "POST", "checks/{name}/run", CommandCalls.CheckAsync, new(typeof(CommandResult), typeof(CheckRequest), "Has an application check look now."));
        Call(app, Right.Operate, "POST", "checks/{name}/mute", CommandCalls.MuteAsync, new(typeof(CommandResult), typeof(MuteRequest), "The failure of a check counts as no application error for some time."));
        Call(app, Right.Operate, "POST", "checks/{name}/unmute", CommandCalls.UnmuteAsync, new(typeof(CommandResult), typeof(EmptyRequest), "Ends a mute before its time."));
        DrillCalls.Map(app);
        Call(app, Right.Administer, "POST", "pair", CommandCalls.PairAsync, new(typeof(CommandResult), typeof(PairRequest), "Makes a pairing code, or joins with one."));
        Call(app, Right.Administer, "POST", "certificate/rotate", context => CommandCalls.RotateAsync(context, services), new(typeof(CommandResult), typeof(EmptyRequest), "New certificate of the peer link, without a switch."));
        Call(app, Right.Administer, "POST", "restart", CommandCalls.RestartAsync, new(typeof(CommandResult), typeof(RestartRequest), "Starts the worker of a server anew with what was saved; nothing is switched."));
        Call(app, Right.Administer, "POST", "stop", context => CommandCalls.StopAsync(context, services), new(typeof(CommandResult), typeof(StopServerRequest), "Stops this server, or both."));
        Call(app, Right.Administer, "GET", "users", context => AccessCalls.ListUsersAsync(context, services), new(typeof(IReadOnlyList<UserInfo>), null, "Users, without secrets."));
        Call(app, Right.Administer, "POST", "users", context => AccessCalls.AddUserAsync(context, services), new(typeof(SecretResult), typeof(UserRequest), "Adds a user; a password that is made is answered once."));
        Call(app, Right.Administer, "PUT", "users/{name}", context => AccessCalls.ChangeUserAsync(context, services), new(typeof(CommandResult), typeof(UserChange), "Changes role or state of a user; his sessions end."));
        Call(app, Right.Administer, "DELETE", "users/{name}", context => AccessCalls.RemoveUserAsync(context, services), new(typeof(CommandResult), null, "Removes a user; his sessions end."));
        Call(app, Right.Administer, "POST", "users/{name}/password", context => AccessCalls.ResetPasswordAsync(context, services), new(typeof(SecretResult), typeof(PasswordRequest), "Gives a user a new password; his sessions end."));
        Call(app, Right.Administer, "GET", "sessions", AccessCalls.ListSessionsAsync, new(typeof(IReadOnlyList<SessionInfo>), null, "Signed-in browsers of this server."));
        Call(app, Right.Administer, "DELETE", "sessions/{name}", AccessCalls.EndSessionAsync, new(typeof(CommandResult), null, "Ends a session."));
        Call(app, Right.Administer, "GET", "tokens", context => AccessCalls.ListTokensAsync(context, services), new(typeof(IReadOnlyList<TokenInfo>), null, "Tokens, without secrets."));
        Call(app, Right.Administer, "POST", "tokens", context => AccessCalls.CreateTokenAsync(context, services), new(typeof(SecretResult), typeof(TokenRequest), "Makes a token, answered once."));
        Call(app, Right.Administer, "DELETE", "tokens/{name}", context => AccessCalls.RevokeTokenAsync(context, services), new(typeof(CommandResult), null, "Revokes a token."));
        Call(app, Right.Administer, "POST", "setup-token", AccessCalls.SetupTokenAsync, new(typeof(SecretResult), typeof(EmptyRequest), "A fresh one-time token for the first sign-in."));
        Call(app, Right.View, "GET", "antiforgery", AccessCalls.AntiforgeryAsync, new(typeof(AntiforgeryToken), null, "What a signed-in page sends with calls that change something."));
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

    /// <summary>
    /// One call. Who may make it is said here and nowhere else: a token's scope, a signed-in browser's role, or the control socket, which
    /// may everything. A browser must show besides that its own page makes the call.
    /// </summary>
    internal static void Call(IEndpointRouteBuilder app, Right permission, string method, string path, RequestDelegate call, ApiCallInfo info)
        => app.MapMethods(Root + path, [method], async context =>
        {
            if (method != "GET" && context.User.FindFirst(AccessNames.SessionClaim) is not null
                && !await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context).ConfigureAwait(false))
            {
                throw ApiErrors.Of(StatusCodes.Status400BadRequest, "the antiforgery header RequestVerificationToken is missing or wrong (GET antiforgery)");
            }

            // Answers of an admin's commands may hold secrets: they are not kept for a second asking.
            if (method == "POST" && permission == Right.Operate)
            {
                await context.RequestServices.GetRequiredService<IdempotentCalls>().RunAsync(context, call).ConfigureAwait(false);
                return;
            }

            await call(context).ConfigureAwait(false);
        }).RequireAuthorization(permission.ToString()).WithMetadata(info, call.Method);

    private static Task StatusAsync(HttpContext context, StatusSnapshot snapshot)
    {
        var tag = string.Create(CultureInfo.InvariantCulture, $"\"{snapshot.Version}\"");
        context.Response.Headers.ETag = tag;
        if (context.Request.Headers.IfNoneMatch.Contains(tag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        return ApiExchange.WriteAsync(context, snapshot, StatusJson.Default.StatusSnapshot);
    }
}
