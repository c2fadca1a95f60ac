using HaConsole.Engine.Commands;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Loop;
using HaConsole.Engine.Peering;
using HaConsole.Engine.Replication;
using HaConsole.Engine.Services;
using HaConsole.Engine.Status;
using HaConsole.Engine.VirtualIp;
using HaConsole.Failover;
using Microsoft.Extensions.Logging;

namespace HaConsole.Engine;

/// <summary>
/// One pair on this server: wires the loop to the services, the peer link, the probes, the files and the status. Decides nothing; all
/// decisions are in <see cref="FailoverMachine"/>.
/// </summary>
public sealed partial class HaEngine : IHaEngine, IAsyncDisposable
{
    /// <summary>How long a snapshot is given out again when nothing has changed: its ages are that much too small.</summary>
    private static readonly TimeSpan ShownFor = TimeSpan.FromMilliseconds(50);

    private readonly HaEngineParts parts;
    private readonly EngineClock clock;
    private readonly EngineLoop loop;
    private readonly EffectRunner effects;
    private readonly Rounds rounds;
    private readonly ConfigurationKeeper keeper;
    private readonly PendingCommands pending = new();
    private readonly SwitchCommands switches;
    private readonly StatusFeed feed = new();
    private readonly StatusBuilder builder;
    private readonly ILogger logger;
    private readonly EngineDetail detail;
    private readonly SwitchWatch switchWatch;
    private volatile NodeStateBox box;
    private volatile PeerReport? report;
    private int servicesPosted;
    private int disposed;
    private volatile Shown? shown;
    private readonly ProbeLog probeLog;
    private readonly SwitchProgressWatch progress;
    private readonly ConsoleCalls calls;
    private readonly LogReader logs;
    private volatile string database = "";
    private volatile string? restartNeeded;
    private long lastEvent;

    /// <summary>Wires the parts; nothing runs before <see cref="StartAsync"/>.</summary>
    public HaEngine(HaEngineParts parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        this.parts = parts;
        logger = parts.Loggers.CreateLogger<HaEngine>();
        clock = new EngineClock(parts.Time);
        builder = new StatusBuilder(clock, parts.Pair);
        var settings = parts.SettingsOf(parts.Configurations.Current!);
        var start = FailoverMachine.Start(parts.Rank, parts.Stored, parts.Controls, settings, clock.Now);
        box = new NodeStateBox(start, settings, clock.Now);
        standby = MakeStandby();
        detail = new EngineDetail(parts.Services, parts.Checks) { Standby = () => standby.Shown };
        switchWatch = new SwitchWatch(clock);
        progress = new SwitchProgressWatch(clock);
        probeLog = new ProbeLog(clock);
        calls = new ConsoleCalls(parts.Link);
        logs = new LogReader(parts.Options.DataDirectory);
        certificates = MakeCertificates();
        links = new LinkWatch { Event = Event, Switch = SwitchForLinks };
        clockWatch = new ClockWatch(clock) { Event = Event };
        lastEvent = parts.Journal.Latest(1) is [{ } newest] ? newest.Sequence : 0;
        effects = new EffectRunner(parts.Services, parts.Journal, clock, logger)
        {
            SaveState = parts.SaveState,
            SaveControls = parts.SaveControls,
            StartRound = inForce => rounds!.Start(inForce),
            Exchange = inForce => rounds!.Exchange(inForce),
            PullConfiguration = revision => keeper!.Pull(revision),
            CommandEnded = pending.Ended,
            Recorded = entry =>
            {
                switchWatch.Recorded(entry);
                Tell(entry.Sequence);
            },
            Waiting = () => loop!.KeepAlive(),
            ServicesStart = standby.Release,
            LocalAddress = parts.Options.LocalAddress,
        };
        loop = new EngineLoop(start, settings, clock, parts.Board, logger)
        {
            Turned = turned =>
            {
                box = turned;
                switchWatch.Turned(turned);
                progress.Turned(turned);
                LookAtStandby(turned);
                TellBalancer(turned);
            },
            Effect = effects.Run,
            Show = Show,
            Renew = parts.Services.Renew,
            Ended = pending.EndAll,
            Fatal = parts.Fatal,
        };
        conflicts = new ConflictStore(parts.Options.DataDirectory);
        conflictExchange = new ConflictExchange(conflicts, parts.Link);
        keeper = new ConfigurationKeeper(parts.Configurations, conflicts, parts.Link, parts.Time, logger)
        {
            Validate = Problems,
            Rank = parts.Rank,
            Serves = () => box.State.Role is not Role.Standby,
            Applied = Apply,
            Event = Event,
        };
        syncWatch = new SyncWatch(parts.Configurations, keeper, conflicts, conflictExchange, parts.Link, clock, parts.Rank, logger) { Event = Event, Changed = ConflictsChanged };
        Sync = MakeSync();
        rounds = new Rounds(loop, clock, parts.Options, parts.Probe, parts.Lan, parts.Vip, parts.Link, logger)
        {
            Report = CurrentReport,
            State = () => box,
            Log = probeLog,
            Clock = clockWatch,
        };
        files = Files();
        addresses = MakeAddresses();
        notifications = MakeNotifications();
        Sync.Hearing = notifications.HearAsync;
        balancer = MakeBalancer();
        switches = new SwitchCommands(loop, clock, pending, parts.Link) { State = () => box };
    }

