using System.Text.Json.Serialization;
using HaConsole.Engine.Replication;

namespace HaConsole.Engine.Status;

/// <summary>
/// The one truth that pages, hub, API, metrics and health URLs show: immutable, with a version that only grows. Field names are
/// those of <c>GET /api/v1/status</c>.
/// </summary>
public sealed record StatusSnapshot
{
    /// <summary>Grows with every change.</summary>
    public long Version { get; init; }

    /// <summary>When it was made (UTC).</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Name of the pair.</summary>
    public string Pair { get; init; } = "default";

    /// <summary>Hot standby mode is enabled.</summary>
    public bool Enabled { get; init; }

    /// <summary>Automation is paused.</summary>
    public bool Paused { get; init; }

    /// <summary>Server #1, then server #2 (one entry on a lone server).</summary>
    public IReadOnlyList<ServerStatus> Servers { get; init; } = [];

    /// <summary>All pre-checks of a switchover hold.</summary>
    public bool SwitchWouldSucceed { get; init; }

    /// <summary>Why it would not.</summary>
    public IReadOnlyList<ReasonStatus> NotReady { get; init; } = [];

    /// <summary>Every row of the answering server, with counter and countdown.</summary>
    public IReadOnlyList<RuleStatus> Rules { get; init; } = [];

    /// <summary>Hold on rows 410 and 420.</summary>
    public ControlStatus? Hold { get; init; }

    /// <summary>Pause of the pair.</summary>
    public ControlStatus? Pause { get; init; }

    /// <summary>Maintenance, one entry per server that has it.</summary>
    public IReadOnlyList<ControlStatus> Maintenance { get; init; } = [];

    /// <summary>"Go Standby" that the peer has not confirmed yet.</summary>
    public PendingStepDownStatus? PendingStepDown { get; init; }

    /// <summary>LAN of this server: Up, UpUnverified, Down, Unknown.</summary>
    public string Lan { get; init; } = "Unknown";

    /// <summary>Destination of the VIP: Here, Peer, Unknown, Off.</summary>
    public string Vip { get; init; } = "Off";

    /// <summary>Witness: None, or the state of the vote.</summary>
    public string Witness { get; init; } = "None";

    /// <summary>Link to the peer.</summary>
    public PeerLinkInfo PeerLink { get; init; } = new("NotPaired", null, "");

    /// <summary>Last change of a server to Active.</summary>
    public LastSwitchStatus? LastSwitch { get; init; }

    /// <summary>Problems that people must see: two Actives, no Active, invalid configuration, stop failed …</summary>
    public IReadOnlyList<ReasonStatus> Alarms { get; init; } = [];

    /// <summary>A switch that runs now, on either server, as far as this one knows; null when none does.</summary>
    public SwitchProgress? SwitchInProgress { get; init; }

    /// <summary>How long a failover takes with the parameters in force; null on a lone server.</summary>
    public FailoverExpectation? ExpectedFailoverSeconds { get; init; }

    /// <summary>How the peer's configuration compares with that of this server; null on a lone server.</summary>
    public ConfigurationOnPeer? ConfigurationOnPeer { get; init; }

    /// <summary>Why this server's worker must be started again to run with what was saved; null when it need not. Nothing switches by it.</summary>
    public string? RestartNeeded { get; init; }

    /// <summary>The guard of the answering server: what releases services and addresses when the engine gives no sign of life.</summary>
    public GuardInfo? Guard { get; init; }

    /// <summary>The Standby's last proof that it could take over; null when none is known. A warning at most: no decision reads it.</summary>
    public ReadinessInfo? Readiness => Servers.FirstOrDefault(server => server.Role == "Standby")?.Readiness;

    /// <summary>State of the database, as the host says; empty when it says nothing.</summary>
    public string Database { get; init; } = "";
}

/// <summary>One server of the pair.</summary>
public sealed record ServerStatus
{
    /// <summary>1 or 2.</summary>
    public int Server { get; init; }

    /// <summary>Its address.</summary>
    public string Address { get; init; } = "";

