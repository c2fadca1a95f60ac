using System.Globalization;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Certificates;

/// <summary>Compares what both servers find. Pure: the same reports at the same moment always give the same.</summary>
public static class CertificateComparer
{
    private static readonly int[] LaterWarnings = [7, 1];

    /// <summary>Both servers side by side, one entry for each definition.</summary>
    /// <param name="definitions">The list in force.</param>
    /// <param name="server1">Reports of server #1; null when unknown.</param>
    /// <param name="server2">Reports of server #2; null when unknown.</param>
    /// <param name="now">Wall clock: certificates begin and end by it.</param>
    public static IReadOnlyList<CertificateComparison> Compare(IReadOnlyList<CertificateDefinition> definitions, ServerCertificates? server1, ServerCertificates? server2, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        return [.. definitions.Select(d => Compare(d, server1?.Of(d.Name), server2?.Of(d.Name), now))];
    }

    private static CertificateComparison Compare(CertificateDefinition definition, CertificateReport? one, CertificateReport? two, DateTimeOffset now)
    {
        var both = one is not null && two is not null;
        bool? Same(Func<CertificateReport, string> value, bool known) => both && known ? value(one!) == value(two!) : null;
        var identical = Same(r => r.Fingerprint, true);
        var findings = new List<CertificateFinding>();
        findings.AddRange(Own(definition, one, 1, now));
        findings.AddRange(Own(definition, two, 2, now));
        findings.AddRange(Together(definition, one, two));
        return new CertificateComparison
        {
            Name = definition.Name,
            Server1 = AtTime(one, now),
            Server2 = AtTime(two, now),
            Identical = identical is true && !one!.Readable ? null : identical,
            KeyIdentical = Same(r => r.KeyFingerprint, both && one!.KeyFingerprint.Length > 0 && two!.KeyFingerprint.Length > 0),
            ChainIdentical = Same(r => r.ChainFingerprint, both && one!.Readable && two!.Readable),
            Findings = [.. findings.OrderByDescending(f => f.Level)],
        };
    }

    private static CertificateReport? AtTime(CertificateReport? report, DateTimeOffset now)
        => report?.NotAfter is { } until ? report with { DaysLeft = CertificateTimes.DaysLeft(until, now) } : report;

    private static IEnumerable<CertificateFinding> Own(CertificateDefinition definition, CertificateReport? report, int server, DateTimeOffset now)
    {
        if (report is null)
        {
            yield break;
        }

        foreach (var problem in report.Problems.Where(p => p.Code is not ("expired" or "not-yet-valid")))
        {
            var (code, level) = FindingOf(problem.Code);
            yield return new CertificateFinding(code, server, level, $"Certificate {definition.Name} on server #{server}: {problem.Sentence}.") { Detail = problem.Code + report.Fingerprint };
        }

        // By the time of now and not by that of the look, which may be a day ago.
        if (report.NotBefore > now)
        {
            yield return new CertificateFinding("certificate-not-yet-valid", server, CertificateLevel.Alarm, string.Create(
                CultureInfo.InvariantCulture, $"Certificate {definition.Name} on server #{server} is valid only from {report.NotBefore:yyyy-MM-dd HH:mm} UTC."))
            { Detail = report.Fingerprint };
        }

        if (report.NotAfter is not { } until)
        {
            yield break;
        }

        if (until <= now)
        {
            yield return new CertificateFinding("certificate-expired", server, CertificateLevel.Alarm, string.Create(
                CultureInfo.InvariantCulture, $"Certificate {definition.Name} on server #{server} ended at {until:yyyy-MM-dd HH:mm} UTC."))
            { Detail = report.Fingerprint };
        }
        else if (Threshold(definition, (until - now).TotalDays) is { } days)
        {
            yield return new CertificateFinding("certificate-expiring", server, CertificateLevel.Warning, string.Create(
                CultureInfo.InvariantCulture, $"Certificate {definition.Name} on server #{server} ends at {until:yyyy-MM-dd HH:mm} UTC, within {days} {(days == 1 ? "day" : "days")}."))
            { Detail = string.Create(CultureInfo.InvariantCulture, $"{days} {report.Fingerprint}") };
        }
    }

    private static IEnumerable<CertificateFinding> Together(CertificateDefinition definition, CertificateReport? one, CertificateReport? two)
    {
        if (one is null || two is null)
        {
            yield break;
        }

        if (one.Present != two.Present)
        {
            yield return new CertificateFinding("certificate-differs", 0, CertificateLevel.Alarm, $"Certificate {definition.Name} is on server #{(one.Present ? 1 : 2)} only.") { Detail = "one" };
        }
        else if (one.Readable && two.Readable && one.Fingerprint != two.Fingerprint)
        {
            yield return new CertificateFinding("certificate-differs", 0, CertificateLevel.Alarm, string.Create(
                CultureInfo.InvariantCulture, $"Certificate {definition.Name} differs: on server #1 it ends at {one.NotAfter:yyyy-MM-dd}, on server #2 at {two.NotAfter:yyyy-MM-dd}."))
            { Detail = one.Fingerprint + two.Fingerprint };
        }
        else if (one.Readable && two.Readable && one.ChainFingerprint != two.ChainFingerprint)
        {
            yield return new CertificateFinding("certificate-chain-differs", 0, CertificateLevel.Warning, $"The intermediate certificates of {definition.Name} differ between the two servers.")
            { Detail = one.ChainFingerprint + two.ChainFingerprint };
        }
    }

    private static (string Code, CertificateLevel Level) FindingOf(string problem) => problem switch
    {
        "missing" => ("certificate-missing", CertificateLevel.Alarm),
        "unstable" => ("certificate-unreadable", CertificateLevel.Warning),
        "key-missing" or "key-unreadable" => ("certificate-key-unreadable", CertificateLevel.Alarm),
        "key-mismatch" => ("certificate-key-mismatch", CertificateLevel.Alarm),
        "chain-incomplete" => ("certificate-chain", CertificateLevel.Warning),
        _ => ("certificate-unreadable", CertificateLevel.Alarm),
    };

    /// <summary>Smallest threshold that is passed; null when none is.</summary>
    private static int? Threshold(CertificateDefinition definition, double days)
    {
        int[] passed = [.. LaterWarnings.Append(definition.WarnDays).Where(t => t <= definition.WarnDays && days <= t)];
        return passed.Length == 0 ? null : passed.Min();
    }
}
