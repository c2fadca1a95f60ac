using HaConsole.Engine;
using HaConsole.Engine.Balancers;
using HaConsole.Engine.Configuration;

namespace HaConsole.Web.Tests.Support;

/// <content>The load balancer.</content>
internal sealed partial class FakeEngine
{
    /// <summary>As this server knows it.</summary>
    public BalancerState Balancer { get; set; } = new([], "", [], 0, null, null);

    public Task<IReadOnlyList<BalancerSeen>> ProbeAsBalancerAsync(BalancerMode mode, TimeSpan timeout, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<BalancerSeen>>([new("1", "10.1.1.1", true, 0, new BalancerCheck(true, $"200 {mode}", 1.5), null)]);
}
