using HaConsole.Failover.Tests.Bench;
using HaConsole.Failover.Tests.Table;

namespace HaConsole.Failover.Tests;

/// <summary>Lives that the random ones have found to go wrong, in the order in which they were found.</summary>
public sealed class CoreRegressionTests
{
    private static readonly FailoverSettings Witnessed = PairBench.Defaults with { Witness = true };

    [Fact]
    public void Stop_WhileTheServicesWaitForThePeer_DoesNotStartThem()
    {
        var server = RowCases.Matching(420);
        server.Wake();
        Assert.NotNull(server.State.StartGateUntil);
        server.Command(new NodeCommand(CommandKind.Stop) { HandOver = false });
        server.Wake(0.6);

        Assert.Null(server.State.StartGateUntil);
        Assert.DoesNotContain(server.Last.Effects, effect => effect is NodeEffect.StartServices);
    }

    [Fact]
    public void VoteAboutToExpire_DoesNotCarryAnActivation()
    {
        var server = RowCases.Matching(400).WithSettings(p => p with { Witness = true }).With(s => s with { ExchangeFailedAt = OneServer.T0 });
        server.State.LeaseUntil = server.Now + TimeSpan.FromMilliseconds(100);
        server.Wake();

        Assert.Equal(Role.Standby, server.State.Role);
        Assert.True(server.State.WakeAt > server.Now);
    }

    [Fact]
    public void TakeBack_AfterTheVotesHaveRunOut_IsLeftToRow430()
    {
        var server = OneServer.In(Role.Active, Role.Standby, settings: Witnessed).With(s => s with { LeaseUntil = OneServer.T0 + TimeSpan.FromSeconds(2), PeerPromiseUntil = TimeSpan.Zero });
        server.Command(new NodeCommand(CommandKind.Switchover) { Id = 1, Target = Rank.Backup });
        Assert.Equal(Role.Yielding, server.State.Role);
        server.Now += TimeSpan.FromSeconds(2.5);
        server.Services(ServicesState.StopFailed);

        Assert.Equal(Role.Standby, server.State.Role);
    }

    [Fact]
    public void DisabledWithAWitness_DoesNotAskToBeWokenInThePast()
    {
        var server = OneServer.In(Role.Active, Role.Standby, settings: Witnessed with { Enabled = false });
        server.Wake();

        Assert.True(server.State.WakeAt > server.Now);
    }

    [Fact]
    public void EnabledWithAWitness_DoesNotDemoteTheActive()
    {
        var server = OneServer.In(Role.Active, Role.Standby, settings: Witnessed with { Enabled = false });
        server.Settings = Witnessed;
        server.Wake();

        Assert.Equal(Role.Active, server.State.Role);
    }

    [Fact]
    public void StartFailureOfAnEarlierActivation_GivesNothingBack()
    {
        var server = RowCases.Matching(420);
        server.State.Services = ServicesState.StartFailed;
        server.Wake();
        Assert.Equal(Role.Active, server.State.Role);
        server.Now += TimeSpan.FromMilliseconds(10);
        server.Answer(OneServer.Of(Rank.Backup, Role.Standby, 5));

        Assert.Equal(Role.Active, server.State.Role);
        Assert.Contains(server.Last.Effects, effect => effect is NodeEffect.StartServices);
    }

    [Fact]
    public void HandOverAskedForBeforeTheActivation_IsNotForThisActivation()
    {
        var server = RowCases.Matching(430).WithSettings(p => p with { Witness = true }).WithPeer(p => p with { HandOverWanted = 420 });
        server.Wake();
        server.Step(NodeInput.LeaseGranted(server.Now, server.Utc, server.Now, TimeSpan.FromSeconds(3)));
        Assert.Equal(Role.Active, server.State.Role);
        server.Now += TimeSpan.FromMilliseconds(10);
        server.Answer(OneServer.Of(Rank.Backup, Role.Standby, 4) with { HandOverWanted = 420 });

        Assert.Equal(Role.Yielding, server.State.Role);
    }
}
