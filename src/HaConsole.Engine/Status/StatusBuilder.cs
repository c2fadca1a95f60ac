using HaConsole.Engine.Configuration;
using HaConsole.Engine.Loop;
using HaConsole.Engine.Peering;
using HaConsole.Engine.Replication;
using HaConsole.Engine.VirtualIp;
using HaConsole.Failover;

namespace HaConsole.Engine.Status;

/// <summary>Facts beside the state that a snapshot shows.</summary>
/// <param name="Configuration">Configuration in force.</param>
/// <param name="Services">Own managed services.</param>
/// <param name="Checks">Own application checks.</param>
/// <param name="Link">Peer link.</param>
/// <param name="PeerDetail">Last detail JSON of the peer.</param>
/// <param name="LastSwitch">Last change of a server to Active that this server knows of.</param>
internal sealed record StatusFacts(
    ConfigurationDocument Configuration,
    IReadOnlyList<ServiceInfo> Services,
    IReadOnlyList<CheckInfo> Checks,
    PeerLinkStatus Link,
    string? PeerDetail,
    LastSwitchStatus? LastSwitch)
{
    /// <summary>A switch that runs now.</summary>
    public SwitchProgress? Switch { get; init; }

    /// <summary>Why the worker must be started again; null when it need not.</summary>
    public string? RestartNeeded { get; init; }

    /// <summary>Database, as the host says.</summary>
    public string Database { get; init; } = "";

    /// <summary>Last event of the own journal.</summary>
    public long LastEvent { get; init; }

    /// <summary>Last entry of the own audit log.</summary>
    public long LastAudit { get; init; }

    /// <summary>What the own certificates look like.</summary>
    public string CertificatesHash { get; init; } = "";

    /// <summary>The last proof that this server could take over.</summary>
    public ReadinessInfo? Readiness { get; init; }

    /// <summary>What is wrong with the certificates of the pair.</summary>
    public IReadOnlyList<ReasonStatus> CertificateAlarms { get; init; } = [];

    /// <summary>Why the clocks of the two servers are too far apart; null when they are not.</summary>
    public string? ClockAlarm { get; init; }

    /// <summary>Own managed addresses.</summary>
    public IReadOnlyList<AddressInfo> Addresses { get; init; } = [];

    /// <summary>Why the pair and its load balancer follow each other; null when they do not.</summary>
    public string? VipCircle { get; init; }

    /// <summary>Own guard; null: not known.</summary>
    public GuardInfo? Guard { get; init; }

    /// <summary>Entries of the audit log that the disk has not taken.</summary>
    public int AuditWaiting { get; init; }

    /// <summary>Stands for all conflict records and their state.</summary>
    public string SyncMark { get; init; } = "";

    /// <summary>Conflicts with settings that are neither merged nor dismissed.</summary>
    public int OpenConflicts { get; init; }

    /// <summary>Higher revision that is not put in force here.</summary>
    public RefusedRevision? Refused { get; init; }
}

/// <summary>Makes the snapshot of one moment. A fact without fresh evidence is Unknown with its age, never the last known value.</summary>
internal sealed class StatusBuilder(EngineClock clock, string pair)
{
    private readonly PeerDetail peerDetail = new();
    private readonly ConfigurationWatch configurations = new(clock);

    public StatusSnapshot Build(NodeStateBox box, StatusFacts facts, long version)
    {
        var state = box.State;
        var now = clock.Now;
        var utc = clock.Utc;
        var settings = box.Settings;
        var target = state.Role is Role.Active or Role.Yielding ? state.Rank.Other() : state.Rank;
        var checks = settings.PeerConfigured ? FailoverMachine.CheckSwitchover(state, settings, target, now, utc) : [];
        var servers = new List<ServerStatus> { Local(box, facts, now) };
        if (settings.PeerConfigured)
        {
            servers.Insert(state.Rank == Rank.Primary ? 1 : 0, Peer(box, facts, now));
        }

        var controls = state.Controls;
        var guards = new GuardFacts(box, now);
        return new StatusSnapshot
        {
            Version = version,
            At = utc,
            Pair = pair,
            Enabled = settings.Enabled,
            Paused = controls.Pause?.InForce(utc) == true,
            Servers = servers,
            SwitchWouldSucceed = checks.Count > 0 && checks.All(check => check.Passed),
            NotReady = settings.PeerConfigured
                ? [.. checks.Where(check => !check.Passed).Select(check => new ReasonStatus(check.Code, check.Sentence))]
                : [new ReasonStatus("no-peer", "No second server is configured.")],
            Rules = [.. FailoverMachine.Explain(state, settings, now, utc).Select(row =>
                new RuleStatus(row.Row, row.Guide, row.Matched, row.Sentence, row.Counter, row.Of, row.DueIn is { } due ? Round(due.TotalSeconds) : null) { Guards = guards.Of(row) })],
            Hold = Control(controls.Hold, null, utc),
            Pause = Control(controls.Pause, null, utc),
            Maintenance = [.. new[] { Control(controls.Maintenance1, 1, utc), Control(controls.Maintenance2, 2, utc) }.OfType<ControlStatus>()],
            PendingStepDown = state.StepDown == Epoch.None
                ? null
                : new PendingStepDownStatus(state.StepDown.Value, Round(Math.Max(0, (state.StepDownUntil - now).TotalSeconds))),
            Lan = state.Local.Lan.ToString(),
            Vip = settings.TestVipDestination ? state.Local.Vip.ToString() : "Off",
            Witness = settings.Witness ? (state.CandidateRow != 0 ? "Asking" : "Configured") : "None",
            PeerLink = LinkInfo.Of(facts.Link),
            LastSwitch = facts.LastSwitch,
            Alarms = [.. Alarms(box, facts, now, utc), .. CheckAlarms.Of(servers, facts.Configuration.Content.Checks)],
            SwitchInProgress = facts.Switch,
            ExpectedFailoverSeconds = settings.PeerConfigured ? Expected(facts.Configuration.Content) : null,
            ConfigurationOnPeer = settings.PeerConfigured ? configurations.Of(box) : null,
            RestartNeeded = facts.RestartNeeded,
            Guard = facts.Guard,
            Database = facts.Database,
        };
    }

