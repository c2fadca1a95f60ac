using HaConsole.Engine.Peering;
using HaConsole.Engine.Status;
using HaConsole.Web.History;
using HaConsole.Web.Live;
using HaConsole.Web.Operations;

namespace HaConsole.Web.Api;

/// <summary>Calls that make the pair do something.</summary>
internal static class CommandCalls
{
    public static async Task SwitchAsync(HttpContext context)
    {
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.SwitchRequest).ConfigureAwait(false);
        CheckServer(request.To, "to");
        var result = await Pair(context).SwitchAsync(ApiExchange.Actor(context), request.To, request.DryRun, request.Force, request.Reason, request.ExpectedEpoch).ConfigureAwait(false);
        if (result is { Succeeded: false, Value: { } outcome })
        {
            throw ApiErrors.Refused(outcome);
        }

        await ApiExchange.WriteAsync(context, ApiErrors.Require(result).Value!, ApiJson.Default.SwitchOutcome).ConfigureAwait(false);
    }

    public static async Task PauseAsync(HttpContext context)
    {
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.PauseRequest).ConfigureAwait(false);
        await AnswerAsync(context, Pair(context).PauseAsync(ApiExchange.Actor(context), request.For, request.Reason)).ConfigureAwait(false);
    }

    public static async Task ResumeAsync(HttpContext context)
    {
        await ApiExchange.ReadAsync(context, ApiJson.Default.EmptyRequest).ConfigureAwait(false);
        await AnswerAsync(context, Pair(context).ResumeAsync(ApiExchange.Actor(context))).ConfigureAwait(false);
    }

    public static async Task MaintenanceAsync(HttpContext context)
    {
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.MaintenanceRequest).ConfigureAwait(false);
        CheckServer(request.Server, "server");
        var (pair, actor) = (Pair(context), ApiExchange.Actor(context));
        await AnswerAsync(context, request.On
            ? pair.MaintenanceOnAsync(actor, request.Server, request.For, request.Reason)
            : pair.MaintenanceOffAsync(actor, request.Server)).ConfigureAwait(false);
    }

    public static async Task ClearHoldAsync(HttpContext context)
    {
        await ApiExchange.ReadAsync(context, ApiJson.Default.EmptyRequest).ConfigureAwait(false);
        await AnswerAsync(context, Pair(context).ClearHoldAsync(ApiExchange.Actor(context))).ConfigureAwait(false);
    }

    public static async Task AcknowledgeAsync(HttpContext context)
    {
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.AcknowledgeRequest).ConfigureAwait(false);
        await AnswerAsync(context, Pair(context).AcknowledgeAlarmsAsync(ApiExchange.Actor(context), request.Id)).ConfigureAwait(false);
    }

    public static async Task ServiceAsync(HttpContext context)
    {
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.ServiceRequest).ConfigureAwait(false);
        var server = ServerOf(context, request.Server);
        var command = request.Command ?? throw ApiErrors.Of(StatusCodes.Status400BadRequest, "command must be Start, Stop or Restart");
        var operations = context.RequestServices.GetRequiredService<ServiceOperations>();
        await AnswerAsync(context, operations.CommandAsync(ApiExchange.Actor(context), server, Name(context), command)).ConfigureAwait(false);
    }

    public static async Task CheckAsync(HttpContext context)
    {
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.CheckRequest).ConfigureAwait(false);
        var server = ServerOf(context, request.Server);
        var operations = context.RequestServices.GetRequiredService<ServiceOperations>();
        var result = ApiErrors.Require(await operations.RunCheckAsync(ApiExchange.Actor(context), server, Name(context)).ConfigureAwait(false));
        await ApiExchange.WriteAsync(context, new CommandResult(result.Sentence, State: result.Value!.State), ApiJson.Default.CommandResult).ConfigureAwait(false);
    }

    public static async Task MuteAsync(HttpContext context)
    {
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.MuteRequest).ConfigureAwait(false);
        var result = ApiErrors.Require(await Configuration(context).MuteAsync(ApiExchange.Actor(context), Name(context), request.For, request.Reason).ConfigureAwait(false));
        await ApiExchange.WriteAsync(context, new CommandResult($"Check {Name(context)} is muted. {result.Sentence}"), ApiJson.Default.CommandResult).ConfigureAwait(false);
    }

    public static async Task UnmuteAsync(HttpContext context)
    {
        await ApiExchange.ReadAsync(context, ApiJson.Default.EmptyRequest).ConfigureAwait(false);
        var result = ApiErrors.Require(await Configuration(context).UnmuteAsync(ApiExchange.Actor(context), Name(context)).ConfigureAwait(false));
        await ApiExchange.WriteAsync(context, new CommandResult($"Check {Name(context)} is not muted any more. {result.Sentence}"), ApiJson.Default.CommandResult).ConfigureAwait(false);
    }

    public static async Task RestartAsync(HttpContext context)
    {
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.RestartRequest).ConfigureAwait(false);
        var server = ServerOf(context, request.Server);
        await AnswerAsync(context, context.RequestServices.GetRequiredService<SystemOperations>().RestartAsync(ApiExchange.Actor(context), server)).ConfigureAwait(false);
    }

    public static async Task PairAsync(HttpContext context)
    {
        var request = await ApiExchange.ReadAsync(context, ApiJson.Default.PairRequest).ConfigureAwait(false);
        if (string.IsNullOrWhiteSpace(request.Code) != string.IsNullOrWhiteSpace(request.Address))
        {
            throw ApiErrors.Of(StatusCodes.Status400BadRequest, "code and address go together; without both a new code is made");
        }

        var (pairing, actor) = (context.RequestServices.GetRequiredService<PairingOperations>(), ApiExchange.Actor(context));
        if (string.IsNullOrWhiteSpace(request.Code))
        {
            var made = ApiErrors.Require(await pairing.MakeCodeAsync(actor).ConfigureAwait(false));
            await ApiExchange.WriteAsync(context, new CommandResult(made.Sentence, made.Value!.Code), ApiJson.Default.CommandResult).ConfigureAwait(false);
            return;
        }

        await AnswerAsync(context, pairing.JoinAsync(actor, request.Code, request.Address!)).ConfigureAwait(false);
    }

    public static async Task RotateAsync(HttpContext context, ApiServices services)
    {
        await ApiExchange.ReadAsync(context, ApiJson.Default.EmptyRequest).ConfigureAwait(false);
        var gate = context.RequestServices.GetRequiredService<OperationGate>();
        await AnswerAsync(context, gate.RunAsync(ApiExchange.Actor(context), new Operation("certificate-rotate", "", "haconsole certificate rotate", Right.Administer), async () =>
            await services.Run.RotateCertificateAsync(CancellationToken.None).ConfigureAwait(false) is { } refusal
                ? OperationResult.Refused(refusal)
                : OperationResult.Done("New certificate in use; the other server has pinned it"))).ConfigureAwait(false);
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

    private static async Task AnswerAsync(HttpContext context, Task<OperationResult> operation)
    {
        var result = ApiErrors.Require(await operation.ConfigureAwait(false));
        await ApiExchange.WriteAsync(context, new CommandResult(result.Sentence), ApiJson.Default.CommandResult).ConfigureAwait(false);
    }

    private static string Name(HttpContext context) => (string)context.Request.RouteValues["name"]!;

    /// <summary>The server that is meant; the one that answers when none is named.</summary>
    private static int ServerOf(HttpContext context, int? named)
    {
        if (named is { } number)
        {
            CheckServer(number, "server");
            return number;
        }

        return Servers.Local(context.RequestServices.GetRequiredService<ConsoleEngine>().Engine.Current);
    }

    private static void CheckServer(int number, string name)
    {
        if (number is not (1 or 2))
        {
            throw ApiErrors.Of(StatusCodes.Status400BadRequest, $"{name} must be 1 or 2");
        }
    }

    private static ConfigurationOperations Configuration(HttpContext context) => context.RequestServices.GetRequiredService<ConfigurationOperations>();

    private static PairOperations Pair(HttpContext context) => context.RequestServices.GetRequiredService<PairOperations>();
}
