using System.Runtime.Versioning;

namespace HaConsole.Web.Demo;

/// <summary>What the demo tells people.</summary>
[SupportedOSPlatform("linux")]
internal static class DemoText
{
    /// <summary>What it is, what to open and what to try.</summary>
    public static string Welcome(DemoLayout layout, DemoPair pair, string password)
    {
        var active = pair.Active;
        var other = 3 - active;
        var self = string.Join(' ', DemoProgram.Self);
        var through = pair.HasBalancer
            ? $"""
              Service  http://{DemoLayout.BalancerAddress}:{DemoLayout.ServicePort}/   through HAProxy: says which server answers
              Console  http://{DemoLayout.BalancerAddress}:{DemoLayout.HttpPort}/   through HAProxy: the Active's
            """
            : "  (HAProxy is not installed: no load balancer in this demo)";
        return $"""

            A pair of servers on this machine. One is Active and runs the sample service, the other stands by.

            {through}
              Server 1 http://{DemoLayout.Address(1)}:{DemoLayout.HttpPort}/   pid {pair.ServerProcess(1)}, worker {pair.WorkerProcess(1)}
              Server 2 http://{DemoLayout.Address(2)}:{DemoLayout.HttpPort}/   pid {pair.ServerProcess(2)}, worker {pair.WorkerProcess(2)}
              Sign in  {DemoAdmin.Name}  {password}   on both servers
              Health   http://{DemoLayout.Address(1)}:{DemoLayout.HttpPort}/IPSCFG/admin/monitor.aspx?mod=FT

            Server #{active} is Active. Try, in another terminal:
              kill -9 {pair.ServerProcess(active)}        server #{active} dies: server #{other} takes over
              kill -9 {pair.WorkerProcess(active)}        only its worker dies: it comes back, nothing switches
              kill -STOP {pair.WorkerProcess(active)}     it freezes: its service is stopped, server #{other} takes over (kill -CONT to thaw it)
              kill -TERM {pair.ServerProcess(active)}     an orderly stop: it hands over first
              {self} switch --to {other} --data-directory {layout.Data(active)}
              {self} status --data-directory {layout.Data(other)}
              sudo nft 'add table ip haconsole_demo; add chain ip haconsole_demo cut {"{"} type filter hook input priority 0; {"}"}; add rule ip haconsole_demo cut ip daddr {DemoLayout.Address(active)} drop'
                                   cut server #{active} off; heal it with: sudo nft delete table ip haconsole_demo
              Logs and data: {layout.Directory}

            Ctrl-C stops both servers in order and removes everything. What happens:

            """;
    }
}
