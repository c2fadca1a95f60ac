using HaConsole.Engine.Status;

namespace HaConsole.Web.History;

/// <summary>Numbers of the servers in a snapshot.</summary>
public static class Servers
{
    /// <summary>Number of the answering server, 1 or 2; 0 while it is not known.</summary>
    public static int Local(StatusSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return snapshot.Servers.FirstOrDefault(s => s.Local)?.Server ?? 0;
    }

    /// <summary>The other server; null on a lone server.</summary>
    public static ServerStatus? Peer(StatusSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return snapshot.Servers.FirstOrDefault(s => !s.Local);
    }
}
