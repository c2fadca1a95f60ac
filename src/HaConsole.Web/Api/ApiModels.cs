using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using HaConsole.Engine;
using HaConsole.Engine.Balancers;
using HaConsole.Engine.Certificates;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Notifications;
using HaConsole.Failover;
using HaConsole.Web.History;
using HaConsole.Web.Licensing;
using HaConsole.Web.Model.Drills;
using HaConsole.Web.Model.FileSets;
using HaConsole.Web.Model.Notifications;
using HaConsole.Web.Model.Readiness;
using HaConsole.Web.Model.Sync;
using HaConsole.Web.Support;

namespace HaConsole.Web.Api;

// Generated serializers forget the defaults of init members: what may be left out of a body is settable.

/// <summary>Body of <c>POST switch</c>.</summary>
public sealed record SwitchRequest
{
    /// <summary>Server that shall be Active, 1 or 2.</summary>
    public int To { get; init; }

    /// <summary>Only say what would happen.</summary>
    public bool DryRun { get; init; }

    /// <summary>Forced failover: failed pre-checks do not stop it.</summary>
    public bool Force { get; init; }

    /// <summary>Why.</summary>
    public string Reason { get; set; } = "";

    /// <summary>Epoch that was seen; another one in force refuses the switch. Null = any.</summary>
    public long? ExpectedEpoch { get; init; }
}

/// <summary>What a page sends with its calls that change something.</summary>
/// <param name="Header">Name of the header.</param>
/// <param name="Token">Its value.</param>
public sealed record AntiforgeryToken(string Header, string Token);

/// <summary>A signed-in browser.</summary>
public sealed record SessionInfo(string Id, string User, string Address, string Browser, DateTimeOffset StartedAt, DateTimeOffset SeenAt);

/// <summary>Body of <c>POST pause</c>.</summary>
public sealed record PauseRequest
{
    /// <summary>Seconds; null = until resumed.</summary>
    public double? For { get; init; }

    /// <summary>Why.</summary>
    public string Reason { get; set; } = "";
}

/// <summary>Body of <c>POST maintenance</c>.</summary>
public sealed record MaintenanceRequest
{
    /// <summary>Server, 1 or 2.</summary>
    public int Server { get; init; }

    /// <summary>On or off.</summary>
    public bool On { get; init; }

    /// <summary>Seconds; null = until switched off.</summary>
    public double? For { get; init; }

    /// <summary>Why.</summary>
    public string Reason { get; set; } = "";
}

/// <summary>Body of calls without arguments.</summary>
public sealed record EmptyRequest;

/// <summary>Body of <c>POST acknowledge</c>.</summary>
public sealed record AcknowledgeRequest
{
    /// <summary>Code of the alarm; null = all.</summary>
    public string? Id { get; init; }
}

/// <summary>Body of <c>POST pair</c>: nothing to get a code, both to join.</summary>
public sealed record PairRequest
{
    /// <summary>One-time code shown by the other server.</summary>
    public string? Code { get; init; }

    /// <summary>The other server, <c>address[:port]</c>.</summary>
    public string? Address { get; init; }
}

/// <summary>Body of <c>POST stop</c>.</summary>
public sealed record StopServerRequest
{
    /// <summary>Hand over to the peer first. Default yes.</summary>
    public bool HandOver { get; init; } = true;

    /// <summary>Planned power-down: the peer is stopped too, and nothing is switched.</summary>
    public bool Both { get; init; }
}

/// <summary>What came of a command.</summary>
/// <param name="Sentence">For people.</param>
/// <param name="Code">Pairing code, when one was made.</param>
/// <param name="State">State of a check that has looked: Up, Down or Unknown.</param>
public sealed record CommandResult(string Sentence, string? Code = null, string? State = null);

/// <summary>A revision as the history shows it.</summary>
public sealed record RevisionInfo(string Revision, string Hash, DateTimeOffset SavedAt, string SavedBy, JsonObject Content);

/// <summary>Answer of a saved change.</summary>
/// <param name="Revision">Revision in force.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="OnPeer">The peer has it too; null without a peer.</param>
/// <param name="Warnings">Keys and sentences.</param>
public sealed record SavedResult(string Revision, string Hash, bool? OnPeer, IReadOnlyDictionary<string, string[]> Warnings);

/// <summary>RFC 9457 problem details.</summary>
public sealed record Problem
{
    /// <summary>Kind of problem.</summary>
    public string Type { get; init; } = "about:blank";

    /// <summary>Short, the same for every problem of the status.</summary>
    public string Title { get; init; } = "";

