using HaConsole.Engine.Certificates;
using HaConsole.Engine.Configuration;

namespace HaConsole.Web.Model.Certificates;

/// <summary>One server's side of a certificate, ready to be shown.</summary>
/// <param name="Server">1 or 2.</param>
/// <param name="State">
/// Stable word: <c>ok</c>, <c>unknown</c> (nothing heard yet), or the code of the worst problem: <c>missing</c>, <c>expired</c>,
/// <c>key-mismatch</c>, … as in <see cref="CertificateProblem"/>; <c>expiring</c> when only its end is near.
/// </param>
/// <param name="Level">How bad it is.</param>
/// <param name="Report">What the server finds; null when unknown.</param>
public sealed record CertificateSide(int Server, string State, CertificateLevel Level, CertificateReport? Report);

/// <summary>Whether the files of one server may be copied to the other one.</summary>
/// <param name="From">Server that has them, 1 or 2.</param>
/// <param name="To">Server that gets them.</param>
/// <param name="Possible">It may be asked for; the servers look again before they do it.</param>
/// <param name="Reason">
/// Stable word why not: <c>one-server</c>, <c>unknown</c>, <c>not-readable</c>, <c>key</c> (does not match or cannot be looked at) or
/// <c>identical</c>; empty when it is possible.
/// </param>
public sealed record CertificateCopyChoice(int From, int To, bool Possible, string Reason);

/// <summary>One row of the page: a certificate on both servers, and what can be done with it.</summary>
/// <param name="Definition">As it is configured.</param>
/// <param name="Level">Worst of all findings.</param>
/// <param name="Sides">Server #1, then #2; one entry on a lone server.</param>
/// <param name="Same"><c>identical</c>, <c>different</c> or <c>unknown</c>; empty on a lone server.</param>
/// <param name="Findings">What is to be said, worst first.</param>
/// <param name="Copies">Both directions; none on a lone server.</param>
public sealed record CertificateView(
    CertificateDefinition Definition,
    CertificateLevel Level,
    IReadOnlyList<CertificateSide> Sides,
    string Same,
    IReadOnlyList<CertificateFinding> Findings,
    IReadOnlyList<CertificateCopyChoice> Copies)
{
    /// <summary>Name of the definition.</summary>
    public string Name => Definition.Name;

    /// <summary>Days until the first of the two ends, negative when it has ended; null when unknown.</summary>
    public int? DaysLeft => Sides.Min(s => s.Report?.DaysLeft);
}

/// <summary>Rows of the page from what the engine knows. Pure.</summary>
public static class CertificateViews
{
    /// <summary>One row for each definition, in the order of the configuration.</summary>
    /// <param name="definitions">The list in force.</param>
    /// <param name="known">What the engine knows of both servers.</param>
    /// <param name="servers">Numbers of the servers of the pair: one or two.</param>
    public static IReadOnlyList<CertificateView> Of(IReadOnlyList<CertificateDefinition> definitions, PairCertificates known, IReadOnlyList<int> servers)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(servers);
        return [.. definitions.Select(d => Row(d, known.Certificates.FirstOrDefault(c => c.Name.Equals(d.Name, StringComparison.OrdinalIgnoreCase)) ?? new CertificateComparison { Name = d.Name }, servers))];
    }

    private static CertificateView Row(CertificateDefinition definition, CertificateComparison found, IReadOnlyList<int> servers)
    {
        var sides = servers.Select(s => Side(s, found)).ToList();
        var same = servers.Count < 2 ? "" : found.Identical switch { true => "identical", false => "different", null => "unknown" };
        return new CertificateView(definition, found.Level, sides, same, found.Findings, servers.Count < 2 ? [] : [Copy(1, 2, found), Copy(2, 1, found)]);
    }

    private static CertificateSide Side(int server, CertificateComparison found)
    {
        if (ReportOf(server, found) is not { } report)
        {
            return new CertificateSide(server, "unknown", CertificateLevel.Unknown, null);
        }

        var own = found.Findings.Where(f => f.Server == server).ToList();
        var level = own.Select(f => f.Level).DefaultIfEmpty(CertificateLevel.Ok).Max();

        // By the finding and not by the look: an end may have come since.
        var state = own.Any(f => f.Code == "certificate-expired") ? "expired"
            : report.Problems.FirstOrDefault(p => p.Code != "expired")?.Code ?? (own.Any(f => f.Code == "certificate-expiring") ? "expiring" : "ok");
        return new CertificateSide(server, state, level, report);
    }

    private static CertificateCopyChoice Copy(int from, int to, CertificateComparison found)
    {
        var (source, target) = (ReportOf(from, found), ReportOf(to, found));
        var reason = source is null || target is null ? "unknown"
            : !source.Readable ? "not-readable"
            : source.KeyMatches != true ? "key"
            : found is { Identical: true, KeyIdentical: true, ChainIdentical: true } && target.KeyMatches == true ? "identical"
            : "";
        return new CertificateCopyChoice(from, to, reason.Length == 0, reason);
    }

    private static CertificateReport? ReportOf(int server, CertificateComparison found) => server == 1 ? found.Server1 : found.Server2;
}
