using System.CommandLine;
using HaConsole.Engine;
using HaConsole.Web.Api;

namespace HaConsole.Web.Cli.Verbs;

/// <summary><c>service start|stop|restart</c>, <c>check run|mute|unmute</c>, <c>restart</c>.</summary>
internal static class ServiceVerbs
{
    private const int DefaultWait = 300;

    public static Command Service(CliContext context) => new("service", "managed services")
    {
        ServiceCommandOf(context, "start", "starts a service that was stopped by hand or gave up", ServiceCommand.Start),
        ServiceCommandOf(context, "stop", "stops a service and keeps it stopped", ServiceCommand.Stop),
        ServiceCommandOf(context, "restart", "stops and starts a service; costs nothing of its restart budget", ServiceCommand.Restart),
    };

    public static Command Check(CliContext context) => new("check", "application checks") { Run(context), Mute(context), Unmute(context) };

    public static Command Restart(CliContext context)
    {
        var server = ServerOption();
        var command = new Command("restart", "starts the worker of a server anew; its services go on, nothing is switched") { server };
        command.SetAction((parsed, cancellationToken) => ControlVerbs.OrderAsync(
            context, parsed, "restart", new RestartRequest { Server = parsed.GetValue(server) }, ApiJson.Default.RestartRequest, cancellationToken));
        return command;
    }

    private static Command ServiceCommandOf(CliContext context, string verb, string description, ServiceCommand order)
    {
        var (name, server) = (NameArgument("service"), ServerOption());
        var wait = Values.NumberOption("--wait", $"longest wait for the end in seconds (default {DefaultWait}); after it the verb fails, what has begun goes on", 1, 86400);
        var command = new Command(verb, description) { name, server, wait };
        command.SetAction((parsed, cancellationToken) => ControlVerbs.OrderAsync(
            context,
            parsed,
            "services/" + Uri.EscapeDataString(parsed.GetValue(name)!),
            new ServiceRequest { Server = parsed.GetValue(server), Command = order },
            ApiJson.Default.ServiceRequest,
            cancellationToken,
            TimeSpan.FromSeconds(parsed.GetValue(wait) ?? DefaultWait)));
        return command;
    }

    private static Command Run(CliContext context)
    {
        var (name, server) = (NameArgument("check"), ServerOption());
        var command = new Command("run", "has a check look now; exit code 2 when it is not up after that") { name, server };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var request = new CheckRequest { Server = parsed.GetValue(server) };
            var answer = await client.PostAsync("api/v1/" + Path(parsed.GetValue(name)!, "run"), request, ApiJson.Default.CheckRequest, cancellationToken, TimeSpan.FromSeconds(DefaultWait)).ConfigureAwait(false);
            var result = answer.Read(ApiJson.Default.CommandResult);
            await context.Output.WriteLineAsync(result.Sentence).ConfigureAwait(false);
            return result.State is "Up" or "Ok" ? ExitCode.Done : ExitCode.Degraded;
        });
        return command;
    }

    private static Command Mute(CliContext context)
    {
        var (name, duration, reason) = (NameArgument("check"), Values.DurationOption("--for", "ends by itself after that time (default 1h)"), Values.ReasonOption());
        var command = new Command("mute", "the failure of a check counts as no application error for some time, on both servers") { name, duration, reason };
        command.SetAction((parsed, cancellationToken) =>
        {
            var request = new MuteRequest { Reason = parsed.GetValue(reason)! };
            request.For = parsed.GetValue(duration) ?? request.For;
            return ControlVerbs.OrderAsync(context, parsed, Path(parsed.GetValue(name)!, "mute"), request, ApiJson.Default.MuteRequest, cancellationToken);
        });
        return command;
    }

    private static Command Unmute(CliContext context)
    {
        var name = NameArgument("check");
        var command = new Command("unmute", "ends a mute before its time") { name };
        command.SetAction((parsed, cancellationToken) => ControlVerbs.OrderAsync(
            context, parsed, Path(parsed.GetValue(name)!, "unmute"), new EmptyRequest(), ApiJson.Default.EmptyRequest, cancellationToken));
        return command;
    }

    private static string Path(string check, string call) => $"checks/{Uri.EscapeDataString(check)}/{call}";

    private static Argument<string> NameArgument(string what) => new("NAME") { Description = $"name of the {what}" };

    private static Option<int?> ServerOption() => Values.NumberOption("--server", "on that server (default: the one of this data directory)", 1, 2);
}