    /// <summary>HTTP status.</summary>
    public int Status { get; init; }

    /// <summary>One sentence about this case.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Configuration keys and what is wrong with each.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>Pre-checks of a refused switch.</summary>
    public IReadOnlyList<SwitchoverCheck>? Checks { get; init; }

    /// <summary>Steps of a switch that failed.</summary>
    public IReadOnlyList<SwitchStep>? Steps { get; init; }
}

/// <summary>JSON of the API: camelCase, unknown members refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    ReadCommentHandling = JsonCommentHandling.Skip,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(SwitchRequest))]
[JsonSerializable(typeof(PauseRequest))]
[JsonSerializable(typeof(MaintenanceRequest))]
[JsonSerializable(typeof(EmptyRequest))]
[JsonSerializable(typeof(AcknowledgeRequest))]
[JsonSerializable(typeof(PairRequest))]
[JsonSerializable(typeof(StopServerRequest))]
[JsonSerializable(typeof(ServiceRequest))]
[JsonSerializable(typeof(CheckRequest))]
[JsonSerializable(typeof(MuteRequest))]
[JsonSerializable(typeof(RestartRequest))]
[JsonSerializable(typeof(DrillRequest))]
[JsonSerializable(typeof(DrillPlanRequest))]
[JsonSerializable(typeof(DrillState))]
[JsonSerializable(typeof(DrillView))]
[JsonSerializable(typeof(IReadOnlyList<DrillView>))]
[JsonSerializable(typeof(IReadOnlyList<SessionInfo>))]
[JsonSerializable(typeof(AntiforgeryToken))]
[JsonSerializable(typeof(UserRequest))]
[JsonSerializable(typeof(UserChange))]
[JsonSerializable(typeof(PasswordRequest))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(IReadOnlyList<UserInfo>))]
[JsonSerializable(typeof(IReadOnlyList<TokenInfo>))]
[JsonSerializable(typeof(SecretResult))]
[JsonSerializable(typeof(CommandResult))]
[JsonSerializable(typeof(SavedResult))]
[JsonSerializable(typeof(SwitchOutcome))]
[JsonSerializable(typeof(HotStandbyParameters))]
[JsonSerializable(typeof(PairConfiguration))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(IReadOnlyList<RevisionInfo>))]
[JsonSerializable(typeof(IReadOnlyList<HaEvent>))]
[JsonSerializable(typeof(IReadOnlyList<AuditEntry>))]
[JsonSerializable(typeof(IReadOnlyList<EventInfo>))]
[JsonSerializable(typeof(EventInfo))]
[JsonSerializable(typeof(NoteRequest))]
[JsonSerializable(typeof(IReadOnlyList<AuditInfo>))]
[JsonSerializable(typeof(AuditInfo))]
[JsonSerializable(typeof(AuditVerification))]
[JsonSerializable(typeof(IReadOnlyList<LogFile>))]
[JsonSerializable(typeof(LogPart))]
[JsonSerializable(typeof(SystemInfo))]
[JsonSerializable(typeof(BackupRequest))]
[JsonSerializable(typeof(SyncView))]
[JsonSerializable(typeof(SyncChange))]
[JsonSerializable(typeof(SyncMergeRequest))]
[JsonSerializable(typeof(SyncDismissRequest))]
[JsonSerializable(typeof(SyncTakeRequest))]
[JsonSerializable(typeof(PairCertificates))]
[JsonSerializable(typeof(CertificateCopyRequest))]
[JsonSerializable(typeof(CertificateCopyOutcome))]
[JsonSerializable(typeof(PairTime))]
[JsonSerializable(typeof(FileSetList))]
[JsonSerializable(typeof(NotificationView))]
[JsonSerializable(typeof(NotificationTestRequest))]
[JsonSerializable(typeof(DeliveryResult))]
[JsonSerializable(typeof(LoadBalancerView))]
[JsonSerializable(typeof(LoadBalancerImport))]
[JsonSerializable(typeof(LoadBalancerImportRequest))]
[JsonSerializable(typeof(LoadBalancerProbeRequest))]
[JsonSerializable(typeof(LoadBalancerRecipe))]
[JsonSerializable(typeof(IReadOnlyList<BalancerSeen>))]
[JsonSerializable(typeof(IReadOnlyList<SupportFile>))]
[JsonSerializable(typeof(LicenceStatus))]
[JsonSerializable(typeof(LicenceRequest))]
[JsonSerializable(typeof(ReadinessReport))]
[JsonSerializable(typeof(Problem))]
public sealed partial class ApiJson : JsonSerializerContext;
