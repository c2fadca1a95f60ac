using HaConsole.Engine.Checks;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Peering;
using HaConsole.Engine.Probing;
using HaConsole.Engine.Services;
using HaConsole.Engine.State;
using HaConsole.Engine.Status;
using HaConsole.Engine.VirtualIp;
using HaConsole.Failover;
using Microsoft.Extensions.Logging;

namespace HaConsole.Engine;

/// <summary>Everything that one engine was made of and that ends with it.</summary>
public sealed class HaEngineRun : IAsyncDisposable
{
    private readonly OwnedParts owned;

    internal HaEngineRun(HaEngine engine, HealthBoard board, VipObserver vip, OwnedParts owned)
    {
        Engine = engine;
        Board = board;
        Vip = vip;
        this.owned = owned;
    }

    /// <summary>The engine; not started.</summary>
    public HaEngine Engine { get; }

    /// <summary>Who did what on this server.</summary>
    public IAuditLog Audit => Engine.Audit!;

    /// <summary>What the health URLs answer.</summary>
    public HealthBoard Board { get; }

    /// <summary>Must be told of every nonce that arrives at the monitor URL.</summary>
    public VipObserver Vip { get; }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => owned.DisposeAsync();
}

/// <summary>Puts a real engine together: files, services, peer link, probes.</summary>
public static class HaEngineFactory
{
    /// <summary>Reads what is on disk and wires everything; starts nothing.</summary>
    /// <param name="start">Checked configuration of files, environment and command line.</param>
    /// <param name="time">Clock.</param>
    /// <param name="loggers">Loggers.</param>
    /// <param name="fatal">The process must end.</param>
    /// <param name="dispatch">Carries out an API call that arrives by way of the peer.</param>
    /// <param name="restart">Ends the process so that it is started again; null: with the exit code that the supervisor knows, if there is one.</param>
    /// <param name="sqlCheck">Looks for a check of type sql; null: such a check is down.</param>
    /// <exception cref="DataDirectoryException">Another process uses the data directory.</exception>
    /// <exception cref="PeerLinkException">The peer link's address or port cannot be listened on.</exception>
    /// <exception cref="InvalidDataException">The stored configuration was written by a newer version.</exception>
    public static HaEngineRun Create(
        StartConfiguration start,
        TimeProvider time,
        ILoggerFactory loggers,
        Action<Exception> fatal,
        Func<ForwardedRequest, CancellationToken, Task<ForwardedResponse>> dispatch,
        Action? restart = null,
        Func<CheckDefinition, CancellationToken, Task<CheckLook>>? sqlCheck = null)
    {
        ArgumentNullException.ThrowIfNull(start);
        var node = start.Node with { DataDirectory = Path.GetFullPath(start.Node.DataDirectory) };
        var owned = new OwnedParts();
        try
        {
            owned.Add(DataDirectoryLock.Acquire(node.DataDirectory));
            return Create(start, node, time, loggers, fatal, dispatch, restart ?? SupervisedRestart(), sqlCheck, owned);
        }
        catch
        {
            owned.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }
    }

    /// <summary>Without a word to anybody: the services and the role are found again by the next worker. Null when there is no supervisor.</summary>
    private static Action? SupervisedRestart() => Environment.GetEnvironmentVariable(SupervisorLink.Variable) is not { Length: > 0 } ? null : () =>
    {
        // A moment for the answer to whoever asked.
        _ = Task.Delay(TimeSpan.FromMilliseconds(300)).ContinueWith(_ => Environment.Exit(SupervisorProcess.RestartExitCode), TaskScheduler.Default);
    };

