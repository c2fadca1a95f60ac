using System.CommandLine;
using HaConsole.Web.Api;
using HaConsole.Web.Hosting;

namespace HaConsole.Web.Cli.Verbs;

/// <summary><c>stop</c>.</summary>
internal static class StopVerb
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public static Command Create(CliContext context)
    {
        var both = new Option<bool>("--both") { Description = "planned power-down: stops both servers and switches nothing" };
        var command = new Command("stop", "stops this server; an Active hands over first") { both };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var directory = context.DataDirectory(parsed);
            using var client = new ControlClient(directory);
            var request = new StopServerRequest { HandOver = !parsed.GetValue(both), Both = parsed.GetValue(both) };
            var answer = await client.PostAsync("api/v1/stop", request, ApiJson.Default.StopServerRequest, cancellationToken).ConfigureAwait(false);
            await context.Output.WriteLineAsync(answer.Read(ApiJson.Default.CommandResult).Sentence).ConfigureAwait(false);
            return await GoneAsync(directory, cancellationToken).ConfigureAwait(false)
                ? ExitCode.Done
                : throw new CliException(ExitCode.Failure, $"the server still runs after {Longest.TotalMinutes} minutes");
        });
        return command;
    }

    /// <summary>The server removes its control socket when it has ended.</summary>
    private static async Task<bool> GoneAsync(string directory, CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (File.Exists(ControlSocket.Find(directory)))
        {
            if (TimeProvider.System.GetElapsedTime(begun) > Longest)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken).ConfigureAwait(false);
        }

        return true;
    }
}
