using HaConsole.Engine.Loop;
using HaConsole.Failover;

namespace HaConsole.Engine.Status;

/// <summary>Since when the peer's configuration compares with the own one as it does.</summary>
internal sealed class ConfigurationWatch(EngineClock clock)
{
    private readonly Lock gate = new();
    private ConfigurationOnPeer last = new("unknown", null);

    public ConfigurationOnPeer Of(NodeStateBox box)
    {
        var state = box.State;
        var settings = box.Settings;
        var known = state.Peer is not null && FailoverMachine.PeerRoleOf(state, settings, clock.Now) != Role.Unknown;
        var now = !known ? "unknown"
            : state.Peer!.Configuration < settings.Revision ? "behind"
            : state.Peer.Configuration > settings.Revision ? "ahead"
            : state.Peer.ConfigurationHash != settings.ConfigurationHash ? "different" : "equal";
        lock (gate)
        {
            if (last.State != now || last.Since is null)
            {
                last = new ConfigurationOnPeer(now, clock.Utc);
            }

            return last;
        }
    }
}
