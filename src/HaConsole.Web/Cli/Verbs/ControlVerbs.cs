using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using HaConsole.Engine.Status;
using HaConsole.Web.Api;

namespace HaConsole.Web.Cli.Verbs;

/// <summary><c>pause</c>, <c>resume</c>, <c>maintenance</c>, <c>hold</c>, <c>acknowledge</c>.</summary>
internal static class ControlVerbs
{
    public static Command Pause(CliContext context)
    {
        var (duration, reason) = (Values.DurationOption("--for", "ends by itself after that time"), Values.ReasonOption());
        var command = new Command("pause", "pauses the automation of the pair") { duration, reason };
        command.SetAction((parsed, cancellationToken) => OrderAsync(
            context,
            parsed,
            "pause",
            new PauseRequest { For = parsed.GetValue(duration), Reason = parsed.GetValue(reason)! },
            ApiJson.Default.PauseRequest,
            cancellationToken));
        return command;
    }

    public static Command Resume(CliContext context)
    {
        var command = new Command("resume", "resumes the automation of the pair");
        command.SetAction((parsed, cancellationToken) => OrderAsync(context, parsed, "resume", new EmptyRequest(), ApiJson.Default.EmptyRequest, cancellationToken));
        return command;
    }

    public static Command Maintenance(CliContext context)
    {
        var state = new Argument<string>("on|off") { Description = "on or off" };
        state.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: not ("on" or "off") } token])
            {
                result.AddError($"maintenance: must be on or off, not '{token.Value}'");
            }
        });
        var server = Values.NumberOption("--server", "server that must not be activated automatically", 1, 2, required: true);
        var (duration, reason) = (Values.DurationOption("--for", "ends by itself after that time"), Values.ReasonOption());
        var command = new Command("maintenance", "never activate that server automatically") { state, server, duration, reason };
        command.SetAction((parsed, cancellationToken) => OrderAsync(
            context,
            parsed,
            "maintenance",
            new MaintenanceRequest
            {
                Server = parsed.GetValue(server)!.Value,
                On = parsed.GetValue(state) == "on",
                For = parsed.GetValue(duration),
                Reason = parsed.GetValue(reason)!,
            },
            ApiJson.Default.MaintenanceRequest,
            cancellationToken));
        return command;
    }

    public static Command Hold(CliContext context)
    {
        var list = new Command("list", "shows what holds automatic switches");
        list.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var snapshot = (await client.GetAsync("api/v1/status", cancellationToken).ConfigureAwait(false)).Read(StatusJson.Default.StatusSnapshot);
            await context.Output.WriteLineAsync(string.Join(Environment.NewLine, Holds(snapshot).DefaultIfEmpty("nothing is held"))).ConfigureAwait(false);
            return ExitCode.Done;
        });
        var clear = new Command("clear", "lets rows 410 and 420 act again");
        clear.SetAction((parsed, cancellationToken) => OrderAsync(context, parsed, "hold/clear", new EmptyRequest(), ApiJson.Default.EmptyRequest, cancellationToken));
        return new Command("hold", "holds on automatic switches") { list, clear };
    }

    public static Command Acknowledge(CliContext context)
    {
        var id = new Argument<string?>("ID") { Description = "code of an alarm; without: all", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("acknowledge", "acknowledges alarms and fills the flap budget again") { id };
        command.SetAction((parsed, cancellationToken) => OrderAsync(
            context, parsed, "acknowledge", new AcknowledgeRequest { Id = parsed.GetValue(id) }, ApiJson.Default.AcknowledgeRequest, cancellationToken));
        return command;
    }

    /// <summary>Sends a command and prints what came of it.</summary>
    public static async Task<int> OrderAsync<T>(
        CliContext context, ParseResult parsed, string path, T body, JsonTypeInfo<T> type, CancellationToken cancellationToken, TimeSpan? within = null)
    {
        using var client = context.Connect(parsed);
        var answer = await client.PostAsync("api/v1/" + path, body, type, cancellationToken, within).ConfigureAwait(false);
        await context.Output.WriteLineAsync(answer.Read(ApiJson.Default.CommandResult).Sentence).ConfigureAwait(false);
        return ExitCode.Done;
    }

    private static IEnumerable<string> Holds(StatusSnapshot snapshot)
    {
        if (snapshot.Hold is { } hold)
        {
            yield return StatusText.Control("hold", hold);
        }

        if (snapshot.Pause is { } pause)
        {
            yield return StatusText.Control("pause", pause);
        }

        foreach (var maintenance in snapshot.Maintenance)
        {
            yield return StatusText.Control($"maintenance of server #{maintenance.Server}", maintenance);
        }
    }
}
