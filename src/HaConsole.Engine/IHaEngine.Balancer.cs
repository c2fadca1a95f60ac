using HaConsole.Engine.Balancers;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine;

/// <summary>The load balancer as this server knows it.</summary>
/// <param name="Told">Runtime APIs and how they were told last.</param>
/// <param name="AgentProblem">Why agent-checks cannot be answered; empty when they can or need not.</param>
/// <param name="Seen">What it sees on both servers and at the VIP; empty when its mode is not set.</param>
/// <param name="Choice">Server that it would use: 1, 2, or 0 for none.</param>
/// <param name="ApartSeconds">Seconds for which that has not been the Active; null when it is.</param>
/// <param name="Last">Seconds of mismatch that the last switch cost; null before the first.</param>
public sealed record BalancerState(IReadOnlyList<BalancerTold> Told, string AgentProblem, IReadOnlyList<BalancerSeen> Seen, int Choice, double? ApartSeconds, BalancerMismatch? Last);

/// <content>The load balancer.</content>
public partial interface IHaEngine
{
    /// <summary>The load balancer as this server knows it now.</summary>
    BalancerState Balancer { get; }

    /// <summary>Asks both servers, and the VIP if there is one, as a load balancer does: once, now.</summary>
    /// <param name="mode">What is asked.</param>
    /// <param name="timeout">For each.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    Task<IReadOnlyList<BalancerSeen>> ProbeAsBalancerAsync(BalancerMode mode, TimeSpan timeout, CancellationToken cancellationToken);
}
