using HaConsole.Engine.Configuration;
using HaConsole.Engine.Loop;
using HaConsole.Engine.Standby;

namespace HaConsole.Engine;

/// <content>What the Standby answers on the services' own ports.</content>
public sealed partial class HaEngine
{
    private readonly StandbyPorts standby;

    private StandbyPorts MakeStandby() => new(parts.Options.LocalAddress, parts.Time)
    {
        Event = Event,
        Log = line => parts.Journal.Log("IPS Startup", line),
        Changed = () =>
        {
            detail.Changed();
            feed.Changed();
        },
    };

    private void ConfigureStandby(PairConfiguration content) => standby.Configure(content, LocalIdentity.PeerAddress(parts.Rank, content.HotStandby));

    private void LookAtStandby(NodeStateBox turned) => standby.Look(turned.State.Role, turned.State.Services);
}
