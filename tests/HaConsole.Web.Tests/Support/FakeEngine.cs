using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using HaConsole.Engine;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Peering;
using HaConsole.Engine.Status;
using HaConsole.Failover;
using HaConsole.Web.Hosting;

namespace HaConsole.Web.Tests.Support;

/// <summary>An engine without a pair: keeps what it is told and can be set to any state.</summary>
internal sealed partial class FakeEngine : IHaEngine, IEngineRun, IEngineFactory, IJournal
{
    private readonly List<HaEvent> events = [];
    private readonly Channel<StatusSnapshot> later = Channel.CreateUnbounded<StatusSnapshot>();
    private PairControls controls = PairControls.None;

    public StatusSnapshot Current { get; set; } = Snapshots.Healthy();

    public HealthBoard Health { get; } = new(TimeProvider.System);

    public ConcurrentQueue<string> Nonces { get; } = [];

    public ConcurrentQueue<string> Calls { get; } = [];

    public string? PairRefusal { get; set; }

    public bool PeerReachable { get; set; }

    /// <summary>What the other server answers when it is reachable.</summary>
    public ForwardedResponse PeerAnswer { get; set; } = new(200, "{}", new Dictionary<string, string>());

    public string? LastOwner { get; private set; }

    public EngineContext? Context { get; private set; }

    public ConfigurationDocument Configuration { get; private set; } = new(new Revision(7, 12, 1), "ab12", DateTimeOffset.UnixEpoch, "setup", new PairConfiguration
    {
        HotStandby = new HotStandbyParameters { Enabled = true, Server1Address = "127.0.0.11", Server2Address = "127.0.0.12" },
        Services = [new ServiceDefinition { Name = "cti", Command = "/bin/sleep", Environment = new Dictionary<string, string> { ["MODE"] = "live" } }],
    });

    public IReadOnlyList<ConfigurationDocument> ConfigurationHistory => [Configuration, .. Superseded];

    public PairControls Controls => controls;

    public IHaEngine Engine => this;

    public IJournal Journal => this;

    public async IAsyncEnumerable<StatusSnapshot> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return Current;
        await foreach (var snapshot in later.Reader.ReadAllAsync(cancellationToken))
        {
            Current = snapshot;
            yield return snapshot;
        }
    }

    /// <summary>The engine has a new snapshot.</summary>
    public void Push(StatusSnapshot snapshot) => later.Writer.TryWrite(snapshot);

    public Task<SwitchOutcome> SwitchAsync(Rank target, bool dryRun, bool force, string owner, string reason, CancellationToken cancellationToken)
    {
        LastOwner = owner;
        Calls.Enqueue($"switch {target.Number()} {dryRun} {force} {reason}");
        var ready = Current.SwitchWouldSucceed || force;
        IReadOnlyList<SwitchoverCheck> checks = [new("same-version", "both run 0.1.0", true), new("peer-reachable", ready ? "the peer answers" : "server #2 does not answer", ready)];
        var sentence = ready ? $"Server #{target.Number()} is Active" : "Server #2 cannot take over";
        return Task.FromResult(new SwitchOutcome(ready, !ready, sentence, checks, ready ? [new SwitchStep("stop-services", true, "cti stopped")] : []));
    }

    public Task SetControlsAsync(Func<PairControls, PairControls> change, string owner, string sentence, CancellationToken cancellationToken)
    {
        LastOwner = owner;
        controls = change(controls);
        Record(new HaEvent { Kind = "controls-changed", Sentence = sentence });
        return Task.CompletedTask;
    }

    public Task<ConfigurationOutcome> ChangeConfigurationAsync(PairConfiguration wanted, Revision expected, string owner, CancellationToken cancellationToken)
    {
        if (expected != Configuration.Revision)
        {
            return Task.FromResult(new ConfigurationOutcome(Configuration, false, true, [], null));
        }

        var problems = Validate(wanted);
        if (problems.Any(p => !p.IsWarning))
        {
            return Task.FromResult(new ConfigurationOutcome(Configuration, false, false, problems, null));
        }

        Superseded.Insert(0, Configuration);
        Configuration = Configuration with { Content = wanted, SavedBy = owner, Revision = expected.NextBy(Rank.Primary, new Epoch(7)) };
        return Task.FromResult(new ConfigurationOutcome(Configuration, true, false, problems, SavedOnPeer));
    }

    public static IReadOnlyList<ConfigurationProblem> Validate(PairConfiguration wanted)
    {
        var problems = new List<ConfigurationProblem>();
        if (wanted.HotStandby.HeartbeatTimeout >= wanted.HotStandby.HeartbeatInterval)
        {
            problems.Add(new("HotStandby:HeartbeatTimeout", "must be below HotStandby:HeartbeatInterval"));
        }

        if (wanted.HotStandby.FailuresToSwitch == 1)
        {
            problems.Add(new("HotStandby:FailuresToSwitch", "1 switches on a single lost packet", true));
        }

        return problems;
    }

    public string CreatePairingCode() => "K7QM-2XPD";

    public Task<string?> PairAsync(string code, string address, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"pair {code} {address}");
        return Task.FromResult(PairRefusal);
    }

    public Task StopAsync(bool handOver, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"stop {handOver}");
        return Task.CompletedTask;
    }

    public Task<IEngineRun> CreateAsync(EngineContext context, CancellationToken cancellationToken)
    {
        Context = context;
        return Task.FromResult<IEngineRun>(this);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Health.Turn(answersActive: true, isReady: true, TimeSpan.FromHours(1));
        Health.SetApplicationErrors([]);
        return Task.CompletedTask;
    }

    public void NonceArrived(string nonce) => Nonces.Enqueue(nonce);

    public Task<string?> RotateCertificateAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public Task<ForwardedResponse?> ForwardToPeerAsync(ForwardedRequest request, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"forward {request.Path} {request.Body}");
        return Task.FromResult(PeerReachable ? AnswerPeer?.Invoke(request) ?? PeerAnswer : null);
    }

    public HaEvent Record(HaEvent entry)
    {
        lock (events)
        {
            var stored = entry with { Sequence = events.Count + 1, Server = 1, At = new DateTimeOffset(2026, 11, 20, 10, 0, 0, TimeSpan.Zero).AddSeconds(events.Count) };
            events.Add(stored);
            return stored;
        }
    }

    /// <summary>Lines of the fault tolerant log.</summary>
    public ConcurrentQueue<string> Lines { get; } = [];

    public void Log(string component, string message) => Lines.Enqueue($"{component} : {message}");

    public IReadOnlyList<HaEvent> Read(long after, int limit)
    {
        lock (events)
        {
            return [.. events.Where(e => e.Sequence > after).Take(limit)];
        }
    }

    public IReadOnlyList<HaEvent> Latest(int limit)
    {
        lock (events)
        {
            return [.. events.TakeLast(limit)];
        }
    }

    public bool Flush(TimeSpan timeout) => true;

    public ValueTask DisposeAsync()
    {
        audit?.Dispose();
        if (Directory.Exists(auditFolder))
        {
            Directory.Delete(auditFolder, recursive: true);
        }

        return ValueTask.CompletedTask;
    }
}
