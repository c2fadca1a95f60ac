using System.Collections.Concurrent;
using HaConsole.Engine.Checks;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Peering;
using HaConsole.Engine.Probing;
using HaConsole.Engine.Services;
using HaConsole.Engine.State;
using HaConsole.Engine.Status;
using HaConsole.Engine.Tests.Services;
using HaConsole.Failover;
using Microsoft.Extensions.Logging.Abstractions;

namespace HaConsole.Engine.Tests.Loop;

/// <summary>One server in this process, made of the real parts: files, services, peer link, probes and a monitor URL.</summary>
internal sealed class EngineServer : IAsyncDisposable
{
    private readonly List<IDisposable> owned = [];
    private readonly MonitorHost monitor;
    private bool disposed;

    /// <summary>Where a definition's files are when two servers share one machine: below this folder.</summary>
    public string FilesBelow { get; }

    public EngineServer(Rank rank, NodeOptions node, PairConfiguration files, TimeProvider? clock = null)
    {
        var time = clock ?? TimeProvider.System;
        FilesBelow = Path.Combine(node.DataDirectory, "root");
        var directory = node.DataDirectory;
        var configurations = new ConfigurationStore(directory, time);
        configurations.Initial(files);
        var states = Keep(new StateStore(directory));
        var controls = Keep(new ControlsStore(directory));
        var journal = new FileJournal(directory, rank.Number(), time);
        var probe = Keep(new HttpMonitorProbe(time));
        var vip = Keep(new VipObserver(time, (_, _) => Task.FromResult(false)));
        Board = new HealthBoard(time);
        Services = new LocalServiceHost(new ServiceSetOptions { DataDirectory = directory, Server = rank.Number(), LocalAddress = node.LocalAddress });
        var link = new PeerLink(new PeerLinkOptions
        {
            DataDirectory = directory,
            Rank = rank,
            RedundancyAddress = node.LocalAddress,
            Port = node.PeerPort,
            PeerPort = node.PeerPort,
            PeerAddress = LocalIdentity.PeerAddress(rank, configurations.Current!.Content.HotStandby),
            PairSecret = node.PairSecret,
            Time = time,
        });
        Audit = Keep(new FileAuditLog(directory, rank.Number(), time));
        monitor = new MonitorHost(node.LocalAddress, node.HttpPort, Board);
        Engine = new HaEngine(new HaEngineParts
        {
            Options = node,
            Rank = rank,
            Time = time,
            Board = Board,
            Journal = journal,
            Audit = Audit,
            Services = new NotingServices(Services, Order),
            Checks = new CheckRunner(time),
            Link = new NotingLink(link, Order),
            Probe = probe,
            Lan = new LanObserver(time),
            Vip = vip,
            Configurations = configurations,
            SettingsOf = document => FailoverSettingsFactory.ToFailoverSettings(document, node),
            Validate = wanted => [.. ConfigurationRules.Problems(wanted), .. Foreign(node, wanted)],
            Stored = states.Load().Value,
            Controls = controls.Load().Value,
            SaveState = state =>
            {
                if (RefuseToSave)
                {
                    throw new DurableWriteException("the disk refuses");
                }

                HangOnSave?.Wait();
                states.Save(state);
                Order.Enqueue($"stored {state.Role} {state.Epoch}");
            },
            SaveControls = controls.Save,
            CertificatePlaces = definition => definition with
            {
                CertificateFile = Below(definition.CertificateFile),
                PasswordFile = Below(definition.PasswordFile),
                KeyFile = Below(definition.KeyFile),
                ChainFile = Below(definition.ChainFile),
            },
            Loggers = NullLoggerFactory.Instance,
            Dispatch = (_, _) => Task.FromResult(new ForwardedResponse(404, "", new Dictionary<string, string>())),
            Fatal = e => Failure = e,
        });
    }

    public HaEngine Engine { get; }

    public FileAuditLog Audit { get; }

    public HealthBoard Board { get; }

    public LocalServiceHost Services { get; }

    /// <summary>What was stored, started and told, in this order.</summary>
    public ConcurrentQueue<string> Order { get; } = new();

    /// <summary>The disk under the state refuses.</summary>
    public bool RefuseToSave { get; set; }

    /// <summary>The disk under the state hangs until it is set; null = it does not.</summary>
    public ManualResetEventSlim? HangOnSave { get; set; }

    /// <summary>Why this server cannot run with a configuration; null when it can.</summary>
    public Func<PairConfiguration, string?> Refusing { get; set; } = _ => null;

    /// <summary>Why the loop ended; must stay null.</summary>
    public Exception? Failure { get; private set; }

    public ServerStatus Own => Engine.Current.Servers.Single(server => server.Local);

    public bool IsActive => Own.Role == "Active" && Services.Current.State == ServicesState.Running;

    public bool IsStandby => Own.Role == "Standby" && Services.Current.State == ServicesState.Stopped;

    public RuleStatus Rule(int row) => Engine.Current.Rules.Single(rule => rule.Row == row);

    public bool HasEvent(string kind) => Engine.Journal.Latest(500).Any(entry => entry.Kind == kind);

