using System.Text.Json.Serialization;
using HaConsole.Failover;

namespace HaConsole.Engine.Configuration;

/// <summary>The hot standby parameters under the guide's names (3.1.2). Seconds are decimal numbers.</summary>
public sealed record HotStandbyParameters
{
    /// <summary>Enable Hot Standby mode. Default off.</summary>
    public bool Enabled { get; init; }

    /// <summary>Server IP address #1.</summary>
    public string Server1Address { get; init; } = "";

    /// <summary>Server IP address #2.</summary>
    public string Server2Address { get; init; } = "";

    /// <summary>IP Balancer VIP address. Empty: none.</summary>
    public string VipAddress { get; init; } = "";

    /// <summary>Test VIP address IP destination. Default off.</summary>
    public bool TestVipDestination { get; init; }

    /// <summary>Use VIP address to build URLs. Default off.</summary>
    public bool UseVipToBuildUrls { get; init; }

    /// <summary>Switch server on application error. Default off.</summary>
    public bool SwitchOnApplicationError { get; init; }

    /// <summary>First server auto restart as Active. Default off.</summary>
    public bool FirstServerAutoRestart { get; init; }

    /// <summary>Heartbeat timeout T in seconds. Default 10; below the interval.</summary>
    public double HeartbeatTimeout { get; init; } = 10;

    /// <summary>Heartbeat interval H in seconds. Default 30; 0.02 … 3600.</summary>
    public double HeartbeatInterval { get; init; } = 30;

    /// <summary># of consecutive failures/success to switch, N. Default 5; 1 … 100.</summary>
    public int FailuresToSwitch { get; init; } = 5;

    /// <summary>After a lost connection confirm N times 100 ms apart instead of H. Default off.</summary>
    public bool FastConfirmation { get; init; }

    /// <summary>Server #2 keeps the role while the VIP is confirmed there. Default off.</summary>
    public bool VipFirst { get; init; }

    /// <summary>Restart time of the application framework in seconds, for warnings. Default 60; 0 … 86400.</summary>
    public double FrameworkRestartTime { get; init; } = 60;

    /// <summary>Hours that a switchover holds automatic failback. Default 24; 0 … 8760.</summary>
    public double HoldHours { get; init; } = 24;
}

/// <summary>How a managed service is run.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ServiceType>))]
public enum ServiceType
{
    /// <summary>A child process supervised by HaConsole.</summary>
    Process,

    /// <summary>A systemd unit.</summary>
    Systemd,

    /// <summary>Start, stop and status commands.</summary>
    Command,

    /// <summary>Always running; told its role by HTTP.</summary>
    Http,
}

/// <summary>One managed service (the guide's CTI Server). Services start in list order and stop in reverse. Seconds are decimal numbers.</summary>
public sealed record ServiceDefinition
{
    /// <summary>Unique name: letters, digits, <c>-</c>, <c>_</c>, <c>.</c></summary>
    public string Name { get; init; } = "";

    /// <summary>How it is run.</summary>
    public ServiceType Type { get; init; }

    /// <summary>process: program.</summary>
    public string Command { get; init; } = "";

    /// <summary>process: arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>process, command: working directory; empty = the data directory.</summary>
    public string WorkingDirectory { get; init; } = "";

    /// <summary>process, command: environment variables added.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>systemd: unit name.</summary>
    public string Unit { get; init; } = "";

    /// <summary>command: shell command that starts it.</summary>
    public string StartCommand { get; init; } = "";

    /// <summary>command: shell command that stops it.</summary>
    public string StopCommand { get; init; } = "";

    /// <summary>command: shell command that exits 0 while it runs.</summary>
    public string StatusCommand { get; init; } = "";

    /// <summary>http: URL that gets <c>POST {"role":"Active|Standby","epoch":n}</c>; process: optional URL that answers 2xx when it is ready.</summary>
    public string Url { get; init; } = "";

    /// <summary>Seconds until it must run. Default 60.</summary>
    public double StartTimeout { get; init; } = 60;

    /// <summary>Seconds until it must have stopped. Default 30.</summary>
    public double StopTimeout { get; init; } = 30;

