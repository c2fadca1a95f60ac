using HaConsole.Engine.Balancers;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Loop;
using HaConsole.Failover;

namespace HaConsole.Engine;

/// <content>The load balancer: told, answered, and watched.</content>
public sealed partial class HaEngine
{
    private readonly BalancerParts balancer;

    /// <inheritdoc/>
    public BalancerState Balancer => new(balancer.Teller.Shown, balancer.Agent.Problem, balancer.View.Seen, balancer.View.Choice, balancer.View.ApartSeconds, balancer.View.Last);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BalancerSeen>> ProbeAsBalancerAsync(BalancerMode mode, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var pair = keeper.Current.Content.HotStandby;
        (string Place, string Address)[] places = [("1", pair.Server1Address), ("2", pair.Server2Address), ("vip", pair.VipAddress)];
        return await Task.WhenAll(places.Where(p => p.Address.Length > 0).Select(async p =>
        {
            var check = await balancer.Probe.AskAsync(p.Address, parts.Options.HttpPort, mode, timeout, cancellationToken);
            return new BalancerSeen(p.Place, p.Address, p.Place == "vip" ? null : check.Well, 0, check, clock.Utc);
        }));
    }

    private BalancerParts MakeBalancer()
    {
        var answer = new AgentAnswer();
        var probe = new BalancerProbe(clock);
        return new BalancerParts(
            new BalancerTeller(clock, parts.Rank.Number()) { Event = Event, Changed = () => feed.Changed() },
            answer,
            new AgentListener(parts.Options.LocalAddress, clock, () => answer.Asked(clock.Now)) { Event = Event },
            probe,
            new BalancerView(probe, clock, parts.Rank.Number(), parts.Options.HttpPort) { Event = Event });
    }

    private void ConfigureBalancer(PairConfiguration content)
    {
        balancer.Teller.Configure(content.LoadBalancer);
        balancer.Agent.Configure(content.LoadBalancer.AgentPort);
        balancer.View.Configure(content.LoadBalancer, content.HotStandby);
    }

    /// <summary>Called by the loop before the effects of a turn: what is told is told before the services are ordered to stop.</summary>
    private void TellBalancer(NodeStateBox turned)
    {
        var phase = BalancerPhases.Of(turned.State);
        balancer.Answer.Turned(turned.State, clock.Utc, turned.At);
        balancer.Teller.Is(phase);
        balancer.View.ActiveIs(turned.State.Role == Role.Active ? parts.Rank.Number() : turned.State.Peer is { Role: Role.Active } ? 3 - parts.Rank.Number() : 0);
    }

    private async ValueTask DisposeBalancerAsync()
    {
        await balancer.Teller.DisposeAsync();
        await balancer.Agent.DisposeAsync();
        await balancer.View.DisposeAsync();
    }

    private sealed record BalancerParts(BalancerTeller Teller, AgentAnswer Answer, AgentListener Agent, BalancerProbe Probe, BalancerView View);
}
