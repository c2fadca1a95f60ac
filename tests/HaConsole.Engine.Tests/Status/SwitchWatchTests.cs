using HaConsole.Engine.Journal;
using HaConsole.Engine.Loop;
using HaConsole.Engine.Status;
using HaConsole.Engine.Tests.Loop;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Status;

public sealed class SwitchWatchTests
{
    private readonly ManualTime time = new();
    private readonly EngineClock clock;
    private readonly SwitchWatch watch;
    private readonly FailoverSettings settings = new() { Enabled = true, HeartbeatInterval = TimeSpan.FromSeconds(10), HeartbeatTimeout = TimeSpan.FromSeconds(5), FailuresToSwitch = 3 };
    private NodeState state;

    public SwitchWatchTests()
    {
        clock = new EngineClock(time);
        watch = new SwitchWatch(clock);
        state = FailoverMachine.Start(Rank.Backup, StoredState.Fresh, PairControls.None, settings, clock.Now);
    }

    [Fact]
    public void AFailover_IsMeasuredFromTheFirstFailedProbeToRunningServices()
    {
        Step(NodeInput.Local(clock.Now, clock.Utc, new LocalFacts(LanState.Up, SelfHealth.Ok, VipDestination.Unknown)));
        for (var probe = 1; probe <= 3; probe++)
        {
            Step(NodeInput.Probe(clock.Now, clock.Utc, new ProbeFact(ProbeOutcome.NoAnswer, Role.Unknown)));
            time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(Role.Active, state.Role);
        watch.Recorded(new HaEvent { Kind = "role-changed", Sentence = "because" });
        Assert.Equal((2, 400, "because", null), (watch.Last!.Server, watch.Last.Row, watch.Last.Sentence, watch.Last.MeasuredSeconds));

        watch.ServicesAre(ServicesState.Starting);
        watch.ServicesAre(ServicesState.Running);
        Assert.Equal(30, watch.Last.MeasuredSeconds);

        // A restart by the watchdog later is no part of the switch.
        time.Advance(TimeSpan.FromSeconds(99));
        watch.ServicesAre(ServicesState.Running);
        Assert.Equal(30, watch.Last.MeasuredSeconds);
    }

    [Fact]
    public void AnActivationWithoutServices_IsMeasuredToo()
    {
        Step(NodeInput.Command(clock.Now, clock.Utc, new NodeCommand(CommandKind.ForcedFailover) { Target = Rank.Backup }));
        // Told among the effects of that very step.
        watch.ServicesAre(ServicesState.Running);

        Assert.Equal(0, watch.Last!.MeasuredSeconds);
    }

    [Fact]
    public void APeerThatBecomesActive_IsTheLastSwitch()
    {
        Step(NodeInput.Command(clock.Now, clock.Utc, new NodeCommand(CommandKind.ForcedFailover) { Target = Rank.Backup }));
        Step(NodeInput.Heard(clock.Now, clock.Utc, new PeerReport { Rank = Rank.Primary, Role = Role.Active, Epoch = new Epoch(9), HighestEpoch = new Epoch(9), StepDown = new Epoch(9) }));

        Assert.Equal(Role.Standby, state.Role);
        Assert.Equal(1, watch.Last!.Server);
        watch.ServicesAre(ServicesState.Running);
        Assert.Null(watch.Last.MeasuredSeconds);
    }

    private void Step(NodeInput input)
    {
        state = FailoverMachine.Step(state, input, settings).Next;
        watch.Turned(new NodeStateBox(state, settings, clock.Now));
    }
}
