using HaConsole.Engine.Configuration;

namespace HaConsole.Web.Model.Balancers;

/// <summary>What comes of balancer and pair being set as they are. Its text is <c>finding.</c> and the code.</summary>
/// <param name="Code">Which.</param>
/// <param name="IsWarning">Something should be changed.</param>
/// <param name="Seconds">Seconds in which clients would reach the wrong server; null when there is no end to it, or it costs none.</param>
/// <param name="Arguments">What is put into the text.</param>
public sealed record Finding(string Code, bool IsWarning, double? Seconds, params object[] Arguments)
{
    /// <summary>It never ends by itself.</summary>
    public bool Endless { get; init; }
}

/// <summary>Compares load balancer and pair (guide 5.2 and 6.3.4.2): each difference with the seconds that it costs.</summary>
public static class Alignment
{
    /// <summary>Seconds that a change of server may lag behind in role mode before it is warned about.</summary>
    private const double LongLag = 5;

    /// <summary>All that is to be said, warnings first.</summary>
    public static IReadOnlyList<Finding> Of(PairConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var (b, p) = (configuration.LoadBalancer, configuration.HotStandby);
        if (b.Mode == BalancerMode.Unset)
        {
            return [new Finding("unset", false, null)];
        }

        List<Finding> all = [.. Asked(b, p), .. Circles(b, p), .. Times(b, configuration), .. Returns(b, p), .. Telling(b)];
        return [.. all.OrderBy(f => !f.IsWarning)];
    }

    private static bool FollowsRole(LoadBalancerSettings b) => b.Mode == BalancerMode.Ft;

    private static bool IsTold(LoadBalancerSettings b) => b.Runtime.Count > 0 || b.AgentPort > 0;

    private static IEnumerable<Finding> Asked(LoadBalancerSettings b, HotStandbyParameters p)
    {
        if (b.Mode == BalancerMode.Ping)
        {
            yield return new Finding("ping", true, null) { Endless = true };
        }

        if (b.Mode == BalancerMode.None && p.SwitchOnApplicationError)
        {
            yield return new Finding("application-unseen", true, null) { Endless = true };
        }

        if (b.Mode == BalancerMode.Ipsws && !p.SwitchOnApplicationError)
        {
            yield return new Finding("application-alone", true, null) { Endless = true };
        }

        if (b.Timeout < p.HeartbeatTimeout && !FollowsRole(b))
        {
            yield return new Finding("timeout", true, p.HeartbeatTimeout - b.Timeout, b.Timeout, p.HeartbeatTimeout);
        }
    }

    private static IEnumerable<Finding> Circles(LoadBalancerSettings b, HotStandbyParameters p)
    {
        var back = p.FailuresToSwitch * p.HeartbeatInterval;
        if (FollowsRole(b) && p.TestVipDestination)
        {
            yield return new Finding("circle", true, back, back);
        }

        if (!FollowsRole(b) && !IsTold(b))
        {
            yield return p.TestVipDestination
                ? new Finding("operator-undone", true, back, back)
                : new Finding("operator-unseen", true, null) { Endless = true };
        }
    }

    private static IEnumerable<Finding> Times(LoadBalancerSettings b, PairConfiguration configuration)
    {
        var (p, budget) = (configuration.HotStandby, FailoverTimeBudget.Of(configuration));
        if (FollowsRole(b))
        {
            // The new Active must answer ACTIVE so many times, and the old one fail as often.
            var (least, most) = ((Math.Max(b.Rise, b.Fall) - 1) * b.Interval, (Math.Max(b.Rise, b.Fall) * b.Interval) + b.Timeout);
            yield return new Finding("follows", most > LongLag && b.Runtime.Count == 0, most, least, most, budget.Longest + most);
            yield break;
        }

        var (leaves, left) = ((b.Fall - 1) * b.Interval, (b.Fall * b.Interval) + b.Timeout);
        var early = Math.Max(0, budget.Longest - leaves);
        var late = Math.Max(0, left - budget.Shortest);
        var tick = Math.Max(b.Interval, p.HeartbeatInterval) + Math.Max(b.Timeout, p.HeartbeatTimeout) + budget.StartDelay;
        yield return new Finding("failover", Math.Max(early, late) > tick + 0.001, Math.Max(early, late), leaves, left, budget.Shortest, budget.Longest, early, late);
        if (b.Interval != p.HeartbeatInterval)
        {
            yield return new Finding("interval", true, Math.Abs(b.Interval - p.HeartbeatInterval), b.Interval, p.HeartbeatInterval);
        }

        if (b.Fall != p.FailuresToSwitch)
        {
            yield return new Finding("fall", true, Math.Abs((b.Fall * b.Interval) - (p.FailuresToSwitch * p.HeartbeatInterval)), b.Fall, p.FailuresToSwitch);
        }
    }

    private static IEnumerable<Finding> Returns(LoadBalancerSettings b, HotStandbyParameters p)
    {
        if (FollowsRole(b) || (IsTold(b) && b.Standby != BalancerStandby.Check))
        {
            yield break;
        }

        var (balancer, pair) = (b.Rise * b.Interval, p.FailuresToSwitch * p.HeartbeatInterval);
        if (b.PrefersFirst && !p.FirstServerAutoRestart)
        {
            yield return p.TestVipDestination
                ? new Finding("return-followed", true, pair, balancer, pair)
                : new Finding("return-balancer", true, null, balancer) { Endless = true };
        }
        else if (!b.PrefersFirst && p.FirstServerAutoRestart)
        {
            yield return p.TestVipDestination
                ? new Finding("return-fought", true, pair, pair)
                : new Finding("return-pair", true, null, pair) { Endless = true };
        }
        else if (b.PrefersFirst && Math.Abs(balancer - pair) > 0.001)
        {
            yield return new Finding("return-differs", true, Math.Abs(balancer - pair), balancer, pair);
        }
    }

    private static IEnumerable<Finding> Telling(LoadBalancerSettings b)
    {
        if (b.Runtime.Count > 0 && b.Standby == BalancerStandby.Check && !FollowsRole(b))
        {
            yield return new Finding("told-check", true, null, b.Rise * b.Interval) { Endless = true };
        }

        if (b.Runtime.Count > 0 && b.Standby == BalancerStandby.Maint)
        {
            yield return new Finding("told-maint", false, null);
        }

        if (b.AgentPort > 0 && FollowsRole(b))
        {
            yield return new Finding("agent-role", true, b.Rise * b.Interval, b.Rise * b.Interval);
        }
    }
}
