using HaConsole.Engine.Configuration;
using HaConsole.Engine.VirtualIp;
using HaConsole.Failover;

namespace HaConsole.Engine;

/// <content>The virtual IP address: where it is a target, and who follows whom.</content>
public sealed partial class HaEngine
{
    private volatile string? vipCircle;
    private string? vipProblem;

    private void ApplyVip(PairConfiguration content)
    {
        var own = content.HotStandby;
        rounds.VipAddress = own.VipAddress;
        // The Active would ask itself, and never learn that the network is gone.
        rounds.VipIsLanTarget = VipRules.ManagedAs(content) is null;
        parts.Board.RolePollers.Watch(own is { Enabled: true, TestVipDestination: true }, [own.Server1Address, own.Server2Address]);
    }

    private void SurveyVip(PairConfiguration content)
    {
        var problem = VipRules.NotListening(content, parts.Options, parts.Rank.Number())?.Sentence;
        if (problem is not null && problem != vipProblem)
        {
            Event("vip-unreachable", problem, Severity.Alarm);
        }

        vipProblem = problem;
    }

    private void LookForVipCircle()
    {
        var circle = VipRules.Circle(parts.Board.RolePollers.Now);
        if (circle == vipCircle)
        {
            return;
        }

        var was = vipCircle;
        vipCircle = circle;
        Event("vip-circular", circle ?? "Nobody follows the role any more while the pair follows the VIP.", circle is null ? Severity.Info : was is null ? Severity.Alarm : Severity.Warning);
        feed.Changed();
    }
}
