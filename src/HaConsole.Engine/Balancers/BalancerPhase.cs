using HaConsole.Failover;

namespace HaConsole.Engine.Balancers;

/// <summary>What this server is for a load balancer.</summary>
public enum BalancerPhase
{
    /// <summary>Serves nobody: Standby, or still starting.</summary>
    Standby,

    /// <summary>Is handing over: its services are being stopped, the other server is about to serve.</summary>
    HandingOver,

    /// <summary>Active, but its services do not run yet.</summary>
    Activating,

    /// <summary>Active, and its services run.</summary>
    Serving,
}

/// <summary>Reads the phase from the state of the failover core.</summary>
public static class BalancerPhases
{
    /// <summary>Phase of a state.</summary>
    public static BalancerPhase Of(in NodeState state) => state.Role switch
    {
        Role.Active when state.AnswersActive && state.Services == ServicesState.Running => BalancerPhase.Serving,
        Role.Active => BalancerPhase.Activating,
        Role.Yielding => BalancerPhase.HandingOver,
        _ => BalancerPhase.Standby,
    };

    /// <summary>The other server has said that it is Active and that its services run.</summary>
    public static bool PeerServes(in NodeState state) => state.Peer is { Role: Role.Active, Services: ServicesState.Running };
}