    /// <summary>Seconds to wait before its start. Default 0.</summary>
    public double StartDelay { get; init; }

    /// <summary>CTI ports, 200 ms of start delay each in the expected failover delay (guide 6.2). Default 0.</summary>
    public int CtiPorts { get; init; }

    /// <summary>Monitored CTI devices, 200 ms each (guide 6.2). Default 0.</summary>
    public int CtiDevices { get; init; }

    /// <summary>Restarts by the watchdog within 10 minutes before it counts as an application error. Default 3; 0 … 1000.</summary>
    public int RestartBudget { get; init; } = 3;

    /// <summary>Daily planned restart, <c>HH:mm</c> local time; empty = none.</summary>
    public string RestartAt { get; init; } = "";

    /// <summary>Its failure is shown, but is no application error and gives nothing back. Default off.</summary>
    public bool Optional { get; init; }

    /// <summary>What the Standby answers on <see cref="Port"/>, by plain HTTP. Default none.</summary>
    public StandbyResponder StandbyResponder { get; init; }

    /// <summary>The service's own port, on which the Standby answers. Default 0: none; 1 … 65535.</summary>
    public int Port { get; init; }

    /// <summary>Where clients on the Standby are sent: the beginning of a URL; empty = the virtual address (when URLs are built with it) or the other server, same port.</summary>
    public string RedirectTo { get; init; } = "";

    /// <summary>Services that must run, and checks that must be up on this server, before it starts; it stops before those services do.</summary>
    public IReadOnlyList<string> Needs { get; init => field = value ?? []; } = [];
}

/// <summary>How an application check looks.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CheckType>))]
public enum CheckType
{
    /// <summary>GET answers 2xx or 3xx.</summary>
    Http,

    /// <summary>A TCP connection is accepted.</summary>
    Tcp,

    /// <summary>A process of that name runs.</summary>
    Process,

    /// <summary>A shell command exits 0.</summary>
    Command,

    /// <summary>A name is resolved.</summary>
    Dns,

    /// <summary>A file system has space left.</summary>
    Disk,

    /// <summary>The machine has memory left.</summary>
    Memory,

    /// <summary>A certificate, of a server or in a file, is valid for some days more.</summary>
    Certificate,

    /// <summary>A PostgreSQL query answers.</summary>
    Sql,

    /// <summary>A link to a third system: never an application error, but compared between the two servers.</summary>
    Link,
}

/// <summary>What a failing check does.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CheckSeverity>))]
public enum CheckSeverity
{
    /// <summary><c>mod=IPSWS</c> answers ERROR with its name.</summary>
    Critical,

    /// <summary>Shown only.</summary>
    Warning,
}

/// <summary>One application check. Seconds are decimal numbers.</summary>
public sealed record CheckDefinition
{
    /// <summary>Unique name: letters, digits, <c>-</c>, <c>_</c>, <c>.</c></summary>
    public string Name { get; init; } = "";

    /// <summary>Protected application it belongs to; empty = the name.</summary>
    public string Application { get; init; } = "";

    /// <summary>How it looks.</summary>
    public CheckType Type { get; init; }

    /// <summary>http: URL.</summary>
    public string Url { get; init; } = "";

    /// <summary>http: status codes that are well, <c>200,204,300-399</c>; empty = 200-399.</summary>
    public string ExpectedStatus { get; init; } = "";

    /// <summary>http: text that the first 256 KiB of the body must contain; empty = any body.</summary>
    public string BodyContains { get; init; } = "";

    /// <summary>http: text that the first 256 KiB of the body must not contain; empty = none.</summary>
    public string BodyLacks { get; init; } = "";

    /// <summary>http: header that the answer must have, <c>Name: value</c>, or <c>Name</c> for any value; empty = none.</summary>
    public string Header { get; init; } = "";

    /// <summary>http, certificate: days that the certificate must still be valid. Default 0: http does not look, certificate wants a valid one; … 3650.</summary>
    public int LeastDays { get; init; }

    /// <summary>tcp, certificate: host; dns: server, empty = the system's; process: process name.</summary>
    public string Host { get; init; } = "";