    private ServerStatus Local(NodeStateBox box, StatusFacts facts, TimeSpan now)
    {
        var state = box.State;
        return new ServerStatus
        {
            Server = state.Rank.Number(),
            Address = AddressOf(facts.Configuration, state.Rank),
            Local = true,
            Role = state.Role.ToString(),
            Status = StatusText(state.Role),
            Health = StandsStill(box, now) ? "Unknown" : state.Local.Self switch { SelfHealth.Ok => "Healthy", SelfHealth.Failed => "Unhealthy", _ => "Unknown" },
            Epoch = EpochOf(state.Role, state.Epoch, state.HighestEpoch),
            Since = clock.UtcAt(state.RoleSince),
            AgeSeconds = Round(Math.Max(0, (now - box.At).TotalSeconds)),
            SettingsRevision = box.Settings.Revision.ToString(),
            SettingsHash = facts.Configuration.Hash,
            SoftwareVersion = box.Settings.Version,
            ClockOffsetSeconds = 0,
            ProcessId = Environment.ProcessId,
            Services = facts.Services,
            Addresses = facts.Addresses,
            Checks = facts.Checks,
            LastEvent = facts.LastEvent,
            LastAudit = facts.LastAudit,
            SyncMark = facts.SyncMark,
            ConfigurationRefused = facts.Refused,
            CertificatesHash = facts.CertificatesHash,
            Readiness = facts.Readiness,
            View = box.Settings.PeerConfigured ? ViewBuilder.Own(box, facts.Link.State.ToString(), now) : null,
        };
    }

    private ServerStatus Peer(NodeStateBox box, StatusFacts facts, TimeSpan now)
    {
        var state = box.State;
        var role = FailoverMachine.PeerRoleOf(state, box.Settings, now);
        var peer = role == Role.Unknown ? null : state.Peer;
        var detail = peer is null ? null : peerDetail.Read(facts.PeerDetail);
        TimeSpan? heardAt = state.ProbeAt is { } probed && (state.Peer is null || probed > state.PeerAt) && state.Probe.Outcome != ProbeOutcome.NoAnswer
            ? probed
            : state.Peer is null ? null : state.PeerAt;
        return new ServerStatus
        {
            Server = state.Rank.Other().Number(),
            Address = AddressOf(facts.Configuration, state.Rank.Other()),
            Role = role.ToString(),
            Status = StatusText(role),
            Health = FailoverMachine.PeerHealthOf(state, box.Settings, now).ToString(),
            Epoch = peer is null ? 0 : EpochOf(peer.Role, peer.Epoch, peer.HighestEpoch),
            Since = peer is not null && detail is not null && detail.Role == role.ToString() ? detail.Since : null,
            AgeSeconds = heardAt is { } at ? Round((now - at).TotalSeconds) : null,
            SettingsRevision = peer?.Configuration.ToString() ?? "",
            SettingsHash = peer is null ? "" : peer.Configuration == box.Settings.Revision && peer.ConfigurationHash == box.Settings.ConfigurationHash ? facts.Configuration.Hash : detail?.SettingsHash ?? "",
            SoftwareVersion = peer?.Version ?? "",
            ClockOffsetSeconds = facts.Link.ClockOffset is { } offset ? Round(offset.TotalSeconds, 4) : null,
            Services = detail?.Services ?? [],
            Addresses = detail?.Addresses ?? [],
            Checks = detail?.Checks ?? [],
            LastEvent = detail?.LastEvent ?? 0,
            LastAudit = detail?.LastAudit ?? 0,
            SyncMark = detail?.SyncMark,
            ConfigurationRefused = detail?.ConfigurationRefused,
            CertificatesHash = detail?.CertificatesHash ?? "",
            Readiness = detail?.Readiness,
            View = ViewBuilder.OfPeer(peer, detail?.View, heardAt is { } viewAt ? Round((now - viewAt).TotalSeconds) : null),
        };
    }

