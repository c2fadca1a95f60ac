using HaConsole.Failover;

namespace HaConsole.Failover.Tests.Bench;

/// <summary>One server of the bench: its process with the core, its surroundings, its managed services, its disk.</summary>
internal sealed class BenchServer(PairBench bench, Rank rank)
{
    private readonly List<Func<NodeInput>> waiting = [];
    private NodeState state;
    private PeerReport? lastReport;
    private long process;
    private long servicesOrder;
    private long wake;

    public Rank Rank => rank;

    // Its surroundings, settable at any time.
    public bool Up { get; private set; }

    public bool Frozen { get; private set; }

    /// <summary>Messages and probes of this server reach the peer, and its answers too.</summary>
    public bool CanSend { get; set; } = true;

    /// <summary>This server can open connections to the peer (a firewall that lets only the other direction open them).</summary>
    public bool CanCall { get; set; } = true;

    /// <summary>The web server runs: probes are answered.</summary>
    public bool Web { get; set; } = true;

    /// <summary>The peer link's port answers (off: HTTP only).</summary>
    public bool LinkPort { get; set; } = true;

    public LanState Lan { get; set; } = LanState.Up;

    public SelfHealth Self { get; set; } = SelfHealth.Ok;

    public VipDestination Vip { get; set; }

    public bool WitnessReachable { get; set; } = true;

    public TimeSpan StopTime { get; set; } = TimeSpan.FromSeconds(0.1);

    public TimeSpan StartTime { get; set; } = TimeSpan.FromSeconds(0.1);

    public bool StopFails { get; set; }

    public bool StartFails { get; set; }

    public bool PullWorks { get; set; } = true;

    /// <summary>Effects of activations and demotions to carry out before the process is killed; null = never.</summary>
    public int? KillAfterEffects { get; set; }

    // Its disk.
    public StoredState Stored { get; set; } = StoredState.Fresh;

    public PairControls StoredControls { get; set; } = PairControls.None;

    public FailoverSettings Settings { get; set; } = bench.Settings;

    // What can be seen of it.
    public ref readonly NodeState State => ref state;

    public Role Role => Up ? state.Role : Role.Unknown;

    public Epoch Epoch => state.Epoch;

    public bool Probed => state.ProbeAt is not null;

    /// <summary>The services really run.</summary>
    public bool Serving { get; private set; }

    public ServicesState Services { get; private set; } = ServicesState.Stopped;

    public List<(TimeSpan At, int Row, string Sentence)> Decisions { get; } = [];

    public List<(TimeSpan At, NodeEffect Effect)> Effects { get; } = [];

    public List<NodeEffect.RecordEvent> Events { get; } = [];

    public List<NodeEffect.CommandEnded> Ended { get; } = [];

    public IEnumerable<int> Rows => Decisions.Select(decision => decision.Row);

    public IReadOnlyList<RowExplanation> Explain() => FailoverMachine.Explain(state, Settings, bench.Now, bench.Utc);

    public RowExplanation Explain(int row) => Explain().Single(explanation => explanation.Row == row);

    /// <summary>Starts the process with what is on the disk.</summary>
    public void Boot()
    {
        Assert.False(Up);
        Up = true;
        process++;
        waiting.Clear();
        lastReport = null;
        state = FailoverMachine.Start(rank, Stored, StoredControls, Settings, bench.Now);
        bench.Note(this, $"starts, stored {Stored.Role} {Stored.Epoch}");
        Deliver(() => NodeInput.Services(bench.Now, bench.Utc, Services));
    }

    /// <summary>The machine is gone: process and services at once.</summary>
    public void Crash()
    {
        bench.Note(this, "crashes");
        Up = false;
        Frozen = false;
        process++;
        servicesOrder++;
        Serving = false;
        Services = ServicesState.Stopped;
    }

    public void Freeze(double seconds)
    {
        bench.Note(this, "freezes");
        Frozen = true;
        var me = process;
        var served = Serving;
        bench.After(TimeSpan.FromSeconds(seconds), () =>
        {
            if (me == process)
            {
                Serving = served && Services != ServicesState.Stopped;
                Thaw();
            }
        });
        Serving = false;
    }

