using System.Globalization;
using HaConsole.Engine.Peering;
using HaConsole.Engine.Status;
using HaConsole.Failover;

namespace HaConsole.Web.Api;

/// <summary>Calls that make the pair do something.</summary>
internal static class CommandCalls
{
    private const double LongestControl = 366 * 86400.0;

    public static async Task SwitchAsync(HttpContext context, ApiServices services)
    {
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.SwitchRequest).ConfigureAwait(false);
        var target = Server(request.To, "to");

        // A switch that has begun is carried through even when its caller hangs up.
        var outcome = await services.Engine.SwitchAsync(target, request.DryRun, request.Force, ApiExchange.Owner(context), request.Reason, CancellationToken.None).ConfigureAwait(false);
        if (!outcome.Succeeded)
        {
            throw ApiErrors.Refused(outcome);
        }

        await ApiExchange.WriteAsync(context, outcome, ApiJson.Default.SwitchOutcome).ConfigureAwait(false);
    }

    public static async Task PauseAsync(HttpContext context, ApiServices services)
    {
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.PauseRequest).ConfigureAwait(false);
        var control = Control(context, services, request.For, request.Reason);
        await ChangeAsync(context, services, c => c with { Pause = control }, $"Automation paused{Until(control)}").ConfigureAwait(false);
    }

    public static async Task ResumeAsync(HttpContext context, ApiServices services)
    {
        await ApiExchange.ReadAsync(context, ApiJson.Default.EmptyRequest).ConfigureAwait(false);
        await ChangeAsync(context, services, c => c with { Pause = null }, "Automation resumed").ConfigureAwait(false);
    }

    public static async Task MaintenanceAsync(HttpContext context, ApiServices services)
    {
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.MaintenanceRequest).ConfigureAwait(false);
        var rank = Server(request.Server, "server");
        var control = request.On ? Control(context, services, request.For, request.Reason) : null;
        var sentence = request.On
            ? $"Server #{rank.Number()} in maintenance{Until(control!)}: it is not activated automatically"
            : $"Server #{rank.Number()} out of maintenance";
        await ChangeAsync(context, services, c => c.WithMaintenance(rank, control), sentence).ConfigureAwait(false);
    }

    public static async Task ClearHoldAsync(HttpContext context, ApiServices services)
    {
        await ApiExchange.ReadAsync(context, ApiJson.Default.EmptyRequest).ConfigureAwait(false);
        await ChangeAsync(context, services, c => c with { Hold = null }, "Hold cleared").ConfigureAwait(false);
    }

    public static async Task AcknowledgeAsync(HttpContext context, ApiServices services)
    {
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.AcknowledgeRequest).ConfigureAwait(false);
        if (request.Id is { } id && services.Engine.Current.Alarms.All(a => a.Code != id))
        {
            throw ApiErrors.Of(StatusCodes.Status409Conflict, $"no alarm '{id}' is raised");
        }

        var sentence = request.Id is null ? "Alarms acknowledged; flap budget full again" : $"Alarm {request.Id} acknowledged; flap budget full again";
        await ChangeAsync(context, services, c => c with { FlapTimes = [] }, sentence).ConfigureAwait(false);
    }

    public static async Task PairAsync(HttpContext context, ApiServices services)
    {
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.PairRequest).ConfigureAwait(false);
        if (string.IsNullOrWhiteSpace(request.Code) != string.IsNullOrWhiteSpace(request.Address))
        {
            throw ApiErrors.Of(StatusCodes.Status400BadRequest, "code and address go together; without both a new code is made");
        }

        if (string.IsNullOrWhiteSpace(request.Code))
        {
            var code = services.Engine.CreatePairingCode();
            await ApiExchange.WriteAsync(context, new CommandResult("Type this code on the other server within 10 minutes", code), ApiJson.Default.CommandResult).ConfigureAwait(false);
            return;
        }

        var refusal = await services.Engine.PairAsync(request.Code.Trim(), request.Address!.Trim(), context.RequestAborted).ConfigureAwait(false);
        await AnswerAsync(context, refusal, $"Paired with {request.Address.Trim()}").ConfigureAwait(false);
    }

    public static async Task RotateAsync(HttpContext context, ApiServices services)
    {
        await ApiExchange.ReadAsync(context, ApiJson.Default.EmptyRequest).ConfigureAwait(false);
        var refusal = await services.Run.RotateCertificateAsync(context.RequestAborted).ConfigureAwait(false);
        await AnswerAsync(context, refusal, "New certificate in use; the other server has pinned it").ConfigureAwait(false);
    }

    public static async Task StopAsync(HttpContext context, ApiServices services)
    {
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.StopServerRequest).ConfigureAwait(false);
        var sentence = request.HandOver && !request.Both ? HandOver(services.Engine.Current) : "Stopping without a switch";
        if (request.Both)
        {
            var order = new ForwardedRequest("POST", "/api/v1/stop", """{"handOver":false}""", new Dictionary<string, string>());
            var answer = await services.Run.ForwardToPeerAsync(order, context.RequestAborted).ConfigureAwait(false);
            if (answer is not { Status: StatusCodes.Status200OK })
            {
                // Stopping here alone would make the other server take over: not what was asked for.
                throw ApiErrors.Of(StatusCodes.Status409Conflict, answer is null ? "the other server cannot be reached: nothing was stopped" : $"the other server refuses to stop ({answer.Status}): nothing was stopped");
            }

            sentence = "Stopping both servers; nothing is switched";
        }

        var handOver = request.HandOver && !request.Both;
        context.Response.OnCompleted(() =>
        {
            services.Stop.Ask(handOver);
            return Task.CompletedTask;
        });
        await ApiExchange.WriteAsync(context, new CommandResult(sentence), ApiJson.Default.CommandResult).ConfigureAwait(false);
    }

    private static string HandOver(StatusSnapshot status) => status.Servers.FirstOrDefault(s => s.Local) switch
    {
        { Role: "Active" } when status.SwitchWouldSucceed => "Stopping; the other server takes over",
        { Role: "Active" } => "Stopping; no other server is ready to take over",
        _ => "Stopping",
    };

    private static async Task ChangeAsync(HttpContext context, ApiServices services, Func<PairControls, PairControls> change, string sentence)
    {
        await services.Engine.SetControlsAsync(change, ApiExchange.Owner(context), sentence, context.RequestAborted).ConfigureAwait(false);
        await ApiExchange.WriteAsync(context, new CommandResult(sentence), ApiJson.Default.CommandResult).ConfigureAwait(false);
    }

    private static Task AnswerAsync(HttpContext context, string? refusal, string sentence) => refusal is null
        ? ApiExchange.WriteAsync(context, new CommandResult(sentence), ApiJson.Default.CommandResult)
        : throw ApiErrors.Of(StatusCodes.Status409Conflict, refusal);

    private static Rank Server(int number, string name) => number is 1 or 2
        ? (Rank)number
        : throw ApiErrors.Of(StatusCodes.Status400BadRequest, $"{name} must be 1 or 2");

    private static TimedControl Control(HttpContext context, ApiServices services, double? seconds, string reason)
    {
        if (seconds is not null and not (> 0 and <= LongestControl))
        {
            throw ApiErrors.Of(StatusCodes.Status400BadRequest, "for must be above 0 and at most 31622400 seconds");
        }

        var now = services.Time.GetUtcNow();
        return new TimedControl(ApiExchange.Owner(context), reason, now, seconds is { } s ? now.AddSeconds(s) : null);
    }

    private static string Until(TimedControl control)
        => control.Until is { } until ? string.Create(CultureInfo.InvariantCulture, $" until {until:yyyy-MM-dd HH:mm:ss} UTC") : "";
}
