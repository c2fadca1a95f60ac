using System.CommandLine;
using HaConsole.Engine;
using HaConsole.Web.Api;

namespace HaConsole.Web.Cli.Verbs;

/// <summary><c>switch</c>.</summary>
internal static class SwitchVerb
{
    private const int DefaultWait = 300;

    public static Command Create(CliContext context)
    {
        var to = Values.NumberOption("--to", "server that shall be Active", 1, 2, required: true);
        var dryRun = new Option<bool>("--dry-run") { Description = "only says what would happen" };
        var force = new Option<bool>("--force") { Description = "forced failover: failed pre-checks do not stop it" };
        var reason = Values.ReasonOption();
        var wait = Values.NumberOption("--wait", $"seconds to wait for the end of the switch (default {DefaultWait})", 1, 86400);
        var command = new Command("switch", "makes a server Active; exit code 5 when a pre-check says no") { to, dryRun, force, reason, wait };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var request = new SwitchRequest
            {
                To = parsed.GetValue(to)!.Value,
                DryRun = parsed.GetValue(dryRun),
                Force = parsed.GetValue(force),
                Reason = parsed.GetValue(reason)!,
            };
            var within = TimeSpan.FromSeconds(parsed.GetValue(wait) ?? DefaultWait);
            var answer = await client.PostAsync("api/v1/switch", request, ApiJson.Default.SwitchRequest, cancellationToken, within).ConfigureAwait(false);
            await PrintAsync(context.Output, answer.Read(ApiJson.Default.SwitchOutcome)).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task PrintAsync(TextWriter output, SwitchOutcome outcome)
    {
        foreach (var check in outcome.Checks)
        {
            await output.WriteLineAsync($"  {(check.Passed ? "ok  " : "NO  ")} {check.Sentence}").ConfigureAwait(false);
        }

        foreach (var step in outcome.Steps)
        {
            await output.WriteLineAsync($"  {(step.Succeeded ? "done" : "FAIL")} {step.Name}: {step.Sentence}").ConfigureAwait(false);
        }

        await output.WriteLineAsync(outcome.Sentence).ConfigureAwait(false);
    }
}
