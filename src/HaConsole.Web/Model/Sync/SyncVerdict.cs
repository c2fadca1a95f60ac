using HaConsole.Engine.Certificates;
using HaConsole.Engine.FileSets;
using HaConsole.Web.Model.Certificates;
using HaConsole.Web.Model.FileSets;

namespace HaConsole.Web.Model.Sync;

/// <summary>One reason of a verdict.</summary>
/// <param name="Text">Name of its text.</param>
/// <param name="Values">What the text speaks of.</param>
/// <param name="Section">Part of the page that says more: <c>configuration</c>, <c>conflicts</c>, <c>files</c> or <c>certificates</c>.</param>
public sealed record SyncReason(string Text, IReadOnlyList<object> Values, string Section);

/// <summary>Whether both servers hold the same, in one sentence, and why not.</summary>
/// <param name="Tone"><c>good</c>, <c>warn</c> or <c>bad</c>.</param>
/// <param name="Text">Name of the sentence: <c>alone</c>, <c>silent</c>, <c>same</c>, <c>copying</c>, <c>attention</c> or <c>differs</c>.</param>
/// <param name="Reasons">What is not the same, or not known, worst first.</param>
public sealed record SyncVerdict(string Tone, string Text, IReadOnlyList<SyncReason> Reasons)
{
    /// <summary>The verdict. Pure.</summary>
    /// <param name="configuration">How the configurations compare.</param>
    /// <param name="sets">File sets of both.</param>
    /// <param name="certificates">Certificates of both.</param>
    public static SyncVerdict Of(SyncView configuration, IReadOnlyList<FileSetView> sets, IReadOnlyList<CertificateView> certificates)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(sets);
        ArgumentNullException.ThrowIfNull(certificates);
        if (configuration.State == "none")
        {
            return new SyncVerdict("warn", "alone", []);
        }

        var differs = Differing(configuration, sets, certificates).ToList();
        if (configuration.State == "unknown")
        {
            return new SyncVerdict("bad", "silent", differs);
        }

        if (differs.Count > 0)
        {
            return new SyncVerdict("bad", "differs", differs);
        }

        var open = configuration.Conflicts.Count(c => c.State == ConflictView.Open);
        List<SyncReason> doubts =
        [
            .. open > 0 ? [new SyncReason(open == 1 ? "reason.conflict" : "reason.conflicts", [open], "conflicts")] : Array.Empty<SyncReason>(),
            .. sets.Where(s => s.State is nameof(FileSetState.Waiting) or FileSetView.Unknown).Select(s => new SyncReason("reason.files.Waiting", [s.Name], "files")),
            .. sets.Where(s => s is { IsInSync: true, Problems.Count: > 0 }).Select(s => new SyncReason("reason.files.problems", [s.Name, s.Problems.Count], "files")),
            .. certificates.Where(c => c.Same == "unknown").Select(c => new SyncReason("reason.certificate.unknown", [c.Name], "certificates")),
            .. certificates.Where(c => c.Same == "identical" && c.Level >= CertificateLevel.Warning).Select(c => new SyncReason("reason.certificate.finding", [c.Name], "certificates")),
        ];
        var running = sets.Where(s => s.IsRunning).Select(s => new SyncReason("reason.files." + s.State, [s.Name], "files")).ToList();
        return doubts.Count > 0 ? new SyncVerdict("warn", "attention", [.. doubts, .. running])
            : running.Count > 0 ? new SyncVerdict("warn", "copying", running)
            : new SyncVerdict("good", "same", []);
    }

    private static IEnumerable<SyncReason> Differing(SyncView configuration, IReadOnlyList<FileSetView> sets, IReadOnlyList<CertificateView> certificates)
    {
        if (configuration.State is "behind" or "ahead" or "different")
        {
            yield return new SyncReason("reason.configuration." + configuration.State, [3 - configuration.Server], "configuration");
        }
        else if (configuration.Drift.Count > 0)
        {
            yield return new SyncReason("reason.drift", [configuration.Drift.Count], "configuration");
        }

        foreach (var set in sets.Where(s => s.IsBad))
        {
            yield return new SyncReason("reason.files." + set.State, [set.Name, set.DriftCount], "files");
        }

        foreach (var certificate in certificates.Where(c => c.Same == "different"))
        {
            yield return new SyncReason("reason.certificate.different", [certificate.Name], "certificates");
        }
    }
}
