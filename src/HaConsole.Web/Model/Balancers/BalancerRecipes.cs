using System.Globalization;
using HaConsole.Engine.Configuration;
using static HaConsole.Web.Model.Balancers.RecipeFacts;

namespace HaConsole.Web.Model.Balancers;

/// <summary>A kind of load balancer.</summary>
/// <param name="Kind">As it is typed.</param>
/// <param name="Title">As its maker calls it.</param>
/// <param name="Comment">What a comment line begins with.</param>
public sealed record RecipeKind(string Kind, string Title, string Comment = "#");

/// <summary>Ready configurations of load balancers for the pair as it is set.</summary>
public static class BalancerRecipes
{
    /// <summary>All kinds.</summary>
    public static IReadOnlyList<RecipeKind> Kinds { get; } =
    [
        new("haproxy", "HAProxy"),
        new("nginx", "nginx (open source)"),
        new("nginx-plus", "NGINX Plus"),
        new("keepalived", "keepalived"),
        new("f5", "F5 BIG-IP LTM"),
        new("citrix", "Citrix ADC"),
        new("aws", "AWS Elastic Load Balancing"),
        new("azure", "Azure Load Balancer"),
        new("windows-nlb", "Windows NLB"),
        new("kubernetes", "Kubernetes"),
    ];

    /// <summary>The configuration for a kind; null when there is no such kind.</summary>
    public static string? Make(string kind, RecipeFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var text = kind switch
        {
            "haproxy" => Haproxy(facts),
            "nginx" => Nginx(facts),
            "nginx-plus" => NginxPlus(facts),
            "keepalived" => Keepalived(facts),
            "f5" => F5(facts),
            "citrix" => Citrix(facts),
            "aws" => Aws(facts),
            "azure" => Azure(facts),
            "windows-nlb" => WindowsNlb(facts),
            "kubernetes" => Kubernetes(facts),
            _ => null,
        };
        return text is null ? null : Head(Kinds.First(k => k.Kind == kind), facts) + text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
    }

    private static string Head(RecipeKind kind, RecipeFacts f) => string.Create(
        CultureInfo.InvariantCulture,
        $"{kind.Comment} {kind.Title} for the pair {f.One} and {f.Two}: mod={f.ModeName}, every {f.Interval:0.###} s, timeout {f.Timeout:0.###} s, fall {f.Fall}, rise {f.Rise}\n");

    private static string Host(string address) => address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;

    private static string Haproxy(RecipeFacts f)
    {
        var (s, backend) = (f.Settings, f.Settings.Backends is [var first, ..] ? first : "application");
        var sockets = string.Concat(s.Runtime.Select(r => r.StartsWith('/') ? $"  stats socket {r} mode 660 level admin\n" : $"  stats socket ipv4@{r} level admin\n"));
        var agent = s.AgentPort > 0 ? string.Create(CultureInfo.InvariantCulture, $" agent-check agent-port {s.AgentPort} agent-inter 100ms") : "";
        var expect = f.Body.Length > 0 ? $"http-check expect rstring ^{f.Body}$" : "http-check expect status 200";
        var second = s.PrefersFirst && f.Mode != BalancerMode.Ft ? " backup" : "";
        return string.Create(CultureInfo.InvariantCulture, $"""
            global
            {sockets}  maxconn 4000

            defaults
              mode http
              timeout connect 200ms
              timeout client 60s
              timeout server 60s

            frontend {backend}-in
              bind :{f.ApplicationPort}
              default_backend {backend}

            backend {backend}
              option httpchk
              http-check send meth GET uri {f.Path} ver HTTP/1.1 hdr Host haconsole
              {expect}
              timeout check {Milliseconds(f.Timeout)}
              # While the pair switches, a connection that is refused is tried again every 200 ms, for 10 s; other requests than
              # GET and HEAD are not sent a second time once they have reached a server.
              retries 50
              option redispatch 1
              retry-on conn-failure empty-response 503
              http-request disable-l7-retry unless METH_GET
              default-server check port {f.HealthPort} inter {Milliseconds(f.Interval)} fall {f.Fall} rise {f.Rise}{agent} on-marked-down shutdown-sessions
              server {s.Server1Name} {Host(f.One)}:{f.ApplicationPort}
              server {s.Server2Name} {Host(f.Two)}:{f.ApplicationPort}{second}
            """).Replace("global\n\n", "global\n", StringComparison.Ordinal);
    }

