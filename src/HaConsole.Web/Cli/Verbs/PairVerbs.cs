using System.CommandLine;
using HaConsole.Web.Api;

namespace HaConsole.Web.Cli.Verbs;

/// <summary><c>pair</c>, <c>certificate</c>.</summary>
internal static class PairVerbs
{
    public static Command Pair(CliContext context)
    {
        var target = new Argument<string?>("CODE@ADDRESS") { Description = "joins the server at ADDRESS with its code; without: prints a code of this server", Arity = ArgumentArity.ZeroOrOne };
        target.Validators.Add(result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (text.IndexOf('@', StringComparison.Ordinal) is var at && (at < 1 || at == text.Length - 1))
            {
                result.AddError($"pair: must be CODE@ADDRESS or CODE@ADDRESS:PORT, not '{text}'");
            }
        });
        var command = new Command("pair", "pairs two servers by a one-time code; the one that joins starts its worker again by itself") { target };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var parts = parsed.GetValue(target)?.Split('@', 2);
            var request = new PairRequest { Code = parts?[0], Address = parts?[1] };
            var result = (await client.PostAsync("api/v1/pair", request, ApiJson.Default.PairRequest, cancellationToken).ConfigureAwait(false)).Read(ApiJson.Default.CommandResult);
            if (result.Code is { } code)
            {
                // The code alone on standard output, so that a script can take it.
                await context.Output.WriteLineAsync(code).ConfigureAwait(false);
                return ExitCode.Done;
            }

            await context.Output.WriteLineAsync(result.Sentence).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }

    public static Command Certificate(CliContext context)
    {
        var rotate = new Command("rotate", "makes a new certificate for the peer link, without a switch");
        rotate.SetAction((parsed, cancellationToken) => ControlVerbs.OrderAsync(context, parsed, "certificate/rotate", new EmptyRequest(), ApiJson.Default.EmptyRequest, cancellationToken));
        return new Command("certificate", "certificate of the peer link") { rotate };
    }
}