    private static HaEngineRun Create(
        StartConfiguration start,
        NodeOptions node,
        TimeProvider time,
        ILoggerFactory loggers,
        Action<Exception> fatal,
        Func<ForwardedRequest, CancellationToken, Task<ForwardedResponse>> dispatch,
        Action? restart,
        Func<CheckDefinition, CancellationToken, Task<CheckLook>>? sqlCheck,
        OwnedParts owned)
    {
        var directory = node.DataDirectory;
        var configurations = new ConfigurationStore(directory, time);
        if (configurations.Refusal is { } refusal)
        {
            throw new InvalidDataException(refusal);
        }

        var document = configurations.Initial(start.Pair);
        var identity = node;
        node = node with { LocalAddress = LocalIdentity.LocalAddress(node, document.Content.HotStandby) };

        // The address was changed while this server was down: the stored configuration does not know it yet, the one it is started with says
        // who it is, and the peer has the new one.
        var rank = LocalIdentity.LocalRank(node, document.Content.HotStandby).Rank ?? LocalIdentity.LocalRank(node, start.Pair.HotStandby).Rank ?? Rank.Primary;
        var states = new StateStore(directory);
        owned.Add(states);
        var controlsStore = new ControlsStore(directory);
        owned.Add(controlsStore);
        var stored = states.Load();
        var controls = controlsStore.Load();
        var journal = owned.Add(new FileJournal(directory, rank.Number(), time));
        var audit = new FileAuditLog(directory, rank.Number(), time);
        owned.Add(audit);
        var board = new HealthBoard(time);
        var probe = new HttpMonitorProbe(time);
        owned.Add(probe);
        PeerLink? link = null;
        var vip = new VipObserver(time, (nonce, cancel) => link?.PeerSawNonceAsync(nonce, TimeSpan.FromSeconds(2), cancel) ?? Task.FromResult(false));
        owned.Add(vip);
        link = Link(node, document, rank, time, vip);
        if (link is not null)
        {
            owned.Add(link);
        }

        var services = owned.Add(ServiceHosts.Create(new ServiceSetOptions { DataDirectory = directory, Server = rank.Number(), LocalAddress = node.LocalAddress, Time = time }));
        var checks = owned.Add(new CheckRunner(time, sqlCheck));
        var engine = new HaEngine(new HaEngineParts
        {
            Options = node,
            Identity = identity,
            Restart = restart,
            JoinFirst = (code, address, cancel) => FirstJoin.JoinAsync(LinkOptions(identity, rank, time, vip), code, address, cancel),
            Rank = rank,
            Time = time,
            Board = board,
            Journal = journal,
            Audit = audit,
            Services = services,
            Checks = checks,
            Link = link,
            Probe = probe,
            Lan = new LanObserver(time),
            Vip = vip,
            Configurations = configurations,
            SettingsOf = made => FailoverSettingsFactory.ToFailoverSettings(made, identity),
            Validate = wanted => Validate(identity, wanted),
            Stored = Remembered(stored, journal),
            Controls = controls.Value,
            SaveState = states.Save,
            SaveControls = controlsStore.Save,
            StartProblems = [.. stored.Problems, .. controls.Problems, .. configurations.Problems, .. journal.StartProblems, .. audit.StartProblems],
            Loggers = loggers,
            Fatal = fatal,
            Dispatch = dispatch,
        });
        owned.TakeOver(engine);
        return new HaEngineRun(engine, board, vip, owned);
    }

    /// <summary>When the state is lost, the journal still knows an epoch: nothing that this server does or says may come before it.</summary>
    private static StoredState Remembered(Loaded<StoredState> stored, FileJournal journal)
        => stored.IsFresh && journal.Latest(1) is [{ Epoch: > 0 } last] ? stored.Value with { HighestEpoch = new Epoch(last.Epoch) } : stored.Value;

    /// <summary>Null on a lone server that has no other to talk to.</summary>
    private static PeerLink? Link(NodeOptions node, ConfigurationDocument document, Rank rank, TimeProvider time, VipObserver vip)
    {
        var parameters = document.Content.HotStandby;
        if (parameters.Server1Address.Length == 0 && parameters.Server2Address.Length == 0 && node.PeerAddress.Length == 0)
        {
            return null;
        }

        var options = LinkOptions(node, rank, time, vip) with { PeerAddress = node.PeerAddress.Length > 0 ? node.PeerAddress : LocalIdentity.PeerAddress(rank, parameters) };
        PeerLink.CheckAddress(options);
        return new PeerLink(options);
    }

    private static PeerLinkOptions LinkOptions(NodeOptions node, Rank rank, TimeProvider time, VipObserver vip) => new()
    {
        DataDirectory = node.DataDirectory,
        Rank = rank,
        RedundancyAddress = node.RedundancyAddress.Length > 0 ? node.RedundancyAddress : node.LocalAddress,
        RedundancyInterface = node.RedundancyInterface,
        RedundancyAddress2 = node.RedundancyAddress2,
        RedundancyInterface2 = node.RedundancyInterface2,
        PeerAddress2 = node.PeerAddress2,
        OnlyActiveListens = node.OnlyActiveListens,
        Port = node.PeerPort,
        PeerPort = node.PeerPort,
        PairSecret = node.PairSecret,
        NonceArrived = vip.NonceArrived,
        Time = time,
    };

    private static List<ConfigurationProblem> Validate(NodeOptions node, PairConfiguration wanted)
    {
        List<ConfigurationProblem> problems = [.. ConfigurationRules.Problems(wanted), .. StandbyRules.OwnPorts(node, wanted)];
        var own = Path.GetFullPath(node.DataDirectory);
        for (var i = 0; i < wanted.FileSets.Count; i++)
        {
            if (FileSetDefinitionValidator.Overlap(wanted.FileSets[i].Path, own))
            {
                // What is replicated there is replicated already; and what is local to a server must stay so.
                problems.Add(new ConfigurationProblem($"FileSets:{i}:Path", $"FileSets:{i}:Path is {wanted.FileSets[i].Path}; it must not overlap the data directory of a server, {own}"));
            }
        }

        var (rank, problem) = LocalIdentity.LocalRank(node, wanted.HotStandby);
        if (rank is { } known && VipRules.NotListening(wanted, node, known.Number()) is { } unheard)
        {
            problems.Add(unheard);
        }

        return problem is { } identity ? [.. problems, identity] : problems;
    }
}