    /// <summary>tcp, certificate: port; dns: port of the server, 0 = 53.</summary>
    public int Port { get; init; }

    /// <summary>dns: name to resolve.</summary>
    public string Lookup { get; init; } = "";

    /// <summary>dns: IP address that must be among the answers; sql: first value of the first row. Empty = any.</summary>
    public string Expected { get; init; } = "";

    /// <summary>disk: path on the file system; certificate: file (PEM or DER) instead of host and port.</summary>
    public string Path { get; init; } = "";

    /// <summary>disk, memory: least percent that must be free. Default 0; 0 … 100.</summary>
    public double LeastPercent { get; init; }

    /// <summary>disk: least MiB that must be free. Default 0; 0 … 2,000,000,000.</summary>
    public int LeastMegabytes { get; init; }

    /// <summary>sql: file on each server that holds the connection string, which is no part of the configuration.</summary>
    public string ConnectionFile { get; init; } = "";

    /// <summary>sql: environment variable of HaConsole that holds the connection string, instead of a file.</summary>
    public string ConnectionVariable { get; init; } = "";

    /// <summary>sql: query; empty = <c>select 1</c>.</summary>
    public string Query { get; init; } = "";

    /// <summary>link: main address, <c>host:port</c>.</summary>
    public string Main { get; init; } = "";

    /// <summary>link: address that is used while the main one is down, <c>host:port</c>; empty = none.</summary>
    public string Alternate { get; init; } = "";

    /// <summary>link: goes back to the main address as soon as that is up again. Default on.</summary>
    public bool FollowBack { get; init; } = true;

    /// <summary>
    /// link: looks in a row at which only the Standby reaches it until the pair is switched by itself. Default 0: never; … 1000.
    /// </summary>
    public int SwitchAfter { get; init; }

    /// <summary>command: shell command; process: process name.</summary>
    public string Command { get; init; } = "";

    /// <summary>Seconds between two looks. Default 10; 0.1 … 3600.</summary>
    public double Interval { get; init; } = 10;

    /// <summary>Seconds until a look counts as failed. Default 5; 0.05 … 600.</summary>
    public double Timeout { get; init; } = 5;

    /// <summary>Consecutive failures until it is down. Default 3; 1 … 100.</summary>
    public int Fall { get; init; } = 3;

    /// <summary>Consecutive successes until it is up again. Default 2; 1 … 100.</summary>
    public int Rise { get; init; } = 2;

    /// <summary>What its failure does. Default critical. A link has none.</summary>
    public CheckSeverity Severity { get; init; }

    /// <summary>Every version knows all that is set in it.</summary>
    internal bool IsBasic => Type <= CheckType.Command && this == new CheckDefinition
    {
        Name = Name,
        Application = Application,
        Type = Type,
        Url = Url,
        Host = Host,
        Port = Port,
        Command = Command,
        Interval = Interval,
        Timeout = Timeout,
        Fall = Fall,
        Rise = Rise,
        Severity = Severity,
    };
}

/// <summary>Everything that is replicated between the two servers: one document.</summary>
public sealed partial record PairConfiguration
{
    /// <summary>Format of the document: <see cref="NeededFormat"/> when it is saved; a higher one than <see cref="CurrentFormat"/> is refused.</summary>
    public int Format { get; init; } = BasicFormat;

    /// <summary>The hot standby parameters.</summary>
    public HotStandbyParameters HotStandby { get; init; } = new();

    /// <summary>Managed services, in start order.</summary>
    public IReadOnlyList<ServiceDefinition> Services { get; init; } = [];

    /// <summary>Application checks.</summary>
    public IReadOnlyList<CheckDefinition> Checks { get; init; } = [];

    /// <summary>Users and tokens of the console. Not part of a configuration file.</summary>
    public AccessConfiguration Access { get; init => field = value ?? AccessConfiguration.Empty; } = AccessConfiguration.Empty;

    /// <summary>Checks whose failure counts as no application error for a while. Not part of a configuration file.</summary>
    public IReadOnlyList<CheckMute> Mutes { get; init => field = value ?? []; } = [];

