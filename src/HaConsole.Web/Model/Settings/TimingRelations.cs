using HaConsole.Engine.Configuration;
using HaConsole.Engine.VirtualIp;

namespace HaConsole.Web.Model.Settings;

/// <summary>A relation among settings, with its numbers: a text of the page and what is put into it.</summary>
/// <param name="Key">Which text.</param>
/// <param name="IsWarning">It does not hold.</param>
/// <param name="Arguments">Its numbers.</param>
public sealed record Relation(string Key, bool IsWarning, params object[] Arguments);

/// <summary>What a load balancer must be set to, so that it switches when the pair does.</summary>
/// <param name="Mode"><c>NONE</c> or <c>IPSWS</c>.</param>
/// <param name="Urls">Health URL of each server.</param>
/// <param name="RoleUrls">URL of each server for a balancer that asks who is Active.</param>
/// <param name="Interval">Seconds between two checks.</param>
/// <param name="Timeout">Seconds until a check has failed.</param>
/// <param name="Fall">Failed checks until a server is left.</param>
/// <param name="Rise">Good checks until it is used again.</param>
public sealed record BalancerNumbers(string Mode, IReadOnlyList<string> Urls, IReadOnlyList<string> RoleUrls, double Interval, double Timeout, int Fall, int Rise);

/// <summary>The guide's relations (3.1.2, 5.2.2, 6.2, 6.3.2), computed from what is typed.</summary>
public static class TimingRelations
{
    /// <summary>Keep-alive traffic of the peer link at H = 30 s, in kB an hour, with TCP and IP headers (measured).</summary>
    public const double KeepAliveAt30 = 116;

    /// <summary>Most of it that the guide allows at H = 30 s, in kB an hour (2.1.1.1).</summary>
    public const double KeepAliveLimitAt30 = 180;

    /// <summary>Seconds between two confirmations after a lost connection with fast confirmation.</summary>
    private const double FastStep = 0.1;

    /// <summary>All of them, in the order in which they are read.</summary>
    public static IReadOnlyList<Relation> Of(PairConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var p = configuration.HotStandby;
        if (!IsComputable(p))
        {
            return [new Relation("relation.unknown", true)];
        }

        var budget = FailoverTimeBudget.Of(configuration);
        var (n, h, t) = (p.FailuresToSwitch, p.HeartbeatInterval, p.HeartbeatTimeout);
        List<Relation> all =
        [
            new("relation.failover", false, budget.Shortest, budget.Longest, n, h, t, budget.StartDelay, budget.LeastConfirmation, budget.MostConfirmation),
            Timeout(configuration),
            (n - 1) * h < p.FrameworkRestartTime
                ? new Relation("relation.restart.bad", true, n, h, (n - 1) * h, p.FrameworkRestartTime, Math.Ceiling(p.FrameworkRestartTime / h) + 1)
                : new Relation("relation.restart.good", false, n, h, (n - 1) * h, p.FrameworkRestartTime),
        ];
        if (p.FastConfirmation)
        {
            all.Add(new Relation("relation.fast", false, n, n * FastStep));
        }

        all.Add(new Relation("relation.traffic", false, KeepAliveAt30 * 30 / h, KeepAliveAt30, KeepAliveLimitAt30));
        all.AddRange(Warnings(p));
        if (p.TestVipDestination)
        {
            all.Add(VipRules.ManagedAs(configuration) is null ? new Relation("relation.vip", false) : new Relation("relation.vip.managed", true, p.VipAddress));
        }

        return all;
    }

