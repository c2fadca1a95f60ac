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
        var wait = Values.NumberOption("--wait", $"longest wait for the end of the switch in seconds (default {DefaultWait}); after it the command fails, a switch that has begun goes on", 1, 86400);
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
            var begun = TimeProvider.System.GetTimestamp();
            var answer = await client.PostAsync("api/v1/switch", request, ApiJson.Default.SwitchRequest, cancellationToken, within).ConfigureAwait(false);
            await PrintAsync(context.Output, answer.Read(ApiJson.Default.SwitchOutcome), request.DryRun, TimeProvider.System.GetElapsedTime(begun)).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task PrintAsync(TextWriter output, SwitchOutcome outcome, bool dryRun, TimeSpan took)
    {
        var failed = outcome.Checks.Where(c => !c.Passed).ToList();
        var passed = outcome.Checks.Where(c => c.Passed).ToList();
        foreach (var check in dryRun ? failed.Concat(passed) : failed)
        {
            await output.WriteLineAsync($"  {(check.Passed ? "ok  " : "NO  ")} {check.Sentence}").ConfigureAwait(false);
        }

        if (!dryRun && passed.Count > 0)
        {
            await output.WriteLineAsync($"  ok   {passed.Count} of {outcome.Checks.Count} pre-checks").ConfigureAwait(false);
        }

        foreach (var step in outcome.Steps)
        {
            await output.WriteLineAsync($"  {(dryRun ? "then" : step.Succeeded ? "done" : "FAIL")} {step.Name}: {step.Sentence}").ConfigureAwait(false);
        }

        await output.WriteLineAsync(dryRun ? outcome.Sentence : $"{outcome.Sentence} It took {Values.Took(took.TotalSeconds)}.").ConfigureAwait(false);
    }
}
