using HaConsole.Failover.Tests.Bench;

namespace HaConsole.Failover.Tests.Table;

/// <summary>A well pair costs no garbage: the engine may run for years at 0.02 s.</summary>
public sealed class AllocationTests
{
    [Theory]
    [InlineData(Role.Active)]
    [InlineData(Role.Standby)]
    public void HealthySteps_AllocateNothing(Role role)
    {
        var server = OneServer.In(role, role == Role.Active ? Role.Standby : Role.Active, Rank.Backup);
        server.WithControls(c => c with { FlapTimes = [server.Utc - TimeSpan.FromHours(2)], Hold = server.Control(100) });
        var inputs = Inputs(server, 2_500);
        var settings = server.Settings;
        var state = Run(server.State, inputs, 0, 2_500, settings);
        var before = GC.GetAllocatedBytesForCurrentThread();
        state = Run(state, inputs, 2_500, inputs.Length, settings);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(role, state.Role);
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Report_ThatHasNotChanged_IsTheSameObject()
    {
        var server = OneServer.In(Role.Active, Role.Standby);
        var first = FailoverMachine.Report(server.State, server.Settings, server.Now, null);
        server.Round(ProbeOutcome.Success, OneServer.Of(Rank.Backup, Role.Standby, 4));

        Assert.Same(first, FailoverMachine.Report(server.State, server.Settings, server.Now, first));
    }

    private static NodeState Run(NodeState state, NodeInput[] inputs, int from, int to, FailoverSettings settings)
    {
        for (var i = from; i < to; i++)
        {
            var result = FailoverMachine.Step(state, inputs[i], settings);
            state = result.Next;
            if (result.Decision.Row != 0)
            {
                throw new InvalidOperationException(result.Decision.Sentence);
            }
        }

        return state;
    }

    private static NodeInput[] Inputs(OneServer server, int rounds)
    {
        var peer = OneServer.Of(Rank.Primary, server.State.Role == Role.Active ? Role.Standby : Role.Active, server.State.Role == Role.Active ? 4 : 5);
        var inputs = new NodeInput[rounds * 5];
        for (var round = 0; round < rounds; round++)
        {
            var now = server.State.NextTickAt + (round * server.Settings.HeartbeatInterval);
            var utc = PairBench.Start + now;
            var later = now + TimeSpan.FromMilliseconds(2);
            inputs[round * 5] = NodeInput.Wake(now, utc);
            inputs[(round * 5) + 1] = NodeInput.Local(now, utc, new LocalFacts(LanState.Up, SelfHealth.Ok, VipDestination.Unknown));
            inputs[(round * 5) + 2] = NodeInput.Probe(later, utc, new ProbeFact(ProbeOutcome.Success, peer.Role));
            inputs[(round * 5) + 3] = NodeInput.ExchangeAnswered(later, utc, peer, now);
            inputs[(round * 5) + 4] = NodeInput.Heard(later, utc, peer);
        }

        return inputs;
    }
}
