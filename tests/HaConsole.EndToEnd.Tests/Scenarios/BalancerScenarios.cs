using System.Diagnostics;
using HaConsole.EndToEnd.Tests.Harness;
using Xunit.Abstractions;

namespace HaConsole.EndToEnd.Tests.Scenarios;

/// <summary>Real load balancers with the recipes that the product prints, in front of a real pair.</summary>
[Collection(Serial.Name)]
public sealed class BalancerScenarios(ITestOutputHelper output) : IDisposable
{
    private const string Vip = "10.77.0.100";
    private readonly string directory = Directory.CreateTempSubdirectory("hcb-").FullName;
    private readonly List<Process> programs = [];

    private string Socket => Path.Combine(directory, "haproxy.sock");

    private static string Url => $"http://127.0.0.1:{RunningPair.ServicePort}/";

    public void Dispose()
    {
        foreach (var program in programs)
        {
            // keepalived takes its address off the interface only when it is asked to end.
            Shell.Signal(program.Id, Shell.SigTerm);
            if (!program.WaitForExit(5000))
            {
                program.Kill(entireProcessTree: true);
            }

            program.Dispose();
        }

        Directory.Delete(directory, recursive: true);
    }

    [RootTheory]
    [InlineData("push")]
    [InlineData("agent")]
    public async Task An_operators_switch_fails_no_request_through_HAProxy(string how)
    {
        var settings = new Dictionary<string, string> { ["LoadBalancer__ApplicationPort"] = $"{RunningPair.ServicePort}" };
        if (how == "push")
        {
            settings["LoadBalancer__Mode"] = "ft";
            settings["LoadBalancer__Runtime__0"] = Socket;
        }
        else
        {
            settings["LoadBalancer__Mode"] = "none";
            settings["LoadBalancer__AgentPort"] = "5555";

            // Running means that it listens: the agent says so, and HAProxy believes it.
            settings["Services__0__Url"] = Url;
        }

        await using var pair = await RunningPair.StartAsync(PairOptions.Calm with { Settings = settings, ServiceArguments = ["--address", "0.0.0.0"] });
        await StartAsync(pair, 1, "haproxy");
        var network = (NamespaceNetwork)pair.Network;
        await using var clients = new BalancerClients(network.ClientNamespace!, Url);
        await Eventually.TrueAsync("clients are served", () => clients.Served > 50);
        var failedBefore = clients.Answers.Count(a => a.Status != 200);

        for (var i = 0; i < 2; i++)
        {
            var old = await pair.ActiveAsync();
            await old.MustAsync("switch", "--to", $"{pair.Other(old).Number}");
            await pair.SettledAsync();
            var served = clients.Served;
            await Eventually.TrueAsync("clients are served by the other one", () => clients.Served > served + 100);
            await Eventually.TrueAsync("HAProxy has left the old one", async () => how == "push" || (await network.OnClientAsync("curl", "-s", "-m", "2", $"telnet://{network.Address(old.Number)}:5555")).Output.StartsWith("down", StringComparison.Ordinal), () => "up or draining");
        }

        var failed = clients.Answers.Where(a => a.Status != 200).Skip(failedBefore).ToList();
        output.WriteLine($"{how}: {clients.Answers.Count} requests, {failed.Count} failed, longest gap {clients.LongestGap():0.000} s, slowest {clients.Answers.Max(a => a.Took):0.000} s");
        Assert.Empty(failed);
        await pair.AuditAsync();
    }

    [RootTheory]
    [InlineData("haproxy")]
    [InlineData("nginx")]
    public async Task A_failover_is_followed(string kind)
    {
        await using var pair = await RunningPair.StartAsync(new PairOptions
        {
            Settings = new Dictionary<string, string> { ["LoadBalancer__ApplicationPort"] = $"{RunningPair.ServicePort}" },
        });
        await StartAsync(pair, 1, kind);
        await using var clients = new BalancerClients(((NamespaceNetwork)pair.Network).ClientNamespace!, Url);
        await FailOverAsync(pair, clients, kind);
    }

