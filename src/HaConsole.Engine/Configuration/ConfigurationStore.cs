using System.Text.Json;
using HaConsole.Engine.State;
using HaConsole.Failover;

namespace HaConsole.Engine.Configuration;

/// <summary>
/// The replicated configuration on this server's disk: <c>settings/current.json</c>, and one file for each superseded revision in
/// <c>settings/history</c>, the last <see cref="MostHistory"/>. Safe for several threads.
/// </summary>
public sealed class ConfigurationStore
{
    /// <summary>Superseded revisions that are kept.</summary>
    public const int MostHistory = 1000;

    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly string currentPath;
    private readonly string historyFolder;
    private readonly List<string> problems = [];
    private readonly int mostHistory;
    private List<ConfigurationDocument>? history;
    private ConfigurationDocument? current;

    /// <summary>Opens the store of a data directory and reads the document in force.</summary>
    /// <param name="dataDirectory"><c>Node:DataDirectory</c>.</param>
    /// <param name="time">Clock, for what is displayed.</param>
    /// <param name="mostHistory">Superseded revisions that are kept.</param>
    public ConfigurationStore(string dataDirectory, TimeProvider time, int mostHistory = MostHistory)
    {
        ArgumentException.ThrowIfNullOrEmpty(dataDirectory);
        this.time = time;
        this.mostHistory = mostHistory;
        currentPath = Path.Combine(dataDirectory, "settings", "current.json");
        historyFolder = Path.Combine(dataDirectory, "settings", "history");
        var found = AtomicFile.Read(currentPath);
        problems.AddRange(found.Problems);
        if (found.Text is not null)
        {
            (current, Refusal) = Parse(found.Text, Path.GetFileName(currentPath));
        }
    }

    /// <summary>The document in force; null before <see cref="Initial"/> on a server that has none.</summary>
    public ConfigurationDocument? Current
    {
        get
        {
            lock (gate)
            {
                return current;
            }
        }
    }

    /// <summary>Sentences for events: what was damaged when the store was opened and what is used instead.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>Why the stored document must not be run with or replaced (written by a newer version); null when it can.</summary>
    public string? Refusal { get; }

    /// <summary>The present and all superseded revisions, newest first.</summary>
    public IReadOnlyList<ConfigurationDocument> History
    {
        get
        {
            lock (gate)
            {
                history ??= ReadHistory();
                return current is null ? [.. history] : [current, .. history.Where(h => h.Revision != current.Revision || h.Hash != current.Hash)];
            }
        }
    }

    /// <summary>A first start: the configuration of <c>appsettings.json</c> becomes the document in force, without a revision. Else the stored one stays.</summary>
    /// <exception cref="DurableWriteException">The disk refuses.</exception>
    public ConfigurationDocument Initial(PairConfiguration content)
    {
        ArgumentNullException.ThrowIfNull(content);
        lock (gate)
        {
            if (current is not null)
            {
                return current;
            }

            if (Refusal is not null)
            {
                throw new InvalidOperationException(Refusal);
            }

            var document = Make(content with { Format = content.NeededFormat }, Revision.None, "appsettings.json");
            Write(document);
            return document;
        }
    }

    /// <summary>A new document, not saved yet: content with its hash.</summary>
    public ConfigurationDocument Make(PairConfiguration content, Revision revision, string owner)
        => new(revision, ConfigurationJson.Hash(content), time.GetUtcNow(), owner, content);

    /// <summary>Saves a change made here; the document before goes to the history.</summary>
    /// <exception cref="DurableWriteException">The disk refuses; the document before stays in force.</exception>
    public void Save(ConfigurationDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        lock (gate)
        {
            Write(document);
        }
    }

    /// <summary>Takes over the peer's document when it may be and its revision is higher; returns why not, null when it is in force now.</summary>
    /// <exception cref="DurableWriteException">The disk refuses; the document before stays in force.</exception>
    public string? Adopt(ConfigurationDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        if (FormatRefusal(document.Content.Format, "the peer's settings") is { } newer)
        {
            return newer;
        }

        lock (gate)
        {
            if (current is not null && document.Revision <= current.Revision)
            {
                return document.Revision == current.Revision && document.Hash == current.Hash
                    ? null
                    : $"the peer's settings have revision {document.Revision}; it must be above {current.Revision}";
            }

            if (ConfigurationRules.Problems(document.Content).FirstOrDefault(p => !p.IsWarning) is { } wrong)
            {
                return $"the peer's settings are refused: {wrong.Message}";
            }

            Write(document);
            return null;
        }
    }

    /// <summary>Why a document of that format cannot be read; null when it can.</summary>
    public static string? FormatRefusal(int format, string what)
        => format > PairConfiguration.CurrentFormat
            ? $"{what} have Format {format}, made by a newer version; this version reads Format 1 … {PairConfiguration.CurrentFormat}"
            : null;

    private void Write(ConfigurationDocument document)
    {
        if (current is not null && current.Revision != document.Revision)
        {
            AtomicFile.Write(HistoryPath(current), JsonSerializer.Serialize(current, ConfigurationJson.Options), keepPrevious: false);
        }

        AtomicFile.Write(currentPath, JsonSerializer.Serialize(document, ConfigurationJson.Options));
        if (current is not null && current.Revision != document.Revision)
        {
            history?.Insert(0, current);
        }

        current = document;
        TrimHistory();
    }

    private string HistoryPath(ConfigurationDocument document) => Path.Combine(historyFolder, document.Revision + ".json");

    private IEnumerable<(Revision Revision, string Path)> HistoryFiles()
    {
        foreach (var path in Directory.Exists(historyFolder) ? Directory.EnumerateFiles(historyFolder, "*.json") : [])
        {
            if (Revision.TryParse(Path.GetFileNameWithoutExtension(path), out var revision))
            {
                yield return (revision, path);
            }
        }
    }

    private List<ConfigurationDocument> ReadHistory()
    {
        var result = new List<ConfigurationDocument>();
        foreach (var (_, path) in HistoryFiles().OrderByDescending(f => f.Revision))
        {
            // A damaged or newer one is missing from the history, which is there for people only.
            if (AtomicFile.Read(path).Text is { } text && Parse(text, path).Document is { } document)
            {
                result.Add(document);
            }
        }

        return result;
    }

    private void TrimHistory()
    {
        try
        {
            var surplus = HistoryFiles().OrderByDescending(f => f.Revision).Skip(mostHistory).ToList();
            foreach (var (revision, path) in surplus)
            {
                File.Delete(path);
                history?.RemoveAll(h => h.Revision == revision);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // One file too many does no harm; the next change tries again.
        }
    }

    private (ConfigurationDocument? Document, string? Refusal) Parse(string text, string name)
    {
        try
        {
            var document = JsonSerializer.Deserialize<ConfigurationDocument>(text, ConfigurationJson.Options);
            if (document?.Content is null)
            {
                throw new JsonException("no content");
            }

            var refusal = FormatRefusal(document.Content.Format, $"the settings in {name}");
            return refusal is null ? (document, null) : (null, refusal);
        }
        catch (JsonException e)
        {
            problems.Add($"{name} holds what this version cannot read ({e.Message}); the settings of appsettings.json or of the peer are used");
            return (null, null);
        }
    }
}
