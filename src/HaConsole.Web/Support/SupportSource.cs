using System.Globalization;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using HaConsole.Engine;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Status;
using HaConsole.Web.Api;
using HaConsole.Web.History;
using HaConsole.Web.Hosting;
using HaConsole.Web.Live;

namespace HaConsole.Web.Support;

/// <summary>
/// What this server gives to a support bundle: documents about it as it is now, and its files. Needs neither the database nor the other
/// server; nothing of it holds a secret when it leaves this class.
/// </summary>
public sealed class SupportSource(ConsoleEngine console, SystemFacts facts, IConfiguration configuration, TimeProvider time)
{
    private const int MostEvents = 1_000;
    private const int MostAudit = 500;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Documents =
    [
        "system.json", "environment.json", "status.json", "decisions.json", "events.json", "audit.json", "configuration.json", "configuration-history.json", "local-settings.json",
    ];

    /// <summary>Everything that can be read, documents first.</summary>
    public IReadOnlyList<SupportFile> List() => [.. Documents.Select(name => new SupportFile(name, 0)), .. Files().List()];

    /// <summary>A part of a file, or a whole document; null when there is none of that name.</summary>
    public LogPart? Read(string name, long from, int most)
    {
        if (!Documents.Contains(name))
        {
            return Files().Read(name, from, most);
        }

        var text = Scrubber().Clean(Pretty(Document(name)));
        return new LogPart(name, 0, text.Length, text.Length, text);
    }

    private SupportFiles Files() => new(ConfigurationSources.DataDirectory(configuration), Scrubber());

    /// <summary>Made anew each time: a secret that was changed a moment ago counts.</summary>
    private SecretScrubber Scrubber()
        => new(console.Engine.ConfigurationHistory.Append(console.Engine.Configuration).SelectMany(d => SupportSecrets.Of(d.Content)).Concat(SupportSecrets.Of(configuration)));

    private string Document(string name) => name switch
    {
        "system.json" => JsonSerializer.Serialize(facts.Read(), ApiJson.Default.SystemInfo),
        "environment.json" => Surroundings().ToJsonString(),
        "status.json" => JsonSerializer.Serialize(console.Engine.Current, StatusJson.Default.StatusSnapshot),
        "decisions.json" => Decisions(),
        "events.json" => JsonSerializer.Serialize(console.Journal.Latest(MostEvents), ApiJson.Default.IReadOnlyListHaEvent),
        "audit.json" => JsonSerializer.Serialize(console.Run.Audit.Read(Math.Max(0, console.Run.Audit.Last - MostAudit), MostAudit), ApiJson.Default.IReadOnlyListAuditEntry),
        "configuration.json" => Revision(console.Engine.Configuration).ToJsonString(),
        "configuration-history.json" => new JsonArray([.. console.Engine.ConfigurationHistory.Select(d => (JsonNode)Revision(d))]).ToJsonString(),
        _ => LocalSettings().ToJsonString(),
    };

    /// <summary>Events that a row of the transition table has made, and what this server has found lately.</summary>
    private string Decisions()
    {
        var decided = console.Journal.Latest(MostEvents * 5).Where(e => e.Row > 0).TakeLast(MostEvents).ToList();
        return new JsonObject
        {
            ["decided"] = JsonNode.Parse(JsonSerializer.Serialize(decided, ApiJson.Default.IReadOnlyListHaEvent)),
            ["found"] = JsonNode.Parse(JsonSerializer.Serialize(console.Engine.History, HistoryJson.Default.EngineHistory)),
        }.ToJsonString();
    }

    private static JsonObject Revision(ConfigurationDocument document) => new()
    {
        ["revision"] = document.Revision.ToString(),
        ["hash"] = document.Hash,
        ["savedAt"] = document.SavedAt,
        ["savedBy"] = document.SavedBy,
        ["content"] = JsonSerializer.SerializeToNode(SupportSecrets.Clean(document.Content), ConfigurationJson.Options),
    };

    /// <summary>The product's own sections of this server's sources; nothing of the rest of the environment.</summary>
    private JsonObject LocalSettings()
    {
        string[] sections = ["Node", "Database", "Witness", "Pairs", "Licence", "Readiness", "Logging"];
        var all = new JsonObject();
        foreach (var (key, value) in configuration.AsEnumerable().Where(e => e.Value is not null && sections.Contains(e.Key.Split(':')[0], StringComparer.OrdinalIgnoreCase)).OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            all[key] = PairConfiguration.IsSecretName(key[(key.LastIndexOf(':') + 1)..]) && value!.Length > 0 ? SecretScrubber.Mask : value;
        }

        return all;
    }

    private JsonObject Surroundings() => new()
    {
        ["at"] = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
        ["machine"] = Environment.MachineName,
        ["operatingSystem"] = RuntimeInformation.OSDescription,
        ["architecture"] = RuntimeInformation.OSArchitecture.ToString(),
        ["runtime"] = RuntimeInformation.FrameworkDescription,
        ["processors"] = Environment.ProcessorCount,
        ["memoryBytes"] = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        ["user"] = Environment.UserName,
        ["timeZone"] = TimeZoneInfo.Local.Id,
        ["upSeconds"] = Environment.TickCount64 / 1000,
        ["interfaces"] = Interfaces(),
        ["disks"] = Disks(),
    };

    private static JsonArray Interfaces()
    {
        try
        {
            return new([.. NetworkInterface.GetAllNetworkInterfaces().Select(each => (JsonNode)new JsonObject
            {
                ["name"] = each.Name,
                ["state"] = each.OperationalStatus.ToString(),
                ["addresses"] = new JsonArray([.. each.GetIPProperties().UnicastAddresses.Select(a => JsonValue.Create($"{a.Address}/{a.PrefixLength}"))]),
            })]);
        }
        catch (NetworkInformationException)
        {
            // Not allowed to look, as in some containers.
            return [];
        }
    }

    private static JsonArray Disks()
    {
        var disks = new JsonArray();
        foreach (var drive in DriveInfo.GetDrives())
        {
            try
            {
                if (drive is { IsReady: true, TotalSize: > 0 })
                {
                    disks.Add(new JsonObject { ["place"] = drive.Name, ["format"] = drive.DriveFormat, ["bytes"] = drive.TotalSize, ["freeBytes"] = drive.AvailableFreeSpace });
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Gone in this moment, or not for this user.
            }
        }

        return disks;
    }

    private static string Pretty(string json) => JsonNode.Parse(json)?.ToJsonString(Indented) ?? "";
}
