using System.CommandLine;
using HaConsole.Web.Api;
using HaConsole.Web.Model.Drills;

namespace HaConsole.Web.Cli.Verbs;

/// <summary><c>drill list|start|state|stop|back|leave|report|plan</c>.</summary>
internal static class DrillVerbs
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    public static Command Create(CliContext context) => new("drill", "tests that the other server really takes over")
    {
        List(context),
        Start(context),
        State(context),
        Order(context, "stop", "ends the drill that watches; the pair is left as it is"),
        Order(context, "back", "last part of a watched drill: switches back"),
        Order(context, "leave", "last part of a watched drill: leaves the role where it is"),
        Report(context),
        Plan(context),
    };

    private static Command List(CliContext context)
    {
        var format = Values.FormatOption();
        var command = new Command("list", "drills of both servers, newest first") { format };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var answer = await client.GetAsync("api/v1/drills", cancellationToken).ConfigureAwait(false);
            var drills = answer.Read(ApiJson.Default.IReadOnlyListDrillView);
            var text = drills.Count == 0 ? "no drills" : string.Join(Environment.NewLine, drills.Select(DrillText.Line));
            await context.Output.WriteLineAsync(parsed.GetValue(format) == "json" ? answer.Body : text).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Start(CliContext context)
    {
        var kind = new Argument<string>("switch|stop|proof") { Description = "switch: there and back; stop: watches while somebody stops the Active; proof: disturbs nothing" };
        kind.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: not ("switch" or "stop" or "proof") } token])
            {
                result.AddError($"drill start: must be switch, stop or proof, not '{token.Value}'");
            }
        });
        var wait = new Option<bool>("--wait") { Description = "waits for the end and prints the report; exit code 1 when it did not pass" };
        var command = new Command("start", "begins a drill, led by the server of this data directory; exit code 5 when the pair is not ready") { kind, wait };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var request = new DrillRequest { Kind = Enum.Parse<DrillKind>(parsed.GetValue(kind)!, ignoreCase: true) };
            var drill = (await client.PostAsync("api/v1/drills", request, ApiJson.Default.DrillRequest, cancellationToken, Longest).ConfigureAwait(false)).Read(ApiJson.Default.DrillView);
            while (parsed.GetValue(wait) && drill.End == DrillEnd.Running)
            {
                await Task.Delay(Look, cancellationToken).ConfigureAwait(false);
                drill = (await client.GetAsync($"api/v1/drills/{drill.Id}", cancellationToken).ConfigureAwait(false)).Read(ApiJson.Default.DrillView);
            }

            await context.Output.WriteLineAsync(drill.End == DrillEnd.Running ? DrillText.Line(drill) : DrillText.Render(drill)).ConfigureAwait(false);
            return drill.End is DrillEnd.Running or DrillEnd.Passed ? ExitCode.Done : throw new CliException(ExitCode.Failure, $"drill {drill.Id}: {drill.End.ToString().ToLowerInvariant()}");
        });
        return command;
    }

    private static Command State(CliContext context)
    {
        var format = Values.FormatOption();
        var command = new Command("state", "the drill that this server leads now, the last proof, and the plan") { format };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var answer = await client.GetAsync("api/v1/drills/current", cancellationToken).ConfigureAwait(false);
            await context.Output.WriteLineAsync(parsed.GetValue(format) == "json" ? answer.Body : DrillText.Render(answer.Read(ApiJson.Default.DrillState))).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Order(CliContext context, string verb, string description)
    {
        var command = new Command(verb, description);
        command.SetAction((parsed, cancellationToken) => ControlVerbs.OrderAsync(
            context, parsed, $"drills/current/{verb}", new EmptyRequest(), ApiJson.Default.EmptyRequest, cancellationToken, TimeSpan.FromMinutes(5)));
        return command;
    }

    private static Command Report(CliContext context)
    {
        var id = new Argument<string>("ID") { Description = "of drill list" };
        var format = Values.FormatOption();
        var command = new Command("report", "every step of a drill with its expected and measured time") { id, format };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var answer = await client.GetAsync("api/v1/drills/" + Uri.EscapeDataString(parsed.GetValue(id)!), cancellationToken).ConfigureAwait(false);
            await context.Output.WriteLineAsync(parsed.GetValue(format) == "json" ? answer.Body : DrillText.Render(answer.Read(ApiJson.Default.DrillView))).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Plan(CliContext context)
    {
        var at = new Argument<string>("HH:mm|off") { Description = "time of day of a daily proof, in the server's local time, or off" };
        at.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: not "off" } token] && !DrillSchedule.TryParse(token.Value, out _))
            {
                result.AddError($"drill plan: must be a time of day, for example 03:00, or off, not '{token.Value}'");
            }
        });
        var command = new Command("plan", "plans a daily proof on the server of this data directory, or ends the plan") { at };
        command.SetAction((parsed, cancellationToken) => ControlVerbs.OrderAsync(
            context,
            parsed,
            "drills/plan",
            new DrillPlanRequest { At = parsed.GetValue(at) is "off" ? null : parsed.GetValue(at) },
            ApiJson.Default.DrillPlanRequest,
            cancellationToken));
        return command;
    }
}