    /// <inheritdoc/>
    public StatusSnapshot Current
    {
        get
        {
            // Read before the facts: a snapshot never has a version that is newer than what it shows.
            var version = feed.Version;
            var seen = box;
            var now = clock.Now;
            if (shown is { } last && last.Snapshot.Version == version && ReferenceEquals(last.Box, seen) && now - last.At < ShownFor)
            {
                // Hundreds of open pages ask at the same moment.
                return last.Snapshot;
            }

            var made = builder.Build(seen, Facts(), version);
            shown = new Shown(made, seen, now);
            return made;
        }
    }

    /// <inheritdoc/>
    public PairControls Controls => box.State.Controls;

    /// <inheritdoc/>
    public ConfigurationDocument Configuration => keeper.Current;

    /// <inheritdoc/>
    public IReadOnlyList<ConfigurationDocument> ConfigurationHistory => keeper.History;

    /// <summary>Events and fault tolerant log.</summary>
    public IJournal Journal => parts.Journal;

    /// <summary>Who did what on this server; null when the engine was made without.</summary>
    public IAuditLog? Audit => parts.Audit;

    /// <summary>Starts services, checks, peer link and loop, in this order: the peer must find an engine that answers.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var problem in parts.StartProblems.Concat(conflicts.Problems))
        {
            Event("damaged-file", problem, Severity.Alarm);
        }

        Apply(keeper.Current);
        StartAddresses();
        notifications.Start();
        syncWatch.Start(parts.Journal);
        parts.Services.Changed += OnServices;
        parts.Checks.Changed += OnChecks;
        if (parts.Audit is { } audit)
        {
            audit.Appended += OnAudit;
        }

        OnChecks();
        loop.Start();
        OnServices(parts.Services.Current);
        if (parts.Link is { } link)
        {
            await link.StartAsync(new PeerHandler(this), cancellationToken);
        }

        Event("started", $"The engine of server #{parts.Rank.Number()} has started: stored role {parts.Stored.Role}, epoch {parts.Stored.Epoch}, configuration {keeper.Current.Revision}.", Severity.Info);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<StatusSnapshot> WatchAsync(CancellationToken cancellationToken) => feed.WatchAsync(() => Current, cancellationToken);

