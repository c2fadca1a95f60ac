using System.CommandLine;
using System.Globalization;
using HaConsole.Engine.Notifications;
using HaConsole.Web.Api;
using HaConsole.Web.Model.Notifications;

namespace HaConsole.Web.Cli.Verbs;

/// <summary><c>notifications [list]|test|log</c>.</summary>
internal static class NotificationsVerb
{
    private static readonly TimeSpan LongestTest = TimeSpan.FromSeconds(75);

    public static Command Create(CliContext context)
    {
        const string what = "channels and rules of notifications; exit code 2 when a channel fails";
        var command = new Command("notifications", what);
        List(context, command);
        var list = new Command("list", what);
        List(context, list);
        command.Subcommands.Add(list);
        command.Subcommands.Add(Test(context));
        command.Subcommands.Add(Log(context));
        return command;
    }

    private static void List(CliContext context, Command command)
    {
        var format = Values.FormatOption();
        command.Options.Add(format);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var answer = await client.GetAsync("api/v1/notifications", cancellationToken).ConfigureAwait(false);
            var view = answer.Read(NotificationCliJson.Default.NotificationView);
            await context.Output.WriteLineAsync(parsed.GetValue(format) == "json" ? answer.Body : string.Join(Environment.NewLine, Lines(view))).ConfigureAwait(false);
            return view.Channels.Any(c => c.IsFailing) ? ExitCode.Degraded : ExitCode.Done;
        });
    }

    private static Command Test(CliContext context)
    {
        var name = new Argument<string>("NAME") { Description = "name of the channel" };
        var server = Values.NumberOption("--server", "server that sends (default: this one)", 1, 2, required: false);
        var command = new Command("test", "sends a message that only proves that a channel works, and shows the exact answer; exit code 1 when the receiver did not take it") { name, server };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var path = $"api/v1/notifications/{Uri.EscapeDataString(parsed.GetValue(name)!)}/test";
            var request = new NotificationTestRequest { Server = parsed.GetValue(server) ?? 0 };
            var result = (await client.PostAsync(path, request, ApiJson.Default.NotificationTestRequest, cancellationToken, LongestTest).ConfigureAwait(false)).Read(ApiJson.Default.DeliveryResult);
            foreach (var line in result.Dialogue ?? [])
            {
                await context.Output.WriteLineAsync("  " + line).ConfigureAwait(false);
            }

            await context.Output.WriteLineAsync($"{(result.Succeeded ? "delivered" : "NOT delivered")}: {result.Answer}").ConfigureAwait(false);
            return result.Succeeded ? ExitCode.Done : ExitCode.Failure;
        });
        return command;
    }

    private static Command Log(CliContext context)
    {
        var format = Values.FormatOption();
        var limit = Values.NumberOption("--limit", "most lines (default: 50)", 1, 1000, required: false);
        var command = new Command("log", "what waits and what was delivered, by which server and with which answer") { format, limit };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var answer = await client.GetAsync("api/v1/notifications", cancellationToken).ConfigureAwait(false);
            var log = answer.Read(NotificationCliJson.Default.NotificationView).Log.Take(parsed.GetValue(limit) ?? 50).ToList();
            var text = parsed.GetValue(format) == "json"
                ? System.Text.Json.JsonSerializer.Serialize(log, NotificationCliJson.Default.ListDelivery)
                : string.Join(Environment.NewLine, log.Select(Line).DefaultIfEmpty("nothing was to be delivered yet"));
            await context.Output.WriteLineAsync(text).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }

    private static IEnumerable<string> Lines(NotificationView view)
    {
        if (view.Channels.Count == 0)
        {
            yield return "no channels are configured (Notifications:Channels:N:Name, …)";
        }

        foreach (var channel in view.Channels)
        {
            yield return $"{channel.Name}: {channel.Type.ToString().ToLowerInvariant()} to {channel.Target}{(channel.Enabled ? "" : ", OFF")}";
            foreach (var place in channel.Servers)
            {
                yield return place.Status is not { } status ? $"  #{place.Server} does not answer"
                    : string.Create(CultureInfo.InvariantCulture, $"  #{place.Server} {status.Waiting} waiting, {status.Delivered} delivered{(status.FailingSince is { } since ? $", FAILING since {since:yyyy-MM-dd HH:mm:ss}Z: {status.Answer}" : "")}");
            }
        }

        foreach (var rule in view.Rules)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"rule {rule.Name}: {(rule.Events.Count == 0 ? "all events" : string.Join(", ", rule.Events))} from {rule.Severity.ToString().ToLowerInvariant()} to {(rule.Channels.Count == 0 ? "all channels" : string.Join(", ", rule.Channels))}{(rule.Digest > 0 ? $", gathered for {rule.Digest:0.#} s" : "")}{(rule.Repeat > 0 ? $", repeated every {rule.Repeat:0.#} s" : "")}{(rule.Enabled ? "" : ", OFF")}");
        }
    }

    private static string Line(Delivery delivery)
        => string.Create(CultureInfo.InvariantCulture, $"{delivery.Happened:yyyy-MM-dd HH:mm:ss}Z {delivery.Channel}: {delivery.State.ToString().ToLowerInvariant()}{(delivery.By > 0 ? $" by #{delivery.By}" : "")}{(delivery.Attempts > 1 ? $", {delivery.Attempts} attempts" : "")}: {delivery.Title}{(delivery.Answer.Length > 0 ? $" [{delivery.Answer}]" : "")} {delivery.Id}");
}
