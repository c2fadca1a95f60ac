using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Services;

/// <summary>A service that was started and is not confirmed stopped.</summary>
/// <param name="Definition">How it was started, which is how it must be stopped.</param>
/// <param name="Hash">Hash of the definition.</param>
/// <param name="Pid">Process; 0 when it has none or it is just being started.</param>
/// <param name="StartTime">Start time of the process as in <see cref="ProcessStat"/>.</param>
/// <param name="BootId">Start of the machine in which it was written.</param>
internal sealed record LedgerEntry(ServiceDefinition Definition, string Hash, int Pid, long StartTime, string BootId)
{
    /// <summary>The address, when it is one and not a service.</summary>
    public AddressDefinition? Address { get; init; }
}

/// <summary>JSON of the ledger.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(List<LedgerEntry>))]
internal sealed partial class LedgerJson : JsonSerializerContext;

/// <summary>
/// The record of what runs, <c>services/run.json</c> in the data directory, so that a successor can clean up after a death without
/// farewell. Held by one process at a time.
/// </summary>
internal sealed class ServiceLedger : IDisposable
{
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(5);
    private readonly Lock gate = new();
    private readonly Dictionary<string, LedgerEntry> entries = new(StringComparer.Ordinal);
    private readonly FileStream heldLock;
    private readonly string path;

    private ServiceLedger(FileStream heldLock, string path)
    {
        this.heldLock = heldLock;
        this.path = path;
    }

    /// <summary>Names of services of which processes of a previous run could not be killed.</summary>
    internal IReadOnlySet<string> Survivors { get; private set; } = new HashSet<string>();

    /// <summary>Services that were started and not confirmed stopped.</summary>
    internal IReadOnlyList<LedgerEntry> Entries
    {
        get
        {
            lock (gate)
            {
                return [.. this.entries.Values];
            }
        }
    }

    /// <summary>Takes the ledger of a pair and reads it.</summary>
    /// <exception cref="IOException">Another process holds it, or the directory cannot be used.</exception>
    internal static ServiceLedger Open(string dataDirectory, string pair)
    {
        var directory = Directory.CreateDirectory(Path.Combine(dataDirectory, "services")).FullName;
        var suffix = pair == "default" ? "" : "-" + pair;
        FileStream held;
        try
        {
            held = new FileStream(Path.Combine(directory, $"lock{suffix}"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException($"the data directory {dataDirectory} is in use by another haconsole process ({e.Message})", e);
        }

        var ledger = new ServiceLedger(held, Path.Combine(directory, $"run{suffix}.json"));
        ledger.Read();
        return ledger;
    }

    /// <summary>Pairs that have a record in this directory.</summary>
    internal static IReadOnlyList<string> Pairs(string dataDirectory)
    {
        const string start = "run";
        var directory = Path.Combine(dataDirectory, "services");
        return !Directory.Exists(directory) ? [] : [.. Directory.EnumerateFiles(directory, start + "*.json")
            .Select(path => Path.GetFileNameWithoutExtension(path)[start.Length..])
            .Select(suffix => suffix.Length == 0 ? "default" : suffix[1..])
            .Where(pair => !pair.StartsWith('.'))];
    }

    /// <summary>Hash of the definition of an address.</summary>
    internal static string Hash(AddressDefinition definition) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(definition, ServiceJson.Default.AddressDefinition))));

    /// <summary>Hash of a definition: equal definitions, equal hashes.</summary>
    internal static string Hash(ServiceDefinition definition) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(Run(definition), ServiceJson.Default.ServiceDefinition))));

    // What is answered while it does not run is no reason to start it anew.
    private static ServiceDefinition Run(ServiceDefinition definition) => definition with { StandbyResponder = StandbyResponder.None, Port = 0, RedirectTo = "" };

    /// <summary>
    /// Kills what processes a previous run left behind: by their marker in the environment (also those that left their group), and by
    /// the ledger (also those that cleared their environment).
    /// </summary>
    /// <param name="dataDirectory">Full path.</param>
    /// <param name="pair">Only of this pair.</param>
    internal void KillLeftovers(string dataDirectory, string pair)
    {
        foreach (var entry in Entries.Where(entry => entry.Pid > 0 && entry.BootId == ProcFs.BootId))
        {
            if (ProcFs.Read(entry.Pid)?.StartTime == entry.StartTime)
            {
                ProcessCalls.SignalGroup(entry.Pid, ProcessCalls.SigKill);
            }
        }

        Survivors = KillMarked(marker => IsOf(marker, dataDirectory, pair), KillPatience)
            ? new HashSet<string>()
            : Entries.Where(entry => entry.Address is null && entry.Definition.Type == ServiceType.Process).Select(entry => entry.Definition.Name).ToHashSet();
        foreach (var entry in Entries.Where(entry => entry.Address is null && entry.Definition.Type == ServiceType.Process && !Survivors.Contains(entry.Definition.Name)))
        {
            Remove(entry.Definition.Name);
        }
    }

    /// <summary>Kills all processes with such a marker; false when some are still there after the time given.</summary>
    internal static bool KillMarked(Func<string, bool> matches, TimeSpan patience)
    {
        // Rounds, because a process may fork while it is looked for. Counted, not timed: a round waits 10 ms.
        using var never = new ManualResetEventSlim();
        for (var rounds = (int)(patience.TotalMilliseconds / 10); rounds >= 0; rounds--)
        {
            var found = ProcFs.FindMarked(matches);
            if (found.Count == 0)
            {
                return true;
            }

            found.ForEach(pid => ProcessCalls.Signal(pid, ProcessCalls.SigKill));
            never.Wait(10);
        }

        return false;
    }

    /// <summary>Notes a service before it is started, and again when its process is known.</summary>
    internal void Put(LedgerEntry entry)
    {
        lock (gate)
        {
            this.entries[entry.Definition.Name] = entry;
            Write();
        }
    }

    /// <summary>The service is confirmed stopped.</summary>
    internal void Remove(string name)
    {
        lock (gate)
        {
            if (this.entries.Remove(name))
            {
                Write();
            }
        }
    }

    /// <summary>The entry of a service; null when it is confirmed stopped.</summary>
    internal LedgerEntry? Find(string name)
    {
        lock (gate)
        {
            return this.entries.GetValueOrDefault(name);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => heldLock.Dispose();

    private static bool IsOf(string marker, string dataDirectory, string pair)
    {
        var parts = marker.Split('/', 3);
        return parts.Length == 3 && parts[0] == pair && "/" + parts[2] == dataDirectory;
    }

    private void Read()
    {
        try
        {
            if (File.Exists(path) && JsonSerializer.Deserialize(File.ReadAllBytes(path), LedgerJson.Default.ListLedgerEntry) is { } entries)
            {
                entries.ForEach(entry => this.entries[entry.Definition.Name] = entry);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // Processes are found by their markers too; an unreadable ledger must not keep this server down.
        }
    }

    private void Write()
    {
        try
        {
            var next = path + ".new";
            File.WriteAllBytes(next, JsonSerializer.SerializeToUtf8Bytes([.. this.entries.Values], LedgerJson.Default.ListLedgerEntry));
            File.Move(next, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Disk full: a service must start and stop all the same; its processes are found by their markers.
        }
    }
}
