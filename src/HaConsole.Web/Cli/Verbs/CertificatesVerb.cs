using System.CommandLine;
using System.Globalization;
using HaConsole.Engine.Certificates;
using HaConsole.Web.Api;

namespace HaConsole.Web.Cli.Verbs;

/// <summary><c>certificates</c>: what both servers have, and copying it.</summary>
internal static class CertificatesVerb
{
    /// <summary>Both servers read, check and write files.</summary>
    private static readonly TimeSpan LongestCopy = TimeSpan.FromSeconds(120);

    public static Command Create(CliContext context)
    {
        var format = Values.FormatOption();
        var look = new Option<bool>("--look") { Description = "both servers look at their files first" };
        var command = new Command("certificates", "certificates and keys of both servers side by side; exit code 2 when something is wrong") { format, look };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var answer = parsed.GetValue(look)
                ? await client.PostAsync("api/v1/certificates/look", new EmptyRequest(), ApiJson.Default.EmptyRequest, cancellationToken, LongestCopy).ConfigureAwait(false)
                : await client.GetAsync("api/v1/certificates", cancellationToken).ConfigureAwait(false);
            var known = answer.Read(ApiJson.Default.PairCertificates);
            await context.Output.WriteLineAsync(parsed.GetValue(format) == "json" ? answer.Body : Render(known)).ConfigureAwait(false);
            return known.Certificates.Any(c => c.Level >= CertificateLevel.Warning) ? ExitCode.Degraded : ExitCode.Done;
        });
        command.Subcommands.Add(Copy(context));
        return command;
    }

    /// <summary>As people read it.</summary>
    internal static string Render(PairCertificates known)
    {
        if (known.Certificates.Count == 0)
        {
            return "no certificates are configured (Certificates:N:Name, …)";
        }

        var lines = new List<string>();
        foreach (var certificate in known.Certificates)
        {
            lines.Add($"{certificate.Name}: {certificate.Level.ToString().ToLowerInvariant()}{(certificate.Identical switch { true => ", the same on both servers", false => ", the servers differ", null => "" })}");
            AddSide(lines, 1, certificate.Server1);
            AddSide(lines, 2, certificate.Server2);
            lines.AddRange(certificate.Findings.Select(f => $"  {f.Level.ToString().ToLowerInvariant(),-7} {f.Sentence}"));
        }

        return string.Join(Environment.NewLine, lines);
    }

    private static void AddSide(List<string> lines, int server, CertificateReport? report)
    {
        if (report is { Readable: true })
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"  #{server} {report.Subject}, until {report.NotAfter:yyyy-MM-dd} ({report.DaysLeft} d), key {report.KeyMatches switch { true => "matches", false => "DOES NOT MATCH", null => "unknown" }}, chain {(report.ChainComplete == true ? "complete" : "not complete")}"));
            lines.Add($"     SHA-256 {report.Fingerprint}");
        }
        else
        {
            lines.Add(report is null ? $"  #{server} not known" : $"  #{server} cannot be read");
        }
    }

    private static Command Copy(CliContext context)
    {
        var name = new Argument<string>("NAME") { Description = "name of the certificate in the configuration" };
        var from = Values.NumberOption("--from", "server whose files are right; the other one gets them", 1, 2, required: true);
        var command = new Command("copy", "copies certificate, key and chain to the other server; the files before are kept there; exit code 5 when refused") { name, from };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var path = $"api/v1/certificates/{Uri.EscapeDataString(parsed.GetValue(name)!)}/copy";
            var request = new CertificateCopyRequest { From = parsed.GetValue(from)!.Value };
            var outcome = (await client.PostAsync(path, request, ApiJson.Default.CertificateCopyRequest, cancellationToken, LongestCopy).ConfigureAwait(false)).Read(ApiJson.Default.CertificateCopyOutcome);
            await context.Output.WriteLineAsync(outcome.Sentence).ConfigureAwait(false);
            foreach (var backup in outcome.Backups)
            {
                await context.Output.WriteLineAsync($"  kept before: {backup}").ConfigureAwait(false);
            }

            return ExitCode.Done;
        });
        return command;
    }
}
