using System.CommandLine;
using HaConsole.Web.Api;
using HaConsole.Web.Licensing;

namespace HaConsole.Web.Cli.Verbs;

/// <summary><c>licence [status]|install</c>.</summary>
internal static class LicenceVerb
{
    public static Command Create(CliContext context)
    {
        const string what = "the licence of this server; exit code 2 when it has ended or is not good";
        var command = new Command("licence", what);
        Status(context, command);
        var status = new Command("status", what);
        Status(context, status);
        command.Subcommands.Add(status);
        command.Subcommands.Add(Install(context));
        return command;
    }

    private static void Status(CliContext context, Command command)
    {
        var format = Values.FormatOption();
        command.Options.Add(format);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var answer = await client.GetAsync("api/v1/licence", cancellationToken).ConfigureAwait(false);
            var found = answer.Read(ApiJson.Default.LicenceStatus);
            await context.Output.WriteLineAsync(parsed.GetValue(format) == "json" ? answer.Body : $"{found.Code}: {found.Sentence}").ConfigureAwait(false);
            return found.State is LicenceState.NotRequired or LicenceState.Valid or LicenceState.Expiring ? ExitCode.Done : ExitCode.Degraded;
        });
    }

    private static Command Install(CliContext context)
    {
        var file = new Argument<string>("FILE") { Description = "IPSFT_lic.xml" };
        var command = new Command("install", "puts a licence in force on both servers; exit code 65 when it is not good") { file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetValue(file)!;
            if (new FileInfo(path) is { Exists: true, Length: > LicenceReader.Longest * 4 })
            {
                throw new CliException(ExitCode.Invalid, $"{path} is too large for a licence");
            }

            var request = new LicenceRequest { Content = await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false) };
            using var client = context.Connect(parsed);
            var answer = await client.PostAsync("api/v1/licence", request, ApiJson.Default.LicenceRequest, cancellationToken, TimeSpan.FromSeconds(75)).ConfigureAwait(false);
            await context.Output.WriteLineAsync(answer.Read(ApiJson.Default.LicenceStatus).Sentence).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }
}
