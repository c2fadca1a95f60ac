using HaConsole.Engine.Loop;
using HaConsole.Failover;

namespace HaConsole.Engine.Status;

/// <summary>Follows a switch step by step, on either side, from what the state and the peer's reports say of it.</summary>
internal sealed class SwitchProgressWatch(EngineClock clock)
{
    private readonly Lock gate = new();
    private (string Owner, int To) asked = ("", 0);
    private SwitchProgress? current;
    private Role own = Role.Starting;
    private Role peer = Role.Unknown;
    private bool ownSettles;
    private bool peerSettles;

    public SwitchProgress? Current
    {
        get
        {
            lock (gate)
            {
                return current;
            }
        }
    }

    /// <summary>Somebody asks for a switch on this server.</summary>
    public void Asked(int to, string owner)
    {
        lock (gate)
        {
            asked = (owner, to);
        }
    }

    /// <summary>The state after a step.</summary>
    public void Turned(NodeStateBox box)
    {
        var state = box.State;
        var peerRole = state.Peer?.Role ?? Role.Unknown;
        var peerServices = state.Peer?.Services ?? ServicesState.Unknown;
        lock (gate)
        {
            ownSettles = state.Role == Role.Active && (ownSettles || (own != Role.Active && own != Role.Starting)) && !Settled(state.Services);
            peerSettles = peerRole == Role.Active && (peerSettles || peer is Role.Standby or Role.Yielding) && !Settled(peerServices);
            (own, peer) = (state.Role, peerRole);
            var (to, steps) = Steps(state, peerRole, peerServices);
            if (steps is null)
            {
                (current, asked) = (null, current is null ? asked : ("", 0));
            }
            else if (current is null || current.To != to || !current.Steps.SequenceEqual(steps))
            {
                var same = current is { } before && before.To == to;
                current = new SwitchProgress(to, same ? current!.StartedAt : clock.Utc, asked.To == to ? asked.Owner : "", steps);
            }
        }
    }

    private static bool Settled(ServicesState services) => services is ServicesState.Running or ServicesState.StartFailed;

    private (int To, SwitchProgressStep[]? Steps) Steps(in NodeState state, Role peerRole, ServicesState peerServices)
    {
        var self = state.Rank.Number();
        var other = state.Rank.Other().Number();
        return (state.HandOver, peerRole) switch
        {
            (HandOverPhase.Stopping, _) => (other, Make(self, other, 1)),
            (HandOverPhase.Offering, not Role.Active) => (other, Make(self, other, 2)),
            (HandOverPhase.None, Role.Yielding) when state.Role != Role.Active => (self, Make(other, self, state.Peer!.Offer == OfferReason.None ? 1 : 2)),
            _ when ownSettles => (self, Make(other, self, 3)),
            _ when peerSettles && state.Role != Role.Active && peerServices != ServicesState.Unknown => (other, Make(self, other, 3)),
            _ => (0, null),
        };
    }

    private static SwitchProgressStep[] Make(int from, int to, int running)
    {
        string State(int step) => step < running ? "done" : step == running ? "running" : "pending";
        return
        [
            new("drain", State(0), $"Server #{from} answers STANDBY to the load balancer."),
            new("stop-services", State(1), $"Server #{from} stops its managed services and confirms it."),
            new("peer-active", State(2), $"Server #{to} raises the epoch, stores it and becomes Active."),
            new("start-services", State(3), $"Server #{to} starts its managed services."),
        ];
    }
}
