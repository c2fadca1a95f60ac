using HaConsole.Simulation.Scenarios;

namespace HaConsole.Simulation.Model;

/// <summary>The load balancer in front of the pair: its checks decide where the VIP points to.</summary>
internal sealed partial class World
{
    private readonly bool[] balancerUp = new bool[3];
    private readonly int[] balancerContrary = new int[3];

    private void StartLoadBalancer()
    {
        balancerUp[1] = CheckOf(one);
        balancerUp[2] = CheckOf(two);
        ScheduleLoadBalancer();
    }

    private void ScheduleLoadBalancer()
    {
        var item = new WorldEvent { Kind = EventKind.LoadBalancerLooks, At = now + scenario.LoadBalancer!.Interval.Ticks };
        queue.Add(ref item, now);
    }

    private void LoadBalancerLooks()
    {
        var balancer = scenario.LoadBalancer!;
        for (var number = 1; number <= 2; number++)
        {
            var up = CheckOf(number == 1 ? one : two);
            if (up == balancerUp[number])
            {
                balancerContrary[number] = 0;
            }
            else if (++balancerContrary[number] >= balancer.Failures)
            {
                balancerUp[number] = up;
                balancerContrary[number] = 0;
            }
        }

        var other = 3 - balancer.Prefer;
        var wanted = balancerUp[balancer.Prefer] ? balancer.Prefer : balancerUp[other] ? other : Vip;
        if (wanted != Vip)
        {
            Vip = wanted;
            recorder.Note(this, $"Load balancer: the VIP points to server {wanted}");
            checker.EnvironmentChanged();
        }

        ScheduleLoadBalancer();
    }

    private bool CheckOf(Server server) => server.Runs && !server.Isolated && server.FrameworkUp && !Lost()
        && scenario.LoadBalancer!.Check switch
        {
            LoadBalancerCheck.Ipsws => !server.ApplicationFails,
            LoadBalancerCheck.Ft => rules.AnswersActive(in server.State),
            _ => true,
        };
}
