using HaConsole.Engine.Services;
using HaConsole.Failover;

namespace HaConsole.Engine;

/// <content>What the managed services and addresses report.</content>
public sealed partial class HaEngine
{
    private void OnServices(ServicesReport services)
    {
        addresses.Reported();
        WatchGuard(services.Guard);
        detail.Changed();
        ShowApplicationErrors();
        PostServices();
        switchWatch.ServicesAre(services.State);
        feed.Changed();
    }

    /// <summary>The loop reads the state when it gets there: whoever posts, it never takes an older one for a newer one.</summary>
    private void PostServices()
    {
        if (Interlocked.Exchange(ref servicesPosted, 1) == 0)
        {
            loop.Order((now, utc) =>
            {
                Interlocked.Exchange(ref servicesPosted, 0);
                return NodeInput.Services(now, utc, parts.Services.Current.State);
            });
        }
    }
}