    [RootFact]
    public async Task A_failover_is_followed_by_keepalived()
    {
        await using var pair = await RunningPair.StartAsync(new PairOptions
        {
            ServiceArguments = ["--address", "0.0.0.0"],
            Settings = new Dictionary<string, string> { ["HotStandby__VipAddress"] = Vip, ["LoadBalancer__ApplicationPort"] = $"{RunningPair.ServicePort}" },
        });
        await StartAsync(pair, 1, "keepalived");
        await StartAsync(pair, 2, "keepalived");
        await using var clients = new BalancerClients(((NamespaceNetwork)pair.Network).ClientNamespace!, $"http://{Vip}:{RunningPair.ServicePort}/");
        await FailOverAsync(pair, clients, "keepalived");
    }

    [RootFact]
    public async Task A_balancer_that_cannot_be_told_delays_no_switch()
    {
        await using var pair = await RunningPair.StartAsync(PairOptions.Calm with
        {
            Settings = new Dictionary<string, string> { ["LoadBalancer__Mode"] = "ft", ["LoadBalancer__Runtime__0"] = "10.77.0.77:9999", ["LoadBalancer__TellTimeout"] = "10" },
        });
        var old = await pair.ActiveAsync();

        await old.MustAsync("switch", "--to", $"{pair.Other(old).Number}");

        await pair.ServesAsync(pair.Other(old));
        await Eventually.TrueAsync("it is said", async () => (await old.GetAsync("/api/v1/events"))?.Contains("balancer-unreachable", StringComparison.Ordinal) == true, () => "no event");
        await pair.AuditAsync();
    }

    private async Task FailOverAsync(RunningPair pair, BalancerClients clients, string kind)
    {
        await Eventually.TrueAsync("clients are served", () => clients.Served > 50);
        var old = await pair.ActiveAsync();

        await old.KillAsync();

        await pair.ServesAsync(pair.Other(old));
        var served = clients.Served;
        await Eventually.TrueAsync("clients are served by the other one", () => clients.Served > served + 100);
        output.WriteLine($"{kind}: longest gap {clients.LongestGap():0.000} s");
        old.Start();
        await pair.AuditAsync();
    }

    /// <summary>Has the product print the recipe, the program check it, and runs it.</summary>
    private async Task StartAsync(RunningPair pair, int server, string kind)
    {
        var file = Path.Combine(directory, $"{kind}{server}.conf");
        await File.WriteAllTextAsync(file, await pair.Servers[0].MustAsync("loadbalancer", kind, "--server", $"{server}", "--interface", "eth0") + "\n");
        await Shell.MustAsync("chmod", "600", file);
        IReadOnlyList<string> place = kind == "keepalived" ? pair.Network.Prefix(server) : ["ip", "netns", "exec", pair.Network.ClientNamespace!];
        string[] check = kind switch { "haproxy" => ["haproxy", "-c", "-f", file], "nginx" => ["nginx", "-t", "-c", file], _ => ["keepalived", "-t", "-f", file] };
        await Shell.MustAsync([.. place, .. check]);
        string[] run = kind switch
        {
            "haproxy" => ["haproxy", "-db", "-f", file],
            "nginx" => ["nginx", "-c", file, "-g", $"daemon off; pid {directory}/nginx.pid; error_log {directory}/nginx.log;"],
            _ => ["keepalived", "-n", "-l", "-f", file, "-p", $"{file}.pid", "-r", $"{file}.vrrp", "-c", $"{file}.checkers"],
        };
        var started = Process.Start(Shell.StartInfo([.. place, .. run]))!;
        programs.Add(started);
        started.OutputDataReceived += (_, _) => { };
        started.ErrorDataReceived += (_, _) => { };
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
    }
}