    public void Command(NodeCommand command) => Deliver(() => NodeInput.Command(bench.Now, bench.Utc, command));

    public void Switch(Rank target, long id = 1) => Command(new NodeCommand(CommandKind.Switchover) { Id = id, Target = target, Owner = "anna" });

    public void Force(long id = 1) => Command(new NodeCommand(CommandKind.ForcedFailover) { Id = id, Target = rank, Owner = "anna" });

    public void Stop(bool handOver = true, long id = 1) => Command(new NodeCommand(CommandKind.Stop) { Id = id, HandOver = handOver });

    public void Control(Func<PairControls, PairControls> change) => Command(new NodeCommand(CommandKind.SetControls) { Id = 9, Controls = change, Reason = "set" });

    public void Change(Func<FailoverSettings, FailoverSettings> change)
    {
        Settings = change(Settings);
        Deliver(() => NodeInput.Wake(bench.Now, bench.Utc));
    }

    public void LoseLink() => Deliver(() => NodeInput.LinkLost(bench.Now, bench.Utc));

    public PeerReport Report() => lastReport = FailoverMachine.Report(state, Settings, bench.Now, lastReport);

    public void Deliver(Func<NodeInput> input)
    {
        if (!Up)
        {
            return;
        }

        if (Frozen)
        {
            waiting.Add(input);
            return;
        }

        var made = input();
        var result = FailoverMachine.Step(state, made, Settings);
        state = result.Next;
        if (result.Decision.Row != 0)
        {
            Decisions.Add((bench.Now, result.Decision.Row, result.Decision.Sentence));
        }

        ScheduleWake();
        CarryOut(result.Effects);
    }

    private void Thaw()
    {
        bench.Note(this, "goes on");
        Frozen = false;
        var inputs = waiting.ToArray();
        waiting.Clear();
        foreach (var input in inputs)
        {
            Deliver(input);
        }
    }

    private void ScheduleWake()
    {
        var mine = ++wake;
        var me = process;
        var delay = state.WakeAt > bench.Now ? state.WakeAt - bench.Now : TimeSpan.FromMilliseconds(1);
        bench.After(delay, () =>
        {
            if (mine == wake && me == process)
            {
                Deliver(() => NodeInput.Wake(bench.Now, bench.Utc));
            }
        });
    }

    private void CarryOut(IReadOnlyList<NodeEffect> effects)
    {
        var me = process;
        foreach (var effect in effects)
        {
            if (KillAfterEffects is { } left && effects.Any(one => one is NodeEffect.SwitchLocal))
            {
                if (left == 0)
                {
                    KillAfterEffects = null;
                    Crash();
                    return;
                }

                KillAfterEffects = left - 1;
            }

            Effects.Add((bench.Now, effect));
            if (effect is not (NodeEffect.StartRound or NodeEffect.ExchangeNow or NodeEffect.RequestLease))
            {
                bench.Note(this, effect.ToString()!);
            }

            CarryOut(effect);
            if (me != process)
            {
                return;
            }
        }
    }

    private void CarryOut(NodeEffect effect)
    {
        switch (effect)
        {
            case NodeEffect.PersistState persist:
                Stored = persist.State;
                break;
            case NodeEffect.PersistControls persist:
                StoredControls = persist.Controls;
                break;
            case NodeEffect.SwitchLocal { Component: Component.Services } local when local.Role != Role.Active:
                StopServices();
                break;
            case NodeEffect.StartServices:
                StartServices();
                break;
            case NodeEffect.StartRound:
                Later(TimeSpan.FromMilliseconds(1), () => NodeInput.Local(bench.Now, bench.Utc, new LocalFacts(Lan, Self, Vip)));
                Probe();
                Exchange();
                break;
            case NodeEffect.ExchangeNow:
                Exchange();
                break;
            case NodeEffect.PullConfiguration pull when PullWorks:
                Pull(pull.Revision);
                break;
            case NodeEffect.RequestLease lease:
                bench.Witness.Request(this, lease.Duration);
                break;
            case NodeEffect.ReleaseLease:
                bench.Witness.Release(this);
                break;
            case NodeEffect.RecordEvent record:
                Events.Add(record);
                break;
            case NodeEffect.CommandEnded ended:
                Ended.Add(ended);
                break;
            default:
                break;
        }
    }

