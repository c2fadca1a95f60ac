using HaConsole.Failover;

namespace HaConsole.Engine.Peering;

/// <summary>
/// "Only the Active listens": a server gives its listener up on a path only while nobody can need it, that is while it is Standby, the peer says
/// that it is Active, and this server itself holds a connection of its own to it on that path. In every other state (starting, alone, both
/// Standby, both Active, a lost or a borrowed connection) it listens, so that the two always find each other.
/// </summary>
internal sealed class ListenRule(bool onlyActiveListens)
{
    private volatile Role own = Role.Starting;
    private volatile Role peer = Role.Unknown;

    /// <summary>Role of this server by its last report.</summary>
    public Role Own
    {
        get => own;
        set => own = value;
    }

    /// <summary>Role of the peer by its last word.</summary>
    public Role Peer
    {
        get => peer;
        set => peer = value;
    }

    /// <summary>Whether this server wants connections of its own, so that it can give its listener up.</summary>
    public bool WantsOwnConnections => onlyActiveListens && own == Role.Standby && peer == Role.Active;

    /// <summary>Whether to listen on a path.</summary>
    /// <param name="isUp">Heartbeats pass on it.</param>
    /// <param name="isOwn">Over a connection that this server has made.</param>
    public bool Listens(bool isUp, bool isOwn) => !(WantsOwnConnections && isUp && isOwn);
}