    /// <summary>Certificates and keys that both servers must have.</summary>
    public IReadOnlyList<CertificateDefinition> Certificates { get; init => field = value ?? []; } = [];

    /// <summary>Directories that the Standby holds as the Active has them.</summary>
    public IReadOnlyList<FileSetDefinition> FileSets { get; init => field = value ?? []; } = [];

    /// <summary>Addresses that the Active holds, in the order in which they are added.</summary>
    public IReadOnlyList<AddressDefinition> Addresses { get; init => field = value ?? []; } = [];

    /// <summary>Who is told what happens, and how.</summary>
    public NotificationSettings Notifications { get; init => field = value ?? NotificationSettings.Empty; } = NotificationSettings.Empty;

    /// <summary>Format of a document without users, tokens and mutes: every version reads it.</summary>
    public const int BasicFormat = 1;

    /// <summary>Format of a document with users, tokens and mutes.</summary>
    public const int AccessFormat = 2;

    /// <summary>Format of a document with lists of files that the servers compare, managed addresses, a load balancer, needs of services, further ways to check, or notifications.</summary>
    public const int FilesFormat = 3;

    /// <summary>Highest format that this version reads.</summary>
    public const int CurrentFormat = FilesFormat;

    /// <summary>Lowest format that holds all of it: a version that would lose a part of it must refuse the document.</summary>
    [JsonIgnore]
    public int NeededFormat => UsesLaterParts ? FilesFormat : Access.IsEmpty && Mutes.Count == 0 ? BasicFormat : AccessFormat;

    /// <summary>
    /// Format to save it in after <paramref name="before"/>. A pair that has used <see cref="FilesFormat"/> stays with it: a lower one then
    /// comes from a version that does not know the lists, and not from somebody who has emptied them.
    /// </summary>
    public int FormatAfter(PairConfiguration before)
    {
        ArgumentNullException.ThrowIfNull(before);
        return before.Format >= FilesFormat ? Math.Max(FilesFormat, NeededFormat) : NeededFormat;
    }

    /// <summary>It has lists, needs or ways to look that only <see cref="FilesFormat"/> knows.</summary>
    private bool UsesLaterParts => Certificates.Count + FileSets.Count + Addresses.Count > 0 || !Notifications.IsEmpty || !LoadBalancer.IsDefault || Services.Any(s => s.Needs.Count > 0 || s.StandbyResponder != StandbyResponder.None) || Checks.Any(c => !c.IsBasic);
}

/// <summary>A revision of the replicated configuration, as it is stored, shown and sent.</summary>
/// <param name="Revision">Order of changes; never a clock.</param>
/// <param name="Hash">Lower-case SHA-256 of the content's canonical JSON.</param>
/// <param name="SavedAt">When (display only).</param>
/// <param name="SavedBy">Who.</param>
/// <param name="Content">The configuration.</param>
public sealed record ConfigurationDocument(Revision Revision, string Hash, DateTimeOffset SavedAt, string SavedBy, PairConfiguration Content)
{
    /// <summary>
    /// Revisions that this one was made from, newest first, each with the beginning of its hash; at most <see cref="ConfigurationLineage.Most"/>.
    /// A document that is not among those of a later one has been edited apart from it. Empty when a version wrote it that does not know this.
    /// </summary>
    public string Lineage { get; init => field = value ?? ""; } = "";
}

/// <summary>One problem of a configuration: the key as it is written (<c>HotStandby:HeartbeatTimeout</c>) and what is legal.</summary>
/// <param name="Key">Configuration key, <c>Section:Name</c> or <c>Services:0:Name</c>.</param>
/// <param name="Message">One sentence that names the legal range.</param>
/// <param name="IsWarning">True when the value is accepted all the same.</param>
public sealed record ConfigurationProblem(string Key, string Message, bool IsWarning = false)
{
    /// <summary>The message with its key, which many messages begin with anyway.</summary>
    public string Sentence => Message.StartsWith(Key, StringComparison.Ordinal) ? Message : $"{Key}: {Message}";
}
