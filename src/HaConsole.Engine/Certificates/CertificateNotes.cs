using System.Text.Json;
using System.Text.Json.Serialization;
using HaConsole.Engine.State;
using HaConsole.Failover;

namespace HaConsole.Engine.Certificates;

[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class CertificateNotesJson : JsonSerializerContext;

/// <summary>
/// Which findings were told already, so that each is told once, over restarts too: <c>state/certificates.json</c>. Called by one thread at
/// a time.
/// </summary>
internal sealed class CertificateNotes
{
    private readonly string path;
    private Dictionary<string, string> told;

    public CertificateNotes(string dataDirectory)
    {
        path = Path.Combine(dataDirectory, "state", "certificates.json");
        told = Load();
    }

    /// <summary>What is to be told of the present findings of one server; the notes are kept when they change.</summary>
    /// <param name="comparisons">All certificates.</param>
    /// <param name="server">Server that tells: its own findings, and as server #1 those about both.</param>
    public IReadOnlyList<(string Kind, string Sentence, Severity Severity)> Tell(IReadOnlyList<CertificateComparison> comparisons, int server)
    {
        var events = new List<(string, string, Severity)>();
        var next = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var comparison in comparisons)
        {
            var prefix = comparison.Name + "|";
            foreach (var finding in comparison.Findings.Where(f => f.Server == server || (f.Server == 0 && server == 1)))
            {
                var key = $"{prefix}{finding.Server}|{finding.Code}";
                if (next.TryAdd(key, finding.Detail) && (!told.TryGetValue(key, out var before) || before != finding.Detail))
                {
                    events.Add((finding.Code, finding.Sentence, finding.Level == CertificateLevel.Alarm ? Severity.Alarm : Severity.Warning));
                }
            }

            foreach (var (key, detail) in told.Where(t => t.Key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && !next.ContainsKey(t.Key)).ToList())
            {
                var aboutBoth = key[prefix.Length..].StartsWith("0|", StringComparison.Ordinal);
                var known = aboutBoth ? comparison is { Server1: not null, Server2: not null } : (server == 1 ? comparison.Server1 : comparison.Server2) is not null;
                if (!known)
                {
                    // Nobody has looked since the start: not known is not mended.
                    next[key] = detail;
                    continue;
                }

                var code = key[(prefix.Length + 2)..];
                events.Add(("certificate-resolved", $"Certificate {comparison.Name}{(aboutBoth ? "" : $" on server #{server}")}: {code} is over.", Severity.Info));
            }
        }

        if (next.Count != told.Count || next.Any(n => !told.TryGetValue(n.Key, out var before) || before != n.Value))
        {
            told = next;
            Save();
        }

        return events;
    }

    private Dictionary<string, string> Load()
    {
        try
        {
            return AtomicFile.Read(path).Text is { } text && JsonSerializer.Deserialize(text, CertificateNotesJson.Default.DictionaryStringString) is { } read
                ? new Dictionary<string, string>(read, StringComparer.OrdinalIgnoreCase)
                : new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        }
        catch (JsonException)
        {
            // Told once more is better than never.
            return new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        }
    }

    private void Save()
    {
        try
        {
            AtomicFile.Write(path, JsonSerializer.Serialize(told, CertificateNotesJson.Default.DictionaryStringString), keepPrevious: false);
        }
        catch (DurableWriteException)
        {
            // After a restart it is told once more; the disk has alarms of its own.
        }
    }
}
