using HaConsole.Engine.Configuration;
using HaConsole.Web.Model.Settings;

namespace HaConsole.Web.Operations;

/// <content>The load balancer's settings.</content>
public sealed partial class ConfigurationOperations
{
    /// <summary>Saves the load balancer's settings on both servers.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="wanted">All of them.</param>
    /// <param name="seen">Those that they were made from.</param>
    public Task<OperationResult<ConfigurationChange>> SaveLoadBalancerAsync(Actor actor, LoadBalancerSettings wanted, LoadBalancerSettings seen)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(seen);
        var changes = ConfigurationDifference.Between(new PairConfiguration { LoadBalancer = seen }, new PairConfiguration { LoadBalancer = wanted });
        var line = "haconsole settings set " + string.Join(' ', changes.Select(c => SettingsCommandLine.Word($"LoadBalancer:{c.Field}={c.After.Replace('\n', ',')}")));
        var operation = new Operation("settings-save", "LoadBalancer", line, Right.Administer)
        {
            Before = string.Join(", ", changes.Select(c => $"{c.Field}={c.Before}")),
            After = string.Join(", ", changes.Select(c => $"{c.Field}={c.After}")),
        };
        return ChangeAsync(actor, operation, now => now.LoadBalancer == seen || now.LoadBalancer == wanted
            ? now with { LoadBalancer = wanted }
            : throw new PartChangedException("the load balancer's settings"));
    }
}