    /// <summary>It is the answering server.</summary>
    public bool Local { get; init; }

    /// <summary>Active, Standby, Starting, Yielding or Unknown.</summary>
    public string Role { get; init; } = "Unknown";

    /// <summary>The guide's text: <c>Active (Primary)</c>, <c>Standby (Backup)</c> or <c>Error</c>.</summary>
    public string Status { get; init; } = "Error";

    /// <summary>Healthy, Unhealthy, Unreachable or Unknown.</summary>
    public string Health { get; init; } = "Unknown";

    /// <summary>Epoch in which it is Active, or which it follows; 0 = unknown.</summary>
    public long Epoch { get; init; }

    /// <summary>Since when it has its role (UTC); null when unknown.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Age of what is said here; null when nothing was ever heard.</summary>
    public double? AgeSeconds { get; init; }

    /// <summary>Revision of its configuration.</summary>
    public string SettingsRevision { get; init; } = "";

    /// <summary>Hash of its configuration.</summary>
    public string SettingsHash { get; init; } = "";

    /// <summary>Its software version.</summary>
    public string SoftwareVersion { get; init; } = "";

    /// <summary>Its wall clock minus that of the answering server; null when unknown.</summary>
    public double? ClockOffsetSeconds { get; init; }

    /// <summary>Process that serves (local server only).</summary>
    public int? ProcessId { get; init; }

    /// <summary>Managed services.</summary>
    public IReadOnlyList<ServiceInfo> Services { get; init; } = [];

    /// <summary>Managed addresses.</summary>
    public IReadOnlyList<AddressInfo> Addresses { get; init => field = value ?? []; } = [];

    /// <summary>Application checks.</summary>
    public IReadOnlyList<CheckInfo> Checks { get; init; } = [];

    /// <summary>Sequence of the last event in its own journal; 0 = none or unknown.</summary>
    public long LastEvent { get; init; }

    /// <summary>Sequence of the last entry in its own audit log; 0 = none or unknown.</summary>
    public long LastAudit { get; init; }

    /// <summary>Differs between the two servers while they know different conflicts of the configuration; null when it is not known.</summary>
    public string? SyncMark { get; init; }

    /// <summary>Higher revision of the configuration that this server does not put in force, and why; null when there is none.</summary>
    public RefusedRevision? ConfigurationRefused { get; init; }

    /// <summary>Changes with what it finds of its certificates and keys; empty = none, or unknown.</summary>
    public string CertificatesHash { get; init => field = value ?? ""; } = "";

    /// <summary>What this server sees of the other one; null when there is none or it is not known.</summary>
    public ServerView? View { get; init; }

    /// <summary>A Standby's last proof that it could take over; null when none was made yet, and on an Active.</summary>
    public ReadinessInfo? Readiness { get; init; }
}

/// <summary>What one server sees of the other, in its own words. Numbers are of one moment.</summary>
public sealed record ServerView
{
    /// <summary>Role of the other: Active, Standby, Starting, Yielding or Unknown.</summary>
    public string PeerRole { get; init; } = "Unknown";

    /// <summary>Health of the other: Healthy, Unhealthy, Unreachable or Unknown.</summary>
    public string PeerHealth { get; init; } = "Unknown";

    /// <summary>Last probe of the other's monitor URL: Ok, Failed or Unknown.</summary>
    public string Monitor { get; init; } = "Unknown";

    /// <summary>What that probe found.</summary>
    public string MonitorSentence { get; init; } = "";

    /// <summary>Peer link: Connected, Disconnected or NotPaired.</summary>
    public string Link { get; init; } = "NotPaired";

    /// <summary>LAN of the server that looks: Up, UpUnverified, Down or Unknown.</summary>
    public string Lan { get; init; } = "Unknown";

    /// <summary>Where the VIP points, seen from the server that looks: Here, Peer, Unknown or Off.</summary>
    public string Vip { get; init; } = "Off";

    /// <summary>Its counters: <c>peerFail</c>, <c>peerActive</c>, <c>lanDown</c>, <c>selfOk</c>, <c>vipHere</c>, <c>bothStandby</c>.</summary>
    public IReadOnlyList<CounterStatus> Counters { get; init; } = [];