    /// <summary>An input of this process, when it still lives by then.</summary>
    public void Later(TimeSpan delay, Func<NodeInput> input)
    {
        var me = process;
        bench.After(delay, () =>
        {
            if (me == process)
            {
                Deliver(input);
            }
        });
    }

    private void Probe()
    {
        var peer = bench.Other(this);
        if (!(CanCall && CanSend && peer is { CanSend: true, Up: true, Web: true, Frozen: false }))
        {
            Later(Settings.HeartbeatTimeout, () => NodeInput.Probe(bench.Now, bench.Utc, new ProbeFact(ProbeOutcome.NoAnswer, Role.Unknown)));
            return;
        }

        var outcome = peer.Self == SelfHealth.Failed ? ProbeOutcome.Unhealthy : ProbeOutcome.Success;
        var role = peer.state.AnswersActive ? Role.Active : Role.Standby;
        Later(2 * bench.Latency, () => NodeInput.Probe(bench.Now, bench.Utc, new ProbeFact(outcome, role)));
    }

    private void Exchange()
    {
        var startedAt = bench.Now;
        var report = Report();
        var me = process;
        var done = false;
        bench.After(bench.Latency, () =>
        {
            var peer = bench.Other(this);
            if (me != process || !(CanCall && CanSend && LinkPort && peer is { Up: true, LinkPort: true }))
            {
                return;
            }

            peer.Deliver(() => NodeInput.Heard(bench.Now, bench.Utc, report));
            if (!peer.CanSend || peer.Frozen || !peer.Up)
            {
                return;
            }

            var answer = peer.Report();
            done = true;
            Later(bench.Latency, () => NodeInput.ExchangeAnswered(bench.Now, bench.Utc, answer, startedAt));
        });
        var timeout = Settings.HeartbeatTimeout;
        bench.After(timeout, () =>
        {
            if (me == process && !done)
            {
                Deliver(() => NodeInput.ExchangeFailed(bench.Now, bench.Utc));
            }
        });
    }

    private void Pull(Revision revision)
    {
        var me = process;
        bench.After(2 * bench.Latency, () =>
        {
            var peer = bench.Other(this);
            if (me == process && peer.Up && Settings.Revision < revision && peer.Settings.Revision >= revision)
            {
                Settings = peer.Settings;
                bench.Note(this, $"has configuration {Settings.Revision}");
                Deliver(() => NodeInput.Wake(bench.Now, bench.Utc));
            }
        });
    }

    private void StopServices()
    {
        if (Services is ServicesState.Stopped or ServicesState.Stopping)
        {
            return;
        }

        Report(ServicesState.Stopping);
        var mine = ++servicesOrder;
        bench.After(StopTime, () =>
        {
            if (mine == servicesOrder)
            {
                Serving = StopFails && Serving;
                Report(StopFails ? ServicesState.StopFailed : ServicesState.Stopped);
            }
        });
    }

    private void StartServices()
    {
        var mine = ++servicesOrder;
        Report(ServicesState.Starting);
        Serving = true;
        bench.After(StartTime, () =>
        {
            if (mine == servicesOrder)
            {
                Serving = !StartFails;
                Report(StartFails ? ServicesState.StartFailed : ServicesState.Running);
            }
        });
    }

    public void Report(ServicesState services)
    {
        Services = services;
        Later(TimeSpan.Zero, () => NodeInput.Services(bench.Now, bench.Utc, services));
    }

    /// <summary>The engine's watch releases the services behind the engine's back.</summary>
    public void ReleaseServices()
    {
        servicesOrder++;
        Serving = false;
        Report(ServicesState.Stopped);
    }
}
