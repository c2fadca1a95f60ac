using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HaConsole.Storage;
using HaConsole.Web.Hosting;
using HaConsole.Web.Licensing;
using HaConsole.Web.Live;
using HaConsole.Web.Model.Settings;

namespace HaConsole.Web.History;

/// <summary>A certificate of this server.</summary>
/// <param name="Use"><c>peer-link</c> or <c>https</c>.</param>
/// <param name="Subject">Its subject.</param>
/// <param name="Fingerprint">SHA-256.</param>
/// <param name="Expires">When it ends (UTC).</param>
public sealed record CertificateFact(string Use, string Subject, string Fingerprint, DateTimeOffset Expires);

/// <summary>What this server is and how it does.</summary>
public sealed record SystemInfo
{
    /// <summary>Server number, 1 or 2; 0 while it is not known.</summary>
    public int Server { get; init; }

    /// <summary>Version of the software here.</summary>
    public string Version { get; init; } = "";

    /// <summary>Version of the software on the other server; empty when unknown.</summary>
    public string PeerVersion { get; init; } = "";

    /// <summary>.NET version.</summary>
    public string Runtime { get; init; } = "";

    /// <summary>Operating system.</summary>
    public string OperatingSystem { get; init; } = "";

    /// <summary>When the worker started (UTC).</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>Process that serves.</summary>
    public int ProcessId { get; init; }

    /// <summary>Memory of that process, in bytes.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Data directory.</summary>
    public string DataDirectory { get; init; } = "";

    /// <summary>Free bytes on its disk; null when unknown.</summary>
    public long? DiskFreeBytes { get; init; }

    /// <summary>Bytes of its disk; null when unknown.</summary>
    public long? DiskBytes { get; init; }

    /// <summary>Values of this server alone.</summary>
    public IReadOnlyList<NodeValue> Node { get; init; } = [];

    /// <summary>Certificates.</summary>
    public IReadOnlyList<CertificateFact> Certificates { get; init; } = [];

    /// <summary>The database.</summary>
    public required DatabaseStatus Database { get; init; }

    /// <summary>Days that events and audit entries are kept.</summary>
    public int KeepDays { get; init; }

    /// <summary>Bytes that events may take; 0 = no limit.</summary>
    public long KeepBytes { get; init; }

    /// <summary>How it stands with the licence, in one sentence; <c>not required</c> when none is needed.</summary>
    public string Licence { get; init; } = "not required";
}

/// <summary>Finds out what this server is and how it does.</summary>
public sealed class SystemFacts(ConsoleEngine engine, HistoryHost history, LicenceKeeper licence, IConfiguration configuration)
{
    /// <summary>What is found now. Reads a few small files.</summary>
    public SystemInfo Read()
    {
        using var process = Process.GetCurrentProcess();
        var status = engine.Engine.Current;
        var local = status.Servers.FirstOrDefault(s => s.Local);
        var directory = Path.GetFullPath(ConfigurationSources.DataDirectory(configuration));
        var disk = DiskOf(directory);
        return new SystemInfo
        {
            Server = local?.Server ?? 0,
            Version = local?.SoftwareVersion ?? "",
            PeerVersion = Servers.Peer(status)?.SoftwareVersion ?? "",
            Runtime = System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription,
            OperatingSystem = System.Runtime.InteropServices.RuntimeInformation.OSDescription,
            Started = process.StartTime.ToUniversalTime(),
            ProcessId = Environment.ProcessId,
            MemoryBytes = process.WorkingSet64,
            DataDirectory = directory,
            DiskFreeBytes = disk?.Free,
            DiskBytes = disk?.All,
            Node = NodeValues.Of(configuration),
            Certificates = [.. Certificates(directory)],
            Database = history.Status,
            KeepDays = history.Options.KeepDays,
            KeepBytes = history.Options.KeepBytes,
            Licence = licence.Current.Sentence,
        };
    }

    private static (long Free, long All)? DiskOf(string directory)
    {
        try
        {
            var disk = new DriveInfo(directory);
            return (disk.AvailableFreeSpace, disk.TotalSize);
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // Not known here; shown as unknown.
            return null;
        }
    }

    private static CertificateFact? Read(string use, string path)
    {
        try
        {
            using var certificate = path.EndsWith(".pfx", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".p12", StringComparison.OrdinalIgnoreCase)
                ? X509CertificateLoader.LoadPkcs12FromFile(path, "", X509KeyStorageFlags.EphemeralKeySet)
                : X509CertificateLoader.LoadCertificateFromFile(path);
            return new CertificateFact(use, certificate.Subject, certificate.GetCertHashString(HashAlgorithmName.SHA256), certificate.NotAfter.ToUniversalTime());
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            // Missing or unreadable: what needs it complains by itself.
            return null;
        }
    }

    private IEnumerable<CertificateFact> Certificates(string directory)
    {
        if (Read("peer-link", Path.Combine(directory, "keys", "peer.pfx")) is { } link)
        {
            yield return link;
        }

        var node = ConfigurationSources.Node(configuration);
        if (node.HttpsPort > 0 && node.Certificate.Length > 0 && Read("https", node.Certificate) is { } https)
        {
            yield return https;
        }
    }
}