    private static string Nginx(RecipeFacts f) => string.Create(CultureInfo.InvariantCulture, $$"""
        # It has no checks of its own: a server is left while it refuses, does not answer, or answers 503. Managed services
        # are stopped on the Standby, which is what refuses there.
        events { }
        http {
          upstream application {
            server {{Host(f.One)}}:{{f.ApplicationPort}} max_fails=1 fail_timeout={{Whole(f.Interval)}}s;
            server {{Host(f.Two)}}:{{f.ApplicationPort}} max_fails=1 fail_timeout={{Whole(f.Interval)}}s backup;
          }
          server {
            listen {{f.ApplicationPort}};
            location / {
              proxy_pass http://application;
              proxy_connect_timeout {{Milliseconds(Math.Min(f.Timeout, 1))}};
              proxy_next_upstream error timeout http_503;
              proxy_next_upstream_timeout {{Whole(f.Timeout)}}s;
            }
          }
        }
        """);

    private static string NginxPlus(RecipeFacts f) => string.Create(CultureInfo.InvariantCulture, $$"""
        events { }
        http {
          match pair { status 200;{{(f.Body.Length > 0 ? $" body ~ \"^{f.Body}$\";" : "")}} }
          upstream application {
            zone application 64k;
            server {{Host(f.One)}}:{{f.ApplicationPort}};
            server {{Host(f.Two)}}:{{f.ApplicationPort}};
          }
          server {
            listen {{f.ApplicationPort}};
            location / {
              proxy_pass http://application;
              proxy_next_upstream error timeout http_503;
            }
            location @check {
              proxy_pass http://application;
              proxy_read_timeout {{Milliseconds(f.Timeout)}};
              health_check uri={{f.Path}} port={{f.HealthPort}} match=pair interval={{Milliseconds(f.Interval)}} fails={{f.Fall}} passes={{f.Rise}};
            }
          }
        }
        """);

    private static string Keepalived(RecipeFacts f)
    {
        var (own, other) = f.Server == 2 ? (f.Two, f.One) : (f.One, f.Two);
        return string.Create(CultureInfo.InvariantCulture, $$"""
            # On server #{{f.Server}}. The address follows the role; HaConsole can hold it without keepalived, too (managed addresses).
            global_defs {
              script_user root
              enable_script_security
            }
            vrrp_script active {
              script "/usr/bin/curl -fsS -m {{Whole(f.Timeout)}} -o /dev/null http://{{Host(own)}}:{{f.HealthPort}}{{f.StatusPath}}"
              interval {{Whole(f.Interval)}}
              timeout {{Whole(f.Timeout)}}
              fall {{f.Fall}}
              rise {{f.Rise}}
              init_fail
            }
            vrrp_instance application {
              state BACKUP
              interface {{f.Interface}}
              virtual_router_id 51
              priority {{(f.Server == 2 ? 100 : 101)}}
              advert_int 1
              garp_master_refresh 10
              unicast_src_ip {{own}}
              unicast_peer {
                {{other}}
              }
              virtual_ipaddress {
                {{f.Vip}}
              }
              track_script {
                active
              }
            }
            """);
    }

    private static string F5(RecipeFacts f) => string.Create(CultureInfo.InvariantCulture, $$"""
        # timeout = interval x fall + 1; recv-disable: open connections of the Standby may end, new ones do not go there
        create ltm monitor http haconsole defaults-from http interval {{Whole(f.Interval)}} timeout {{(Whole(f.Interval) * f.Fall) + 1}} time-until-up {{Whole(f.Interval) * (f.Rise - 1)}} destination *:{{f.HealthPort}} send "GET {{f.Path}} HTTP/1.1\r\nHost: haconsole\r\nConnection: close\r\n\r\n" recv "{{(f.Body.Length > 0 ? f.Body : "200 OK")}}"{{(f.Mode == BalancerMode.Ft ? " recv-disable \"STANDBY\"" : "")}}
        create ltm pool application monitor haconsole min-active-members 1 members add { {{f.One}}:{{f.ApplicationPort}} { priority-group 10 } {{f.Two}}:{{f.ApplicationPort}} { priority-group {{(f.Mode == BalancerMode.Ft ? 10 : 5)}} } }
        create ltm virtual application destination {{f.Vip}}:{{f.ApplicationPort}} ip-protocol tcp pool application source-address-translation { type automap }
        """);

    private static string Citrix(RecipeFacts f) => string.Create(CultureInfo.InvariantCulture, $"""
        add lb monitor haconsole {(f.Body.Length > 0 ? "HTTP-ECV" : "HTTP")} {(f.Body.Length > 0 ? $"-send \"GET {f.Path}\" -recv \"{f.Body}\"" : $"-httpRequest \"GET {f.Path}\" -respCode 200")} -destPort {f.HealthPort} -interval {Whole(f.Interval)} -resptimeout {Math.Min(Whole(f.Timeout), Math.Max(1, Whole(f.Interval) - 1))} -retries {f.Fall} -successRetries {f.Rise} -LRTM DISABLED
        add service application1 {f.One} HTTP {f.ApplicationPort}
        add service application2 {f.Two} HTTP {f.ApplicationPort}
        bind service application1 -monitorName haconsole
        bind service application2 -monitorName haconsole
        add lb vserver application HTTP {f.Vip} {f.ApplicationPort}
        add lb vserver application-backup HTTP 0.0.0.0 0
        bind lb vserver application application1
        bind lb vserver application-backup application2
        set lb vserver application -backupVServer application-backup
        """);

