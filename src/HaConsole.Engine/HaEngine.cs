using HaConsole.Engine.Commands;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Loop;
using HaConsole.Engine.Peering;
using HaConsole.Engine.Replication;
using HaConsole.Engine.Services;
using HaConsole.Engine.Status;
using HaConsole.Failover;
using Microsoft.Extensions.Logging;

namespace HaConsole.Engine;

/// <summary>
/// One pair on this server: wires the loop to the services, the peer link, the probes, the files and the status. Decides nothing; all
/// decisions are in <see cref="FailoverMachine"/>.
/// </summary>
public sealed partial class HaEngine : IHaEngine, IAsyncDisposable
{
    private readonly HaEngineParts parts;
    private readonly EngineClock clock;
    private readonly EngineLoop loop;
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
        detail = new EngineDetail(parts.Services, parts.Checks);
        switchWatch = new SwitchWatch(clock);
        var effects = new EffectRunner(parts.Services, parts.Journal, clock, logger)
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
                feed.Changed();
            },
            LocalAddress = parts.Options.LocalAddress,
        };
        loop = new EngineLoop(start, settings, clock, parts.Board, logger)
        {
            Turned = turned => box = turned,
            Effect = effects.Run,
            Show = Show,
            Renew = parts.Services.Renew,
            Fatal = parts.Fatal,
        };
        keeper = new ConfigurationKeeper(parts.Configurations, parts.Link, logger)
        {
            Validate = parts.Validate,
            Applied = Apply,
            Event = Event,
        };
        rounds = new Rounds(loop, clock, parts.Options, parts.Probe, parts.Lan, parts.Vip, parts.Link, logger)
        {
            Report = CurrentReport,
            State = () => box,
        };
        switches = new SwitchCommands(loop, clock, pending, parts.Link) { State = () => box };
    }

    /// <inheritdoc/>
    public StatusSnapshot Current => builder.Build(box, Facts(), feed.Version);

    /// <inheritdoc/>
    public PairControls Controls => box.State.Controls;

    /// <inheritdoc/>
    public ConfigurationDocument Configuration => keeper.Current;

    /// <inheritdoc/>
    public IReadOnlyList<ConfigurationDocument> ConfigurationHistory => keeper.History;

    /// <summary>Events and fault tolerant log.</summary>
    public IJournal Journal => parts.Journal;

    /// <summary>Starts services, checks, peer link and loop, in this order: the peer must find an engine that answers.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var problem in parts.StartProblems)
        {
            Event("damaged-file", problem, Severity.Alarm);
        }

        Apply(keeper.Current);
        parts.Services.Changed += OnServices;
        parts.Checks.Changed += OnChecks;
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
        => switches.SwitchAsync(new SwitchRequest(target.Number(), dryRun, force, owner, reason), cancellationToken);

    /// <inheritdoc/>
    public async Task SetControlsAsync(Func<PairControls, PairControls> change, string owner, string sentence, CancellationToken cancellationToken)
    {
        var (id, ended) = pending.Next();
        var command = new NodeCommand(CommandKind.SetControls) { Id = id, Owner = owner, Reason = sentence, Controls = change };
        loop.Post((now, utc) => NodeInput.Command(now, utc, command));
        await ended.WaitAsync(TimeSpan.FromSeconds(10), parts.Time, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<ConfigurationOutcome> ChangeConfigurationAsync(PairConfiguration wanted, Revision expected, string owner, CancellationToken cancellationToken)
    {
        var seen = box;
        var peerIsActive = seen.State.Role != Role.Active && FailoverMachine.PeerRoleOf(seen.State, seen.Settings, clock.Now) == Role.Active;
        if (peerIsActive && parts.Link is { Status.State: PeerLinkState.Connected } link
            && await ConfigurationForwarding.ForwardAsync(link, wanted, expected, owner, cancellationToken) is { } outcome)
        {
            if (outcome.Saved)
            {
                await keeper.OfferAsync(outcome.Document, cancellationToken);
            }

            return outcome;
        }

        return await keeper.ChangeAsync(wanted, expected, owner, parts.Rank, seen.State.HighestEpoch, cancellationToken);
    }

    /// <inheritdoc/>
    public string CreatePairingCode() => parts.Link?.CreatePairingCode() ?? throw new InvalidOperationException("No second server is configured.");

    /// <inheritdoc/>
    public async Task<string?> PairAsync(string code, string address, CancellationToken cancellationToken)
        => parts.Link is { } link ? await link.JoinAsync(code, address, cancellationToken) : "No second server is configured.";

    /// <inheritdoc/>
    public async Task<string?> RotateCertificateAsync(CancellationToken cancellationToken)
        => parts.Link is { } link ? await link.RotateCertificateAsync(cancellationToken) : "No second server is configured.";

    /// <summary>Has the peer carry out an API call; null when it cannot be reached.</summary>
    public async Task<ForwardedResponse?> ForwardToPeerAsync(ForwardedRequest request, CancellationToken cancellationToken)
        => parts.Link is { } link ? await link.ForwardAsync(request, TimeSpan.FromSeconds(60), cancellationToken) : null;

    /// <inheritdoc/>
    public async Task StopAsync(bool handOver, CancellationToken cancellationToken)
    {
        var (id, ended) = pending.Next();
        var command = new NodeCommand(CommandKind.Stop) { Id = id, HandOver = handOver };
        loop.Post((now, utc) => NodeInput.Command(now, utc, command));
        var settings = box.Settings;
        try
        {
            await ended.WaitAsync(settings.LongestStop + (3 * settings.HeartbeatTimeout) + TimeSpan.FromSeconds(5), parts.Time, cancellationToken);
        }
        catch (TimeoutException)
        {
            Event("stop-timeout", "The orderly stop did not end in time; the process stops all the same.", Severity.Alarm);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        loop.Stop();
        parts.Services.Changed -= OnServices;
        parts.Checks.Changed -= OnChecks;
        if (parts.Link is { } link)
        {
            await link.DisposeAsync();
        }

        await parts.Checks.DisposeAsync();
        await parts.Services.DisposeAsync();
        keeper.Dispose();
        parts.Journal.Flush(TimeSpan.FromSeconds(2));
        await parts.Journal.DisposeAsync();
    }

    private void Apply(ConfigurationDocument document)
    {
        var settings = parts.SettingsOf(document);
        var own = document.Content.HotStandby;
        rounds.PeerAddress = parts.Rank == Rank.Primary ? own.Server2Address : own.Server1Address;
        rounds.VipAddress = own.VipAddress;
        if (parts.Link is { } link && parts.Options.PeerAddress.Length == 0 && rounds.PeerAddress.Length > 0)
        {
            link.SetPeerAddress(rounds.PeerAddress);
        }

        parts.Services.Configure(document.Content.Services);
        parts.Checks.Configure(document.Content.Checks);
        loop.Settings = settings;
        feed.Changed();
    }

    private void OnServices(ServicesReport services)
    {
        detail.Changed();
        ShowApplicationErrors();
        loop.Post((now, utc) => NodeInput.Services(now, utc, services.State));
        switchWatch.ServicesAre(services.State);
        feed.Changed();
    }

    private void OnChecks()
    {
        detail.Changed();
        ShowApplicationErrors();
        feed.Changed();
    }

    private void ShowApplicationErrors()
        => parts.Board.SetApplicationErrors([.. parts.Checks.FailingCritical, .. parts.Services.Current.OverBudget]);

    private void Show(NodeStateBox turned)
    {
        detail.RoleIs(builder.Build(turned, Facts(), feed.Version));
        switchWatch.RoleIs(turned);
        if (turned.State is { Role: Role.Active, Peer: { } peer } && peer.Configuration == turned.Settings.Revision && peer.ConfigurationHash != turned.Settings.ConfigurationHash)
        {
            keeper.Assert(peer.Configuration, parts.Rank, turned.State.HighestEpoch);
        }

        feed.Changed();
    }

    private StatusFacts Facts() => new(
        keeper.Current,
        detail.Services,
        detail.Checks,
        parts.Link?.Status ?? new PeerLinkStatus(PeerLinkState.NotPaired, null, null, "no second server is configured"),
        parts.Link?.PeerDetail,
        switchWatch.Last);

    private PeerReport CurrentReport()
    {
        var seen = box;
        var made = FailoverMachine.Report(seen.State, seen.Settings, clock.Now, report);
        report = made;
        return made;
    }

    private void Event(string kind, string sentence, Severity severity)
    {
        parts.Journal.Record(new HaEvent { Kind = kind, Sentence = sentence, Severity = severity, Epoch = box.State.HighestEpoch.Value, At = clock.Utc });
        parts.Journal.Log("IPS Startup", sentence);
        LogEvent(logger, kind, sentence);
        feed.Changed();
    }

    [LoggerMessage(1040, LogLevel.Information, "{Kind}: {Sentence}")]
    private static partial void LogEvent(ILogger logger, string kind, string sentence);
}