    public async Task StartAsync()
    {
        await monitor.StartAsync();
        await Engine.StartAsync(CancellationToken.None);
    }

    /// <summary>Ends it without a word to its peer, as a kill would.</summary>
    public async ValueTask DisposeAsync()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        await monitor.DisposeAsync();
        await Engine.DisposeAsync();
        owned.ForEach(part => part.Dispose());
        Assert.Null(Failure);
    }

    private IEnumerable<ConfigurationProblem> Foreign(NodeOptions node, PairConfiguration wanted)
    {
        if (LocalIdentity.LocalRank(node, wanted.HotStandby).Problem is { } problem)
        {
            yield return problem;
        }

        if (Refusing(wanted) is { } refusal)
        {
            yield return new ConfigurationProblem("HotStandby:HoldHours", refusal);
        }
    }

    private string Below(string path) => path.Length == 0 ? "" : FilesBelow + path;

    private T Keep<T>(T part)
        where T : IDisposable
    {
        owned.Add(part);
        return part;
    }
}

/// <summary>Two servers on loopback addresses of their own, H = 0.5 s, T = 0.4 s, N = 3, with one service.</summary>
internal sealed class EnginePair : IAsyncDisposable
{
    private static int pairs;
    private readonly string folder = Directory.CreateTempSubdirectory("haconsole-engine-").FullName;
    private readonly int number = Interlocked.Increment(ref pairs);
    private readonly int httpPort = FreePort();
    private readonly int peerPort = FreePort();
    private readonly EngineServer?[] servers = new EngineServer?[3];

    public EngineServer First => servers[1]!;

    public EngineServer Second => servers[2]!;

    public static async Task<EnginePair> FormedAsync()
    {
        var pair = new EnginePair();
        await pair.StartAsync(Rank.Primary);
        await pair.StartAsync(Rank.Backup);
        await pair.UntilFormedAsync();
        return pair;
    }

    /// <summary>Waits until #1 serves. On a machine too busy for #1 to answer its own first look in time #2 does first, and is told to hand over.</summary>
    public async Task UntilFormedAsync()
    {
        await Until(() => (First.IsActive && Second.IsStandby && Ready) || (Second.IsActive && First.IsStandby && Ready), "formed");
        for (var left = 20; !First.IsActive && left > 0; left--)
        {
            await Until(() => Ready, "a switch would succeed");
            await Second.Engine.SwitchAsync(Rank.Primary, dryRun: false, force: false, "test", "", CancellationToken.None);
            await Until(() => (First.IsActive && Second.IsStandby) || (Second.IsActive && First.IsStandby), "switched or not");
            await First.Engine.SetControlsAsync(controls => controls with { Hold = null }, "test", "the hold is cleared", CancellationToken.None);
        }

        await Until(() => First.IsActive && Second.IsStandby && Ready && Second.Engine.Controls.Hold is null, "#1 serves");
    }

    private bool Ready => First.Engine.Current.SwitchWouldSucceed && Second.Engine.Current.SwitchWouldSucceed;

    /// <summary>Waits for what must come; the state of both servers is in the message when it does not.</summary>
    public async Task Until(Func<bool> condition, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(20), $"did not happen: {what}\n{Text(servers[1])}\n{Text(servers[2])}");
            await Task.Delay(10);
        }
    }

    public string AddressOf(Rank rank) => $"127.77.{number}.{rank.Number()}";

    public PairConfiguration Files() => new()
    {
        HotStandby = new HotStandbyParameters
        {
            Enabled = true,
            Server1Address = AddressOf(Rank.Primary),
            Server2Address = AddressOf(Rank.Backup),
            HeartbeatInterval = 0.5,
            HeartbeatTimeout = 0.4,
            FailuresToSwitch = 3,
        },
        Services = [Bench.Sleeper("cti")],
    };

    /// <summary>Clock of each server, by number; null: the system's.</summary>
    public TimeProvider?[] Clocks { get; } = new TimeProvider?[3];

    public EngineServer Make(Rank rank, PairConfiguration? files = null)
        => servers[rank.Number()] = new EngineServer(rank, Node(rank), files ?? Files(), Clocks[rank.Number()]);

    public async Task<EngineServer> StartAsync(Rank rank, PairConfiguration? files = null)
    {
        var server = Make(rank, files);
        await server.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in servers.OfType<EngineServer>())
        {
            await server.DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    private NodeOptions Node(Rank rank) => new()
    {
        DataDirectory = Path.Combine(folder, "server" + rank.Number()),
        LocalAddress = AddressOf(rank),
        HttpPort = httpPort,
        PeerPort = peerPort,
        PairSecret = "one secret for both",
    };

    private static int FreePort() => Peering.LinkTestServer.FreePort();

    private static string Text(EngineServer? server) => server is null
        ? "not made"
        : $"#{server.Own.Server} {server.Own.Role}, services {server.Services.Current.State}, {string.Join(' ', server.Engine.Current.NotReady.Select(reason => reason.Code))}\n"
            + string.Join('\n', server.Engine.Journal.Latest(12).Select(entry => $"   {entry.Kind} {entry.Row} {entry.Sentence}"));
}
