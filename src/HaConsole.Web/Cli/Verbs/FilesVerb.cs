using System.CommandLine;
using System.Text.Json;
using HaConsole.Web.Api;

namespace HaConsole.Web.Cli.Verbs;

/// <summary><c>files [status]|audit|push|fetch</c>.</summary>
internal static class FilesVerb
{
    public static Command Create(CliContext context)
    {
        const string what = "file sets of both servers; exit code 2 when one is out of sync or does not work";
        var command = new Command("files", what);
        Show(context, command);
        var status = new Command("status", what);
        Show(context, status);
        command.Subcommands.Add(status);
        command.Subcommands.Add(Order(context, "audit", "compares everything of a set and changes nothing; the result is in files status"));
        command.Subcommands.Add(Order(context, "push", "makes the Standby's files as the Active's; what is replaced goes to its recycle folder"));
        command.Subcommands.Add(Order(context, "fetch", "makes the Active's files as the Standby's; what is replaced goes to its recycle folder"));
        return command;
    }

    private static void Show(CliContext context, Command command)
    {
        var format = Values.FormatOption();
        command.Options.Add(format);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var answer = await client.GetAsync("api/v1/file-sets", cancellationToken).ConfigureAwait(false);
            var sets = JsonSerializer.Deserialize(answer.Body, FileSetJson.Default.FileSetList)!.Sets;
            await context.Output.WriteLineAsync(parsed.GetValue(format) == "json" ? answer.Body : string.Join(Environment.NewLine, FileSetText.Lines(sets))).ConfigureAwait(false);
            return sets.Any(s => s.IsBad) ? ExitCode.Degraded : ExitCode.Done;
        });
    }

    private static Command Order(CliContext context, string verb, string what)
    {
        var name = new Argument<string>("NAME") { Description = "name of the file set" };
        var command = new Command(verb, what) { name };
        command.SetAction((parsed, cancellationToken) => ControlVerbs.OrderAsync(
            context, parsed, $"file-sets/{Uri.EscapeDataString(parsed.GetValue(name)!)}/{verb}", new EmptyRequest(), ApiJson.Default.EmptyRequest, cancellationToken));
        return command;
    }
}
