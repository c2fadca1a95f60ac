using System.CommandLine;
using System.Net;
using HaConsole.Engine.Status;
using HaConsole.Web.Api;

namespace HaConsole.Web.Cli.Verbs;

/// <summary><c>status</c>, <c>healthcheck</c>.</summary>
internal static class StatusVerbs
{
    public static Command Status(CliContext context)
    {
        var format = Values.FormatOption();
        var command = new Command("status", "both servers, roles and reasons; exit code 0 healthy, 2 degraded, 3 no Active, 4 two Actives") { format };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var answer = await client.GetAsync("api/v1/status", cancellationToken).ConfigureAwait(false);
            var snapshot = answer.Read(StatusJson.Default.StatusSnapshot);
            await context.Output.WriteLineAsync(parsed.GetValue(format) == "json" ? answer.Body : StatusText.Render(snapshot)).ConfigureAwait(false);
            return StatusText.ExitCodeOf(snapshot);
        });
        return command;
    }

    public static Command HealthCheck(CliContext context)
    {
        var active = new Option<bool>("--active") { Description = "only the Active is well" };
        var command = new Command("healthcheck", "exit code 0 while this server is alive, else 1") { active };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var path = parsed.GetValue(active) ? "health/active" : "health/live";
            var answer = await client.SendAsync(HttpMethod.Get, path, null, cancellationToken, within: TimeSpan.FromSeconds(5)).ConfigureAwait(false);
            return answer.Status == HttpStatusCode.OK ? ExitCode.Done : throw new CliException(ExitCode.Failure, answer.Body);
        });
        return command;
    }
}