    private static FailoverExpectation Expected(PairConfiguration content)
    {
        var budget = FailoverTimeBudget.Of(content);
        return new FailoverExpectation(Round((budget.Shortest + budget.Longest) / 2), Round(budget.Longest), Round(budget.Shortest));
    }

    private static List<ReasonStatus> Alarms(NodeStateBox box, StatusFacts facts, TimeSpan now, DateTimeOffset utc)
    {
        var state = box.State;
        var settings = box.Settings;
        var peer = FailoverMachine.PeerRoleOf(state, settings, now);
        var alarms = new List<ReasonStatus>();
        void AddIf(bool condition, string code, string sentence)
        {
            if (condition)
            {
                alarms.Add(new ReasonStatus(code, sentence));
            }
        }

        AddIf(StandsStill(box, now), "engine-frozen", "The engine of this server stands still: what is said of it here is old.");
        AddIf(settings.Invalid is not null, "configuration-invalid", settings.Invalid ?? "");
        AddIf(state.Role == Role.Active && peer == Role.Active, "two-actives", "Both servers are Active.");
        AddIf(state.Role != Role.Active && peer != Role.Active && settings.Enabled, "no-active", "No server is known to be Active.");
        AddIf(settings is { Enabled: true, PeerConfigured: true } && peer == Role.Unknown, "peer-lost", "The peer does not answer.");
        AddIf(state.Services == ServicesState.StopFailed, "stop-failed", "A managed service could not be stopped and may still run.");
        AddIf(state.Services == ServicesState.StartFailed, "start-failed", "A managed service did not start within its budget.");
        AddIf(!FlapBudget.Left(state.Controls, utc), "flap-budget", "The flap budget of this hour is used up: automatic failback and VIP following are held.");
        AddIf(state.Local.Lan == LanState.Down, "lan-down", "This server is not connected to the LAN.");
        AddIf(facts.ClockAlarm is not null, "clock-offset", facts.ClockAlarm ?? "");
        AddIf(peer != Role.Unknown && state.Peer is { } report && (report.Configuration != settings.Revision || report.ConfigurationHash != settings.ConfigurationHash), "out-of-sync", "The configurations of the two servers differ.");
        AddIf(facts.OpenConflicts > 0, "configuration-conflict", "Settings that were saved while the two servers did not hear each other are not in force: merge or dismiss them.");
        var held = facts.Services.Where(service => service.Held is not null).ToList();
        AddIf(held.Count > 0, "service-held", string.Join(' ', held.Select(service => $"Service {service.Name} was stopped by {service.Held} and stays stopped.")));
        AddIf(facts.AuditWaiting > 0, "audit-waiting", "The disk does not take the audit log: its last entries are in memory only.");
        AddIf(facts.VipCircle is not null, "vip-circular", facts.VipCircle ?? "");
        AddIf(facts.Guard is { SupervisorStopped: true }, "supervisor-stopped", "The supervisor of this server stands still: somebody has stopped its process by a signal. Services go on, but none is restarted.");
        alarms.AddRange(facts.CertificateAlarms);
        alarms.AddRange(AddressWatch.Alarms(facts.Addresses));
        return alarms;
    }

    /// <summary>The same age at which the health URLs stop to vouch for it.</summary>
    private static bool StandsStill(NodeStateBox box, TimeSpan now) => now - box.At >= LoopTiming.FrozenAfter(box.Settings);

    private static ControlStatus? Control(TimedControl? control, int? server, DateTimeOffset utc)
        => control is null || !control.InForce(utc) ? null : new ControlStatus(server, control.Owner, control.Reason, control.Since, control.Until);

    private static string AddressOf(ConfigurationDocument document, Rank rank)
        => rank == Rank.Primary ? document.Content.HotStandby.Server1Address : document.Content.HotStandby.Server2Address;

    /// <summary>The guide's text (3, 6.1.2).</summary>
    private static string StatusText(Role role) => role switch
    {
        Role.Active => "Active (Primary)",
        Role.Unknown => "Error",
        _ => "Standby (Backup)",
    };

    /// <summary>The Active's own; of any other server the one that it follows.</summary>
    private static long EpochOf(Role role, Epoch own, Epoch highest) => role == Role.Active ? own.Value : highest.Value;

    private static double Round(double value, int digits = 3) => Math.Round(value, digits);
}
