using System.Text.Json.Serialization;

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

    /// <summary>Application checks.</summary>
    public IReadOnlyList<CheckInfo> Checks { get; init; } = [];
}

/// <summary>A managed service.</summary>
public sealed record ServiceInfo(string Name, string State, int Restarts, int? ProcessId = null, string Detail = "");

/// <summary>An application check.</summary>
public sealed record CheckInfo(string Name, string Application, string State, string Severity, string Detail = "", double? LatencySeconds = null);

/// <summary>A reason with a stable code.</summary>
public sealed record ReasonStatus(string Code, string Sentence);

/// <summary>A row of the transition table.</summary>
public sealed record RuleStatus(int Row, string Guide, bool Matched, string Sentence, int? Counter, int? Of, double? DueInSeconds);

/// <summary>Something set for a while.</summary>
public sealed record ControlStatus(int? Server, string Owner, string Reason, DateTimeOffset Since, DateTimeOffset? Until);

/// <summary>An unconfirmed step-down.</summary>
public sealed record PendingStepDownStatus(long Epoch, double EndsInSeconds);

/// <summary>Peer link.</summary>
public sealed record PeerLinkInfo(string State, double? RoundTripSeconds, string Detail);

/// <summary>Last switch.</summary>
public sealed record LastSwitchStatus(DateTimeOffset At, int Server, int Row, string Sentence, double? MeasuredSeconds);

/// <summary>JSON shape of the snapshot.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = false)]
[JsonSerializable(typeof(StatusSnapshot))]
[JsonSerializable(typeof(ServerStatus))]
public sealed partial class StatusJson : JsonSerializerContext;