    /// <inheritdoc/>
    public Task<SwitchOutcome> SwitchAsync(Rank target, bool dryRun, bool force, string owner, string reason, CancellationToken cancellationToken)
    {
        if (!dryRun)
        {
            progress.Asked(target.Number(), owner);
        }

        return switches.SwitchAsync(new SwitchRequest(target.Number(), dryRun, force, owner, reason), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task SetControlsAsync(Func<PairControls, PairControls> change, string owner, string sentence, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        Exception? failure = null;
        PairControls Guarded(PairControls before)
        {
            try
            {
                return change(before);
            }
            catch (Exception e)
            {
                // Not in the loop, which would end by it: whoever asked for the change gets it.
                failure = e;
                return before;
            }
        }

        var end = await CommandAsync(new NodeCommand(CommandKind.SetControls) { Owner = owner, Reason = sentence, Controls = Guarded }, TimeSpan.FromSeconds(10), cancellationToken);
        if (failure is not null)
        {
            throw new InvalidOperationException(failure.Message, failure);
        }

        if (!end.Succeeded)
        {
            throw new InvalidOperationException(end.Sentence);
        }
    }

    /// <inheritdoc/>
    public Task<ConfigurationOutcome> ChangeConfigurationAsync(PairConfiguration wanted, Revision expected, string owner, CancellationToken cancellationToken)
        => ChangeOnActiveAsync(wanted, expected, owner, null, cancellationToken);

    /// <inheritdoc/>
    public string CreatePairingCode() => parts.Link?.CreatePairingCode()
        ?? throw new InvalidOperationException(restartNeeded ?? "No second server is configured: save the addresses of both servers first.");

    /// <inheritdoc/>
    public async Task<string?> PairAsync(string code, string address, CancellationToken cancellationToken)
        => parts.Link is { } link ? await link.JoinAsync(code, address, cancellationToken) : await JoinFirstAsync(code ?? "", address ?? "", cancellationToken);

    /// <inheritdoc/>
    public async Task<string?> RotateCertificateAsync(CancellationToken cancellationToken)
        => parts.Link is { } link ? await link.RotateCertificateAsync(cancellationToken) : "No second server is configured.";

    /// <summary>Has the peer carry out an API call; null when it cannot be reached.</summary>
    public async Task<ForwardedResponse?> ForwardToPeerAsync(ForwardedRequest request, CancellationToken cancellationToken)
        => parts.Link is { } link ? await link.ForwardAsync(request, TimeSpan.FromSeconds(60), cancellationToken) : null;

    private void Apply(ConfigurationDocument document)
    {
        var settings = parts.SettingsOf(document);
        var own = document.Content.HotStandby;
        if (OtherRank(document.Content) is { } problem)
        {
            // A server without a peer goes on alone; one of a pair must not take its own address for the peer's.
            settings = problem.IsWarning ? settings with { Enabled = false, PeerConfigured = false } : settings with { Invalid = settings.Invalid ?? problem.Message };
        }
        else
        {
            rounds.PeerAddress = LocalIdentity.PeerAddress(parts.Rank, own);
        }

        restartNeeded = RestartFor(document.Content);
        if (restartNeeded is not null)
        {
            // Alone as before, until it can talk to the other server.
            settings = settings with { Enabled = false, PeerConfigured = false, Invalid = null };
        }

        ApplyVip(document.Content);
        if (parts.Link is { } link && parts.Options.PeerAddress.Length == 0 && rounds.PeerAddress.Length > 0)
        {
            link.SetPeerAddress(rounds.PeerAddress);
        }

        parts.Services.Configure(document.Content.Services, new AddressPlan(document.Content.Addresses, LocalIdentity.PeerAddress(parts.Rank, own)));
        ConfigureStandby(document.Content);
        Survey(document.Content);
        parts.Checks.Configure(document.Content.Checks);
        parts.Checks.Mute(document.Content.Mutes);
        certificates.Configure(document.Content.Certificates);
        files.Configure(document.Content.FileSets);
        notifications.Configure(document.Content.Notifications);
        ConfigureBalancer(document.Content);
        loop.Settings = settings;
        syncWatch.Applied();
        feed.Changed();
    }

    private void OnAudit(AuditEntry entry) => loop.Post(NodeInput.Wake);

    private void Show(NodeStateBox turned)
    {
        syncWatch.Look(turned, parts.Link?.PeerDetail);
        var snapshot = builder.Build(turned, Facts(), feed.Version);
        detail.RoleIs(snapshot);
        if (snapshot.Servers.FirstOrDefault(server => !server.Local) is { AgeSeconds: not null, Role: not "Unknown" } peerStatus)
        {
            certificates.PeerHas(peerStatus.CertificatesHash);
        }

        if (turned.State is { Role: Role.Active, Peer: { } peer } && peer.Configuration == turned.Settings.Revision && peer.ConfigurationHash != turned.Settings.ConfigurationHash)
        {
            keeper.Assert(peer.Configuration, parts.Rank, turned.State.HighestEpoch);
        }

        ShowFileSets(turned.State.Role);
        WatchLinks(snapshot);
        addresses.Look(parts.Link?.Status.State == PeerLinkState.Connected, snapshot.Servers.FirstOrDefault(server => !server.Local)?.Addresses ?? []);
        LookForVipCircle();
        feed.Changed();
    }

    private IReadOnlyList<ConfigurationProblem> Problems(PairConfiguration wanted)
        => OtherRank(wanted) is { } problem ? [.. parts.Validate(wanted), problem] : parts.Validate(wanted);

    /// <summary>A running server keeps its number: its peer, its state and its events know it by that.</summary>
    private ConfigurationProblem? OtherRank(PairConfiguration wanted)
        => LocalIdentity.LocalRank(parts.Identity ?? parts.Options, wanted.HotStandby).Rank is { } rank && rank != parts.Rank
            ? new ConfigurationProblem("HotStandby:Server1Address", $"HotStandby:Server1Address and Server2Address make this running server #{parts.Rank.Number()} server #{rank.Number()}; that takes a restart of a server without a peer, and is refused in a pair", IsWarning: parts.Link is null)
            : null;

    private StatusFacts Facts() => new(
        keeper.Current,
        detail.Services,
        detail.Checks,
        parts.Link?.Status ?? new PeerLinkStatus(PeerLinkState.NotPaired, null, null, "no second server is configured"),
        parts.Link?.PeerDetail,
        switchWatch.Last)
    {
        Switch = progress.Current,
        RestartNeeded = restartNeeded,
        Database = database,
        LastEvent = Interlocked.Read(ref lastEvent),
        LastAudit = parts.Audit?.Last ?? 0,
        AuditWaiting = parts.Audit?.Waiting ?? 0,
        SyncMark = conflicts.Mark,
        OpenConflicts = syncWatch.OpenConflicts,
        Refused = keeper.Refused,
        CertificatesHash = certificates.Hash,
        Readiness = detail.Readiness,
        CertificateAlarms = certificates.Alarms,
        ClockAlarm = clockWatch.Alarm,
        Addresses = addresses.Shown,
        VipCircle = vipCircle,
        Guard = Guard(box.Settings),
    };

    private PeerReport CurrentReport()
    {
        var seen = box;
        var made = FailoverMachine.Report(seen.State, seen.Settings, clock.Now, report);
        report = made;
        return made;
    }

    private void Event(string kind, string sentence, Severity severity)
    {
        var stored = parts.Journal.Record(new HaEvent { Kind = kind, Sentence = sentence, Severity = severity, Epoch = box.State.HighestEpoch.Value, At = clock.Utc });
        parts.Journal.Log("IPS Startup", sentence);
        LogEvent(logger, kind, sentence);
        Tell(stored.Sequence);
    }

    /// <summary>There is a new event; of two that come at once the later one counts.</summary>
    private void Tell(long sequence)
    {
        for (var seen = Interlocked.Read(ref lastEvent); seen < sequence;)
        {
            var was = Interlocked.CompareExchange(ref lastEvent, sequence, seen);
            seen = was == seen ? sequence : was;
        }

        notifications?.Wake();
        feed.Changed();
    }

    private sealed record Shown(StatusSnapshot Snapshot, NodeStateBox Box, TimeSpan At);

    [LoggerMessage(1040, LogLevel.Information, "{Kind}: {Sentence}")]
    private static partial void LogEvent(ILogger logger, string kind, string sentence);
}
