using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.FileSets;
using HaConsole.Engine.Status;
using HaConsole.Web.Model.Drills;

namespace HaConsole.Web.Model.Readiness;

/// <summary>What a server finds on itself when it asks whether it could take over now. Starts nothing, stops nothing, takes no address.</summary>
public static class StandbyProof
{
    private static readonly string[] UnitFolders = ["/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"];

    /// <summary>All facts, whether they hold or not.</summary>
    /// <param name="content">Configuration in force.</param>
    /// <param name="snapshot">What is known of the pair.</param>
    /// <param name="fileSets">File sets as this server sees them.</param>
    /// <param name="node">Settings of this server.</param>
    public static IReadOnlyList<ProofFact> Facts(PairConfiguration content, StatusSnapshot snapshot, IReadOnlyList<FileSetStatus> fileSets, NodeOptions node)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(fileSets);
        ArgumentNullException.ThrowIfNull(node);
        var own = snapshot.Servers.FirstOrDefault(server => server.Local) ?? new ServerStatus();
        var peer = snapshot.Servers.FirstOrDefault(server => !server.Local) ?? new ServerStatus();
        return
        [
            Of("service-program", "The programs of all managed services are there and may be run.", "Cannot be run here: ", content.Services.Select(ProgramProblem)),
            Of("service-directory", "The working directories of all managed services are there.", "Working directories that do not exist: ", content.Services.Select(s => DirectoryProblem(s, node.DataDirectory))),
            Of("service-port", "The ports of all managed services are free.", "Ports that are taken: ", content.Services.Select(s => PortProblem(s, own, node.LocalAddress))),
            Of("addresses-free", "The managed addresses are free and their interfaces are there.", "Managed addresses in trouble: ", content.Addresses.Select(a => AddressProblem(a, own))),
            Of("configuration-equal", "Both servers have the same configuration.", "The configurations differ: ", [own.SettingsHash.Length > 0 && own.SettingsHash == peer.SettingsHash ? null : $"{own.SettingsRevision} / {peer.SettingsRevision}"]),
            Of("version-equal", "Both servers run the same version.", "The versions differ: ", [own.SoftwareVersion == peer.SoftwareVersion ? null : $"{own.SoftwareVersion} / {peer.SoftwareVersion}"]),
            Of("file-sets", "All file sets are in step.", "File sets that are not in step: ", fileSets.Select(set => set.State == FileSetState.InSync ? null : $"{set.Name} ({set.State})")),
            Of("lan", "This server has its LAN, so that it can win the role.", "This server cannot win the role: its LAN is ", [snapshot.Lan is "Up" or "UpUnverified" ? null : snapshot.Lan]),
            Of("maintenance", "This server is not in maintenance.", "In maintenance, and never activated automatically: ", [snapshot.Maintenance.Any(m => m.Server == own.Server) ? $"#{own.Server}" : null]),
        ];
    }

    private static ProofFact Of(string code, string good, string bad, IEnumerable<string?> found)
    {
        var problems = found.OfType<string>().ToList();
        return new ProofFact(code, problems.Count == 0, problems.Count == 0 ? good : bad + string.Join(", ", problems));
    }

    private static string? ProgramProblem(ServiceDefinition service)
    {
        var program = service.Type switch
        {
            ServiceType.Process => service.Command,
            ServiceType.Command => service.StartCommand.Split(' ', 2)[0],
            ServiceType.Systemd when UnitFolders.Any(Directory.Exists) => service.Unit,
            _ => "",
        };
        return program.Length == 0 || (service.Type == ServiceType.Systemd ? HasUnit(program) : IsRunnable(program)) ? null : $"{service.Name} ({program})";
    }

    private static bool HasUnit(string unit)
    {
        var name = unit.Contains('.', StringComparison.Ordinal) ? unit : unit + ".service";
        var template = name.IndexOf('@', StringComparison.Ordinal) is > 0 and var at ? name[..(at + 1)] + Path.GetExtension(name) : name;
        return UnitFolders.Any(folder => File.Exists(Path.Combine(folder, name)) || File.Exists(Path.Combine(folder, template)));
    }

    private static bool IsRunnable(string program) => program.Contains('/', StringComparison.Ordinal)
        ? IsExecutable(program)
        : (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin").Split(Path.PathSeparator).Any(folder => IsExecutable(Path.Combine(folder, program)));

    private static bool IsExecutable(string path)
    {
        try
        {
            return File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string? DirectoryProblem(ServiceDefinition service, string dataDirectory)
        => service.WorkingDirectory.Length == 0 || Directory.Exists(Path.Combine(Path.GetFullPath(dataDirectory), service.WorkingDirectory)) ? null : $"{service.Name} ({service.WorkingDirectory})";

    /// <summary>Where this server itself answers for the service, the port is its own to give.</summary>
    private static string? PortProblem(ServiceDefinition service, ServerStatus own, string address)
    {
        if (service.Port is < 1 or > 65535)
        {
            return null;
        }

        if (own.Services.FirstOrDefault(s => s.Name.Equals(service.Name, StringComparison.OrdinalIgnoreCase)) is { Standby: { } standby })
        {
            return standby.State == "Failed" ? $"{service.Name} ({service.Port})" : null;
        }

        try
        {
            using var listener = new TcpListener(IPAddress.TryParse(address, out var local) ? local : IPAddress.Any, service.Port);
            listener.Start();
            return null;
        }
        catch (SocketException)
        {
            return $"{service.Name} ({service.Port})";
        }
    }

    private static string? AddressProblem(AddressDefinition address, ServerStatus own)
    {
        if (own.Addresses.FirstOrDefault(a => a.Name == address.Name) is { State: "Conflict" or "LinkDown" } troubled)
        {
            return $"{address.Name} ({troubled.State})";
        }

        try
        {
            return address.Interface.Length == 0 || NetworkInterface.GetAllNetworkInterfaces().Any(i => i.Name == address.Interface) ? null : $"{address.Name} ({address.Interface})";
        }
        catch (NetworkInformationException)
        {
            // Not allowed to look: nothing is known against it.
            return null;
        }
    }
}
