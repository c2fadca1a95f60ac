using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.State;

namespace HaConsole.Engine.Replication;

/// <summary>
/// The conflict records of this server: one durable file each in <c>settings/conflicts</c>. Both servers hold the same ones; what was done
/// with a record on either counts on both. Safe for several threads.
/// </summary>
internal sealed partial class ConflictStore
{
    /// <summary>Records from which on the oldest dismissed ones are removed; others never are.</summary>
    public const int Most = 200;

    private readonly Lock gate = new();
    private readonly string folder;
    private readonly Dictionary<string, ConflictRecord> records = new(StringComparer.Ordinal);
    private readonly List<string> problems = [];
    // Read by the engine's loop, which waits for no disk.
    private volatile IReadOnlyList<ConflictRecord> all = [];
    private volatile string mark = "";

    public ConflictStore(string dataDirectory)
    {
        folder = Path.Combine(dataDirectory, "settings", "conflicts");
        foreach (var path in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.json") : [])
        {
            var found = AtomicFile.Read(path);
            problems.AddRange(found.Problems);
            if (found.Text is { } text && Parse(text) is { } record)
            {
                records[record.Id] = record;
            }
        }

        Renew();
    }

    /// <summary>What was damaged when the store was opened.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>Newest first.</summary>
    public IReadOnlyList<ConflictRecord> All => all;

    /// <summary>The same on both servers when they hold the same records in the same state; empty without any.</summary>
    public string Mark => mark;

    /// <summary>A record, or null.</summary>
    public ConflictRecord? Find(string id) => all.FirstOrDefault(r => r.Id == id);

    /// <summary>Keeps a record; one that is known stays, with what was done with it on either server.</summary>
    /// <returns>It is new here.</returns>
    /// <exception cref="DurableWriteException">The disk refuses; nothing is kept.</exception>
    public bool Keep(ConflictRecord record)
    {
        lock (gate)
        {
            var known = records.GetValueOrDefault(record.Id);
            if (known is null && records.Count >= Most && record.Dismissed is not null)
            {
                return false;
            }

            Write(known is null ? record : Together(known, record));
            return known is null;
        }
    }

    /// <summary>Changes a record; null when there is none.</summary>
    /// <exception cref="DurableWriteException">The disk refuses; it is as before.</exception>
    public ConflictRecord? Change(string id, Func<ConflictRecord, ConflictRecord> change)
    {
        lock (gate)
        {
            return records.TryGetValue(id, out var known) ? Write(change(known)) : null;
        }
    }

    /// <summary>Removes a record that was written before its document was superseded after all.</summary>
    public void Remove(string id)
    {
        lock (gate)
        {
            Delete(id);
            Renew();
        }
    }

    /// <summary>A record as it is stored and sent.</summary>
    public static string Text(ConflictRecord record) => JsonSerializer.Serialize(record, ConfigurationJson.Options);

    /// <summary>Null when the text is no sound record.</summary>
    public static ConflictRecord? Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<ConflictRecord>(text, ConfigurationJson.Options) is { Lost: { Content: not null, Hash: not null } lost } record
                && record.Id == ConflictRecord.IdOf(lost) && Sound().IsMatch(record.Id) ? record : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ConflictRecord Together(ConflictRecord known, ConflictRecord other) => known with
    {
        Merged = [.. known.Merged.Concat(other.Merged).OrderBy(m => m.At).DistinctBy(m => m.What)],
        Dismissed = known.Dismissed ?? other.Dismissed,
        Common = known.Common ?? other.Common,
    };

    private ConflictRecord Write(ConflictRecord record)
    {
        AtomicFile.Write(PathOf(record.Id), Text(record), keepPrevious: false);
        records[record.Id] = record;
        foreach (var surplus in records.Values.Where(r => r.Dismissed is not null).OrderBy(r => r.At).ThenBy(r => r.Id, StringComparer.Ordinal).Take(Math.Max(0, records.Count - Most)).ToList())
        {
            Delete(surplus.Id);
        }

        Renew();
        return record;
    }

    private void Delete(string id)
    {
        try
        {
            File.Delete(PathOf(id));
            records.Remove(id);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // One file too many does no harm; the next one tries again.
        }
    }

    private void Renew()
    {
        all = [.. records.Values.OrderByDescending(r => r.At).ThenBy(r => r.Id, StringComparer.Ordinal)];
        var state = string.Join('\n', records.Values.OrderBy(r => r.Id, StringComparer.Ordinal)
            .Select(r => $"{r.Id} {r.Dismissed is not null} {string.Join(' ', r.Merged.Select(m => m.What).Order(StringComparer.Ordinal))}"));
        mark = records.Count == 0 ? "" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(state)).AsSpan(0, 8));
    }

    private string PathOf(string id) => Path.Combine(folder, id + ".json");

    [GeneratedRegex(@"^[0-9]+\.[0-9]+\.[0-9]+-[0-9a-f]{0,8}\z")]
    private static partial Regex Sound();
}