    /// <summary>What the load balancer must be set to.</summary>
    /// <param name="parameters">Parameters typed.</param>
    /// <param name="node">This server's own options: port and scheme are the same on both.</param>
    public static BalancerNumbers Balancer(HotStandbyParameters parameters, NodeOptions node)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(node);
        var mode = parameters.SwitchOnApplicationError ? "IPSWS" : "NONE";
        string[] addresses = [parameters.Server1Address, parameters.Server2Address];
        IReadOnlyList<string> Urls(string asked) => [.. addresses.Select((address, i) => MonitorUrls.Of(address.Length > 0 ? address : $"server-{i + 1}", node, asked))];
        return new BalancerNumbers(mode, Urls(mode), Urls("FT"), parameters.HeartbeatInterval, parameters.HeartbeatTimeout, parameters.FailuresToSwitch, parameters.FailuresToSwitch);
    }

    private static bool IsComputable(HotStandbyParameters p)
        => p is { HeartbeatInterval: > 0 and <= 3600, HeartbeatTimeout: >= 0 and <= 3600, FailuresToSwitch: >= 1 and <= 100, FrameworkRestartTime: >= 0 and <= 86400 };

    private static Relation Timeout(PairConfiguration configuration)
    {
        var t = configuration.HotStandby.HeartbeatTimeout;
        if (configuration.Checks.Count == 0)
        {
            return new Relation("relation.timeout.none", false, t);
        }

        var longest = configuration.Checks.MaxBy(c => c.Timeout)!;
        var least = longest.Timeout + PairConfigurationValidator.TimeoutMargin;
        return t < least
            ? new Relation("relation.timeout.bad", true, t, longest.Name, longest.Timeout, least)
            : new Relation("relation.timeout.good", false, t, longest.Name, longest.Timeout, least);
    }

    private static IEnumerable<Relation> Warnings(HotStandbyParameters p)
    {
        if (p.SwitchOnApplicationError)
        {
            yield return new Relation("relation.application", true);
        }

        if (p.FirstServerAutoRestart)
        {
            yield return p.HoldHours > 0
                ? new Relation("relation.autorestart.held", false, p.FailuresToSwitch * p.HeartbeatInterval, p.HoldHours)
                : new Relation("relation.autorestart.trap", true, p.FailuresToSwitch * p.HeartbeatInterval);
        }

        if (p.VipFirst && !p.TestVipDestination)
        {
            yield return new Relation("relation.vipfirst", true);
        }
    }
}

/// <summary>The guide's monitor URLs (5.2).</summary>
public static class MonitorUrls
{
    /// <summary>Values of <c>mod</c>.</summary>
    public static IReadOnlyList<string> Modes { get; } = ["NONE", "IPSWS", "FT"];

    /// <summary>URL of a server.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="node">Options of this server: the ports are the same on both.</param>
    /// <param name="mode">Value of <c>mod</c>.</param>
    public static string Of(string address, NodeOptions node, string mode)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(node);
        var host = address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;
        var port = node.HttpPort == 80 ? "" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $":{node.HttpPort}");
        return $"http://{host}{port}/IPSCFG/admin/monitor.aspx?mod={mode}";
    }
}

/// <summary>What a change of the parameters does that somebody may not expect: said before it is saved.</summary>
public static class ChangeConsequences
{
    /// <summary>Texts of the consequences; empty when the change needs no second look.</summary>
    public static IReadOnlyList<Relation> Of(HotStandbyParameters before, HotStandbyParameters after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var all = new List<Relation>();
        void When(bool condition, Relation relation)
        {
            if (condition)
            {
                all.Add(relation);
            }
        }

        When(before.Enabled && !after.Enabled, new Relation("danger.disabled", true));
        When(!before.Enabled && after.Enabled, new Relation("danger.enabled", true));
        When(before.Enabled && (before.Server1Address != after.Server1Address || before.Server2Address != after.Server2Address), new Relation("danger.addresses", true));
        When(!before.FirstServerAutoRestart && after.FirstServerAutoRestart, new Relation("danger.autorestart", true, after.FailuresToSwitch * after.HeartbeatInterval));
        When(!before.TestVipDestination && after.TestVipDestination, new Relation("danger.vip", true, after.FailuresToSwitch));
        When(!before.SwitchOnApplicationError && after.SwitchOnApplicationError, new Relation("danger.application", true));
        var (was, now) = (before.FailuresToSwitch * before.HeartbeatInterval, after.FailuresToSwitch * after.HeartbeatInterval);
        When(after.Enabled && now < was / 2, new Relation("danger.faster", true, was, now));
        return all;
    }
}