    /// <summary>Age of this view; null when unknown.</summary>
    public double? AgeSeconds { get; init; }
}

/// <summary>A counter of consecutive samples.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Samples so far; not above <paramref name="Of"/>.</param>
/// <param name="Of">Samples at which a rule acts.</param>
public sealed record CounterStatus(string Name, int Value, int Of);

/// <summary>A managed service.</summary>
public sealed record ServiceInfo(string Name, string State, int Restarts, int? ProcessId = null, string Detail = "")
{
    /// <summary>Since when it is in this state (UTC); null when unknown.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>How it is run: Process, Systemd, Command or Http; empty when unknown.</summary>
    public string Type { get; init => field = value ?? ""; } = "";

    /// <summary>Its failure is shown, but counts for nothing.</summary>
    public bool Optional { get; init; }

    /// <summary>Seconds that it waits before its start.</summary>
    public double StartDelaySeconds { get; init; }

    /// <summary>Daily planned restart, <c>HH:mm</c> of that server's local time; empty = none.</summary>
    public string RestartAt { get; init => field = value ?? ""; } = "";

    /// <summary>Next planned restart (UTC); null when none, or when it does not run.</summary>
    public DateTimeOffset? NextRestart { get; init; }

    /// <summary>Who stopped it by hand, so that it stays stopped; null when nobody did.</summary>
    public string? Held { get; init; }

    /// <summary>What this server answers on its port while it is Standby; null when nothing is to be answered.</summary>
    public StandbyInfo? Standby { get; init; }
}

/// <summary>The answer on a service's own port.</summary>
/// <param name="Port">Port.</param>
/// <param name="State">Listening, Off (not Standby) or Failed.</param>
/// <param name="Detail">Listening: where clients are sent, empty = 503. Failed: why.</param>
public sealed record StandbyInfo(int Port, string State, string Detail = "");

/// <summary>A managed address.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Address with the length of its prefix.</param>
/// <param name="Interface">Network interface; empty when none holds its subnet.</param>
/// <param name="State">Absent, Held, Conflict, Failed or LinkDown.</param>
/// <param name="Since">Since when it is in this state (UTC); null when unknown.</param>
/// <param name="Detail">Why, when it is not well; else empty.</param>
public sealed record AddressInfo(string Name, string Address, string Interface, string State, DateTimeOffset? Since, string Detail = "");

/// <summary>An application check.</summary>
public sealed record CheckInfo(string Name, string Application, string State, string Severity, string Detail = "", double? LatencySeconds = null)
{
    /// <summary>How it looks: Http, Tcp, Process, Command, Dns, Disk, Memory, Certificate, Sql or Link; empty when unknown.</summary>
    public string Type { get; init => field = value ?? ""; } = "";

    /// <summary>Since when it is in this state (UTC); null when unknown.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Last look (UTC); null before the first, and for the peer's checks.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>Its failure counts as no application error now.</summary>
    public bool Muted { get; init; }

    /// <summary>When the mute ends (UTC); null when it is not muted.</summary>
    public DateTimeOffset? MutedUntil { get; init; }

    /// <summary>link: the address in use; else empty.</summary>
    public string InUse { get; init => field = value ?? ""; } = "";
}

/// <summary>A reason with a stable code.</summary>
public sealed record ReasonStatus(string Code, string Sentence);

/// <summary>A row of the transition table.</summary>
public sealed record RuleStatus(int Row, string Guide, bool Matched, string Sentence, int? Counter, int? Of, double? DueInSeconds)
{
    /// <summary>Its conditions, in the order in which they are looked at.</summary>
    public IReadOnlyList<GuardStatus> Guards { get; init; } = [];
}

/// <summary>One condition of a row.</summary>
/// <param name="Name">Short stable name.</param>
/// <param name="Sentence">What it says when it holds, else why it does not.</param>
/// <param name="Value">The fact that it looks at; empty when it is no more than the sentence.</param>
/// <param name="Holds">Whether it holds.</param>
/// <param name="AgeSeconds">Age of that fact; null when it has none.</param>
public sealed record GuardStatus(string Name, string Sentence, string Value, bool Holds, double? AgeSeconds);

