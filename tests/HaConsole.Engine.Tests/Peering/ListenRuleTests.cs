using HaConsole.Engine.Peering;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Peering;

public sealed class ListenRuleTests
{
    [Theory]
    [InlineData(Role.Standby, Role.Active, true, true, false)]
    [InlineData(Role.Standby, Role.Active, true, false, true)]
    [InlineData(Role.Standby, Role.Active, false, true, true)]
    [InlineData(Role.Standby, Role.Standby, true, true, true)]
    [InlineData(Role.Standby, Role.Unknown, true, true, true)]
    [InlineData(Role.Standby, Role.Starting, true, true, true)]
    [InlineData(Role.Active, Role.Standby, true, true, true)]
    [InlineData(Role.Active, Role.Active, true, true, true)]
    [InlineData(Role.Starting, Role.Active, true, true, true)]
    [InlineData(Role.Yielding, Role.Active, true, true, true)]
    public void OnlyTheStandbyOfAnActiveThatItHasConnectedToItself_DoesNotListen(Role own, Role peer, bool isUp, bool isOwn, bool listens)
    {
        Assert.Equal(listens, new ListenRule(onlyActiveListens: true) { Own = own, Peer = peer }.Listens(isUp, isOwn));
        Assert.True(new ListenRule(onlyActiveListens: false) { Own = own, Peer = peer }.Listens(isUp, isOwn));
    }
}
