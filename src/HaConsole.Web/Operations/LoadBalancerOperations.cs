using HaConsole.Engine.Balancers;
using HaConsole.Engine.Configuration;
using HaConsole.Web.Api;
using HaConsole.Web.Hosting;
using HaConsole.Web.Live;
using HaConsole.Web.Model.Balancers;

namespace HaConsole.Web.Operations;

/// <summary>What is known of the load balancer, the same for page, API and command line.</summary>
public sealed class LoadBalancerOperations(ConsoleEngine engine, IConfiguration configuration)
{
    private static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(10);

    /// <summary>Settings, findings, and what it sees now.</summary>
    public LoadBalancerView Current
    {
        get
        {
            var content = engine.Engine.Configuration.Content;
            return new LoadBalancerView(content.LoadBalancer, Findings(content), engine.Engine.Balancer);
        }
    }

    /// <summary>What comes of a configuration.</summary>
    public static IReadOnlyList<BalancerFinding> Findings(PairConfiguration content) => [.. Alignment.Of(content).Select(FindingTexts.Of)];

    /// <summary>The recipe of a kind; null when there is no such kind.</summary>
    /// <param name="kind">As <see cref="BalancerRecipes.Kinds"/> names it.</param>
    /// <param name="mode">What is to be asked; null: what suits the pair.</param>
    /// <param name="server">Server for which it is, where they differ: 1 or 2.</param>
    /// <param name="networkInterface">Network interface, where one is named; null: eth0.</param>
    public string? Recipe(string kind, BalancerMode? mode = null, int server = 1, string? networkInterface = null)
    {
        var facts = RecipeFacts.Of(engine.Engine.Configuration.Content, ConfigurationSources.Node(configuration), mode) with { Server = server };
        return BalancerRecipes.Make(kind, networkInterface is { Length: > 0 } ? facts with { Interface = networkInterface } : facts);
    }

    /// <summary>Reads a <c>haproxy.cfg</c>; nothing is saved.</summary>
    public LoadBalancerImport Import(string text, string backend)
    {
        var content = engine.Engine.Configuration.Content;
        var read = HaproxyFile.Read(text, content.HotStandby, content.LoadBalancer, backend);
        return new LoadBalancerImport(read.Settings, read.Backend, [.. read.Problems.Select(p => p.Text)], read.Settings is { } made ? Findings(content with { LoadBalancer = made }) : []);
    }

    /// <summary>Asks both servers and the VIP once, as the balancer does.</summary>
    /// <param name="mode">What is asked; unset: what the settings say, else the role.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public Task<IReadOnlyList<BalancerSeen>> ProbeAsync(BalancerMode mode, CancellationToken cancellationToken)
    {
        var settings = engine.Engine.Configuration.Content.LoadBalancer;
        var asked = mode != BalancerMode.Unset ? mode : settings.Mode != BalancerMode.Unset ? settings.Mode : BalancerMode.Ft;
        var timeout = TimeSpan.FromSeconds(settings.Timeout);
        return engine.Engine.ProbeAsBalancerAsync(asked, timeout < LongestProbe ? timeout : LongestProbe, cancellationToken);
    }
}
