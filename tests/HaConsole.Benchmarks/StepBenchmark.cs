using BenchmarkDotNet.Attributes;
using HaConsole.Failover;

namespace HaConsole.Benchmarks;

/// <summary>One whole tick of a healthy Standby: tick, own surroundings, probe, exchange, and the peer's exchange (five steps).</summary>
[MemoryDiagnoser]
public class StepBenchmark
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly FailoverSettings settings = new() { Enabled = true, Version = "1" };
    private readonly LocalFacts facts = new(LanState.Up, SelfHealth.Ok, VipDestination.Unknown);
    private readonly ProbeFact probe = new(ProbeOutcome.Success, Role.Unknown);
    private NodeState state;
    private PeerReport peer = null!;
    private TimeSpan now;

    /// <summary>A Standby that knows its Active peer.</summary>
    [GlobalSetup]
    public void Setup()
    {
        state = FailoverMachine.Start(Rank.Backup, StoredState.Fresh, PairControls.None, settings, TimeSpan.Zero);
        peer = new PeerReport
        {
            Rank = Rank.Primary,
            Role = Role.Active,
            Epoch = new Epoch(1),
            HighestEpoch = new Epoch(1),
            Self = SelfHealth.Ok,
            SeesPeer = PeerHealth.Healthy,
            Lan = LanState.Up,
            Services = ServicesState.Running,
            Version = "1",
        };
        for (var i = 0; i < 10; i++)
        {
            Tick();
        }
    }

    /// <summary>Five steps; the state is given back so that nothing is optimised away.</summary>
    [Benchmark(OperationsPerInvoke = 5)]
    public NodeState Tick()
    {
        now += settings.HeartbeatInterval;
        var utc = Begin + now;
        state = FailoverMachine.Step(in state, NodeInput.Wake(now, utc), settings).Next;
        state = FailoverMachine.Step(in state, NodeInput.Local(now, utc, facts), settings).Next;
        state = FailoverMachine.Step(in state, NodeInput.Probe(now, utc, probe), settings).Next;
        state = FailoverMachine.Step(in state, NodeInput.ExchangeAnswered(now, utc, peer, now), settings).Next;
        state = FailoverMachine.Step(in state, NodeInput.Heard(now, utc, peer), settings).Next;
        return state;
    }
}