/// <summary>A step of a switch that runs.</summary>
/// <param name="Name">For example <c>stop-services</c>.</param>
/// <param name="State"><c>pending</c>, <c>running</c>, <c>done</c> or <c>failed</c>.</param>
/// <param name="Sentence">For people.</param>
public sealed record SwitchProgressStep(string Name, string State, string Sentence);

/// <summary>A switch that runs now.</summary>
/// <param name="To">Server that becomes Active.</param>
/// <param name="StartedAt">When it began (UTC).</param>
/// <param name="Owner">Who asked for it; empty when it is automatic or asked for on the other server.</param>
/// <param name="Steps">What is done, in order.</param>
public sealed record SwitchProgress(int To, DateTimeOffset StartedAt, string Owner, IReadOnlyList<SwitchProgressStep> Steps);

/// <summary>Expected seconds from the failure of the Active until the services run on the other server.</summary>
/// <param name="Typical">Middle of the range.</param>
/// <param name="Worst">Longest.</param>
/// <param name="Shortest">Shortest.</param>
public sealed record FailoverExpectation(double Typical, double Worst, double Shortest);

/// <summary>The peer's configuration.</summary>
/// <param name="State"><c>equal</c>, <c>behind</c> (the peer has an older revision), <c>ahead</c>, <c>different</c> (same revision, other content) or <c>unknown</c>.</param>
/// <param name="Since">Since when it is so (UTC); null when unknown.</param>
public sealed record ConfigurationOnPeer(string State, DateTimeOffset? Since);

/// <summary>Something set for a while.</summary>
public sealed record ControlStatus(int? Server, string Owner, string Reason, DateTimeOffset Since, DateTimeOffset? Until);

/// <summary>An unconfirmed step-down.</summary>
public sealed record PendingStepDownStatus(long Epoch, double EndsInSeconds);

/// <summary>Peer link.</summary>
public sealed record PeerLinkInfo(string State, double? RoundTripSeconds, string Detail)
{
    /// <summary>The paths of the answering server to the peer: one or two; empty on a lone server.</summary>
    public IReadOnlyList<PeerPathInfo> Paths { get; init; } = [];
}

/// <summary>One path of the answering server to the peer.</summary>
/// <param name="Path">1 or 2.</param>
/// <param name="State">Up or Down.</param>
/// <param name="Since">Since when (UTC); null before it was first up.</param>
/// <param name="Local">Local address.</param>
/// <param name="Interface">Interface that it is bound to; empty = whichever carries the address.</param>
/// <param name="Peer">The peer's address and port.</param>
/// <param name="RoundTripSeconds">Last round trip; null when down.</param>
/// <param name="MedianSeconds">Median round trip of the last 100 heartbeats; null before the first.</param>
/// <param name="LossPercent">Unanswered ones of the last 100 heartbeats, 0 … 100; null before the first.</param>
/// <param name="Listens">Whether this server listens on it now.</param>
/// <param name="Reverse">This server's messages run over a connection that the peer has made.</param>
/// <param name="Detail">Why it is down, or cannot be listened on; else empty.</param>
public sealed record PeerPathInfo(
    int Path,
    string State,
    DateTimeOffset? Since,
    string Local,
    string Interface,
    string Peer,
    double? RoundTripSeconds,
    double? MedianSeconds,
    double? LossPercent,
    bool Listens,
    bool Reverse,
    string Detail);

/// <summary>Last switch.</summary>
public sealed record LastSwitchStatus(DateTimeOffset At, int Server, int Row, string Sentence, double? MeasuredSeconds);

/// <summary>JSON shape of the snapshot.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = false)]
[JsonSerializable(typeof(StatusSnapshot))]
[JsonSerializable(typeof(ServerStatus))]
[JsonSerializable(typeof(ServerView))]
public sealed partial class StatusJson : JsonSerializerContext;
