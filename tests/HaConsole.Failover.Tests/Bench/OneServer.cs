using HaConsole.Failover;

namespace HaConsole.Failover.Tests.Bench;

/// <summary>One core alone, put into a state and fed input by input.</summary>
internal sealed class OneServer
{
    private NodeState state;

    private OneServer(NodeState state, FailoverSettings settings)
    {
        this.state = state with { SettingsSeen = settings };
        Settings = settings;
    }

    public static TimeSpan T0 { get; } = TimeSpan.FromSeconds(1000);

    public FailoverSettings Settings { get; set; }

    public ref NodeState State => ref state;

    public TimeSpan Now { get; set; } = T0;

    public DateTimeOffset Utc => PairBench.Start + Now;

    public StepResult Last { get; private set; }

    /// <summary>
    /// A server in that role whose peer is well and fresh in <paramref name="peerRole"/>; the next tick is almost one interval away.
    /// </summary>
    public static OneServer In(Role role, Role peerRole, Rank rank = Rank.Primary, FailoverSettings? settings = null)
    {
        var own = role is Role.Active or Role.Yielding ? 5 : 4;
        var peer = peerRole is Role.Active or Role.Yielding ? 5 : 4;
        var inForce = settings ?? PairBench.Defaults;
        var state = FailoverMachine.Start(rank, StoredState.Fresh, PairControls.None, inForce, T0 - TimeSpan.FromSeconds(20)) with
        {
            Role = role,
            RoleSince = T0 - TimeSpan.FromSeconds(20),
            Epoch = new Epoch(own),
            HighestEpoch = new Epoch(5),
            Local = new LocalFacts(LanState.Up, SelfHealth.Ok, VipDestination.Unknown),
            Probe = new ProbeFact(ProbeOutcome.Success, peerRole == Role.Active ? Role.Active : Role.Standby),
            ProbeAt = T0 - TimeSpan.FromSeconds(0.1),
            Peer = Of(rank.Other(), peerRole, peer),
            PeerAt = T0 - TimeSpan.FromSeconds(0.1),
            RolesSampledAt = T0 - TimeSpan.FromSeconds(0.1),
            LastTickAt = T0 - TimeSpan.FromSeconds(0.1),
            NextTickAt = T0 + TimeSpan.FromSeconds(0.9),
            RoundProbed = true,
            RoundExchanged = true,
            RoundSampled = true,
            Services = role == Role.Active ? ServicesState.Running : ServicesState.Stopped,
            PromisedUntil = TimeSpan.Zero,
        };
        return new OneServer(state, inForce);
    }

    /// <summary>What a well peer says.</summary>
    public static PeerReport Of(Rank rank, Role role, long epoch = 5) => new()
    {
        Rank = rank,
        Role = role,
        Epoch = new Epoch(epoch),
        HighestEpoch = new Epoch(5),
        Self = SelfHealth.Ok,
        SeesPeer = PeerHealth.Healthy,
        Lan = LanState.Up,
        Services = role == Role.Active ? ServicesState.Running : ServicesState.Stopped,
        Configuration = PairBench.Defaults.Revision,
        ConfigurationHash = PairBench.Defaults.ConfigurationHash,
        Version = PairBench.Defaults.Version,
    };

    public OneServer With(Func<NodeState, NodeState> change)
    {
        state = change(state);
        return this;
    }

    public OneServer WithPeer(Func<PeerReport, PeerReport> change)
    {
        state.Peer = change(state.Peer!);
        return this;
    }

    public OneServer WithControls(Func<PairControls, PairControls> change)
    {
        state.Controls = change(state.Controls);
        return this;
    }

    /// <summary>Sets the parameters as if they had been in force for long.</summary>
    public OneServer WithSettings(Func<FailoverSettings, FailoverSettings> change)
    {
        Settings = change(Settings);
        state.SettingsSeen = Settings;
        return this;
    }

    public StepResult Step(NodeInput input)
    {
        Last = FailoverMachine.Step(state, input, Settings);
        state = Last.Next;
        return Last;
    }

    public StepResult Wake(double after = 0)
    {
        Now += TimeSpan.FromSeconds(after);
        return Step(NodeInput.Wake(Now, Utc));
    }

    public StepResult Local(LanState lan = LanState.Up, SelfHealth self = SelfHealth.Ok, VipDestination vip = VipDestination.Unknown)
        => Step(NodeInput.Local(Now, Utc, new LocalFacts(lan, self, vip)));

    public StepResult Probe(ProbeOutcome outcome, Role role = Role.Unknown) => Step(NodeInput.Probe(Now, Utc, new ProbeFact(outcome, role)));

    public StepResult Answer(PeerReport report, TimeSpan? startedAt = null) => Step(NodeInput.ExchangeAnswered(Now, Utc, report, startedAt ?? Now));

    public StepResult Hear(PeerReport report) => Step(NodeInput.Heard(Now, Utc, report));

    public StepResult NoAnswer() => Step(NodeInput.ExchangeFailed(Now, Utc));

    public StepResult Services(ServicesState services) => Step(NodeInput.Services(Now, Utc, services));

    public StepResult Command(NodeCommand command) => Step(NodeInput.Command(Now, Utc, command));

    /// <summary>One whole healthy or unhealthy round, 0.9 s … 1 s after the last.</summary>
    public StepResult Round(ProbeOutcome outcome, PeerReport? answer, LocalFacts? local = null)
    {
        Now = state.NextTickAt;
        Step(NodeInput.Wake(Now, Utc));
        var facts = local ?? new LocalFacts(LanState.Up, SelfHealth.Ok, VipDestination.Unknown);
        Step(NodeInput.Local(Now, Utc, facts));
        Now += TimeSpan.FromMilliseconds(2);
        Step(answer is null ? NodeInput.ExchangeFailed(Now, Utc) : NodeInput.ExchangeAnswered(Now, Utc, answer, Now));
        return Step(NodeInput.Probe(Now, Utc, new ProbeFact(outcome, answer?.Role ?? Role.Unknown)));
    }

    public RowExplanation Explain(int row) => FailoverMachine.Explain(state, Settings, Now, Utc).Single(explanation => explanation.Row == row);

    public TimedControl Control(double hours = 1) => new("anna", "test", Utc, Utc + TimeSpan.FromHours(hours));
}
