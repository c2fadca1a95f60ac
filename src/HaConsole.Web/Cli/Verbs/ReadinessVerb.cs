using System.CommandLine;
using System.Globalization;
using HaConsole.Web.Api;
using HaConsole.Web.Model.Readiness;

namespace HaConsole.Web.Cli.Verbs;

/// <summary><c>readiness [--now]</c>.</summary>
internal static class ReadinessVerb
{
    public static Command Create(CliContext context)
    {
        var now = new Option<bool>("--now") { Description = "proves it now; disturbs nothing" };
        var format = Values.FormatOption();
        var command = new Command("readiness", "the Standby's last proof that it could take over; exit code 2 when it was not proven") { now, format };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var answer = parsed.GetValue(now)
                ? await client.PostAsync("api/v1/readiness", new EmptyRequest(), ApiJson.Default.EmptyRequest, cancellationToken, TimeSpan.FromSeconds(75)).ConfigureAwait(false)
                : await client.GetAsync("api/v1/readiness", cancellationToken).ConfigureAwait(false);
            var report = answer.Read(ApiJson.Default.ReadinessReport);
            await context.Output.WriteLineAsync(parsed.GetValue(format) == "json" ? answer.Body : string.Join(Environment.NewLine, Lines(report))).ConfigureAwait(false);
            return report.Ready == true ? ExitCode.Done : ExitCode.Degraded;
        });
        return command;
    }

    private static IEnumerable<string> Lines(ReadinessReport report)
    {
        yield return report.Sentence;
        foreach (var fact in report.Facts.OrderBy(fact => fact.Passed))
        {
            yield return $"  {(fact.Passed ? "ok " : "NO ")} {fact.Code}: {fact.Sentence}";
        }

        if (report.At is { } at)
        {
            var proven = report.ProvenAt is { } well ? string.Create(CultureInfo.InvariantCulture, $"{well:yyyy-MM-dd HH:mm:ss} UTC") : "never since its start";
            yield return string.Create(CultureInfo.InvariantCulture, $"made {at:yyyy-MM-dd HH:mm:ss} UTC; last proven {proven}");
        }
    }
}