    private static string Aws(RecipeFacts f)
    {
        var (interval, timeout) = (Math.Clamp(Whole(f.Interval), 5, 300), Math.Clamp(Whole(f.Timeout), 2, 120));
        return string.Create(CultureInfo.InvariantCulture, $"""
            # Reads the status only, not the body. When no target is well it sends to all of them: the Standby must refuse by itself.
            aws elbv2 create-target-group --name application --protocol HTTP --port {f.ApplicationPort} --target-type ip --vpc-id VPC-ID \
              --health-check-protocol HTTP --health-check-port {f.HealthPort} --health-check-path {f.StatusPath} --matcher HttpCode=200 \
              --health-check-interval-seconds {interval} --health-check-timeout-seconds {Math.Min(timeout, interval - 1)} \
              --healthy-threshold-count {Math.Clamp(f.Rise, 2, 10)} --unhealthy-threshold-count {Math.Clamp(f.Fall, 2, 10)}
            aws elbv2 register-targets --target-group-arn TARGET-GROUP-ARN --targets Id={f.One} Id={f.Two}
            """);
    }

    private static string Azure(RecipeFacts f) => string.Create(CultureInfo.InvariantCulture, $"""
        # Reads the status only; a probe has no timeout of its own (it is the interval) and no number of good answers.
        az network lb probe create --resource-group GROUP --lb-name LB --name haconsole --protocol Http --port {f.HealthPort} \
          --path {f.StatusPath} --interval {Math.Max(5, Whole(f.Interval))} --probe-threshold {f.Fall}
        az network lb rule create --resource-group GROUP --lb-name LB --name application --protocol Tcp --frontend-port {f.ApplicationPort} \
          --backend-port {f.ApplicationPort} --frontend-ip-name FRONTEND --backend-pool-name POOL --probe-name haconsole
        """);

    private static string WindowsNlb(RecipeFacts f) => string.Create(CultureInfo.InvariantCulture, $$"""
        # PowerShell, on server #1. NLB sees only whether the host is there: leave "Switch server on application error" off, and
        # leave the VIP address empty in the hot standby parameters (guide 3.1.2). Multicast needs a static ARP entry on the router.
        Install-WindowsFeature NLB -IncludeManagementTools
        New-NlbCluster -HostName {{f.One}} -InterfaceName Ethernet -ClusterName application.example -ClusterPrimaryIP {{f.Vip}} -OperationMode Multicast
        Get-NlbClusterPortRule | Remove-NlbClusterPortRule -Force
        Add-NlbClusterPortRule -Protocol Tcp -StartPort {{f.ApplicationPort}} -EndPort {{f.ApplicationPort}} -Mode Single
        Add-NlbClusterNode -NewNodeName {{f.Two}} -NewNodeInterface Ethernet
        # To have it follow the role: a scheduled task every {{Whole(f.Interval)}} s on each server
        $active = try { (Invoke-WebRequest -UseBasicParsing -TimeoutSec {{Whole(f.Timeout)}} "http://localhost:{{f.HealthPort}}/health/active").StatusCode -eq 200 } catch { $false }
        if ($active) { Start-NlbClusterNode } else { Stop-NlbClusterNode -Drain -Timeout 30 }
        """);

    private static string Kubernetes(RecipeFacts f) => string.Create(CultureInfo.InvariantCulture, $$"""
        # A Standby that is not ready holds up rollouts that wait for readiness: use podManagementPolicy: Parallel, updateStrategy: OnDelete.
        # Container of each server:
        livenessProbe:
          httpGet: { path: /health/live, port: {{f.HealthPort}} }
          periodSeconds: {{Whole(f.Interval)}}
          timeoutSeconds: {{Whole(f.Timeout)}}
          failureThreshold: {{Math.Max(3, f.Fall)}}
        readinessProbe:
          httpGet: { path: {{f.StatusPath}}, port: {{f.HealthPort}} }
          periodSeconds: {{Whole(f.Interval)}}
          timeoutSeconds: {{Whole(f.Timeout)}}
          failureThreshold: {{f.Fall}}
          successThreshold: {{f.Rise}}
        # Service in front of both:
        # spec: { selector: { app: application }, ports: [ { port: {{f.ApplicationPort}}, targetPort: {{f.ApplicationPort}} } ] }
        """);
}
