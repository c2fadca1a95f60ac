using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace HaConsole.EndToEnd.Tests.Harness;

/// <summary>
/// Two servers, a client and a switch, each in a network namespace of its own. The switch's own address is the gateway. Nothing of it is
/// visible outside, so that any number of test hosts can run side by side.
/// </summary>
internal sealed partial class NamespaceNetwork : PairNetwork
{
    private const string Gateway = "10.77.0.254";

    private TcpListener? thirdSystem;

    public override bool CanCut => true;

    public override IReadOnlyList<string> LanTargets => [Gateway];

    public override string? ClientNamespace => Id + "c";

    private string Switch => Id + "s";

    /// <summary>Makes the namespaces; first removes those of test hosts that were killed.</summary>
    public static new async Task<NamespaceNetwork> CreateAsync()
    {
        await RemoveAbandonedAsync();
        var network = new NamespaceNetwork();
        await network.BuildAsync();
        return network;
    }

    public override string Address(int server) => $"10.77.0.{server}";

    public override IReadOnlyList<string> Prefix(int server) => ["ip", "netns", "exec", Host(server)];

    public override async Task<string> AddAddressAsync(int server)
    {
        var address = $"10.77.0.{server}{server}";
        await Shell.MustAsync("ip", "-n", Host(server), "addr", "add", address + "/24", "dev", "eth0");
        return address;
    }

    /// <summary>Hardware address of a server, in lower case with colons.</summary>
    public async Task<string> MacAsync(int server)
        => Mac().Match(await Shell.MustAsync("ip", "-n", Host(server), "link", "show", "dev", "eth0")).Groups[1].Value;

    /// <summary>Whether a server has an address now.</summary>
    public async Task<bool> HasAsync(int server, string address, string on = "eth0")
        => (await Shell.MustAsync("ip", "-n", Host(server), "address", "show", "dev", on)).Contains($" {address}/", StringComparison.Ordinal);

    /// <summary>Gives an address to the machine that is neither of the servers, and takes it away again.</summary>
    public Task StrangerAsync(string address, bool has) => Shell.MustAsync(["ip", "-n", Switch, "address", has ? "add" : "del", address + (address.Contains(':', StringComparison.Ordinal) ? "/64" : "/24"), "dev", "br0", .. has && address.Contains(':', StringComparison.Ordinal) ? ["nodad"] : Array.Empty<string>()]);

    /// <summary>Runs a command on the client.</summary>
    public Task<ShellResult> OnClientAsync(params IReadOnlyList<string> command) => Shell.RunAsync(["ip", "netns", "exec", ClientNamespace!, .. command]);

    /// <summary>Kills the helpers on a server that clean up after the others.</summary>
    public async Task KillShellsAsync(int server)
    {
        foreach (var line in (await Shell.MustAsync("ip", "netns", "pids", Host(server))).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (File.ReadAllText($"/proc/{line}/cmdline").StartsWith("/bin/sh", StringComparison.Ordinal))
            {
                Shell.Signal(int.Parse(line, CultureInfo.InvariantCulture), Shell.SigKill);
            }
        }
    }

    /// <summary>Sets the link of a server's own interface.</summary>
    public Task OwnLinkAsync(int server, string state, string name = "eth0") => Shell.MustAsync("ip", "-n", Host(server), "link", "set", name, state);

    /// <summary>Gives a server one more interface, which is switched off and leads to a cable without anybody at its end.</summary>
    public async Task AddInterfaceAsync(int server, string name)
    {
        var end = string.Create(CultureInfo.InvariantCulture, $"{name}-{server}");
        await Shell.MustAsync("ip", "-n", Switch, "link", "add", end, "type", "veth", "peer", "name", name, "netns", Host(server));
        await Shell.MustAsync("ip", "-n", Switch, "link", "set", end, "up");
    }

    /// <summary>Whether an interface of a server is switched on.</summary>
    public async Task<bool> IsOnAsync(int server, string name)
        => Flags().Match(await Shell.MustAsync("ip", "-n", Host(server), "link", "show", "dev", name)).Groups[1].Value.Split(',').Contains("UP");

    public override Task LinkDownAsync(int server) => Shell.MustAsync("ip", "-n", Switch, "link", "set", Port(server), "down");

    public override Task LinkUpAsync(int server) => Shell.MustAsync("ip", "-n", Switch, "link", "set", Port(server), "up");

    public override Task IsolateAsync(int server) => Shell.MustAsync("ip", "-n", Switch, "link", "set", Port(server), "nomaster");

    public override Task DropAsync(int from) => FilterAsync(Host(3 - from), $"iifname eth0 ip saddr {Address(from)} drop");

    public override Task RefusePortAsync(int server, int port)
        => FilterAsync(Host(server), string.Create(CultureInfo.InvariantCulture, $"iifname eth0 tcp dport {port} reject with tcp reset"));

    public override string StartThirdSystem(int port)
    {
        var started = new Thread(() =>
        {
            NetworkNamespace.Enter(Switch);
            thirdSystem = new TcpListener(IPAddress.Parse(Gateway), port);
            thirdSystem.Start();
        });
        started.Start();
        started.Join();
        return string.Create(CultureInfo.InvariantCulture, $"{Gateway}:{port}");
    }

    public override Task LoseThirdSystemAsync(int server, int port)
        => FilterAsync(Host(server), string.Create(CultureInfo.InvariantCulture, $"iifname eth0 ip saddr {Gateway} tcp sport {port} drop"));

    public override async Task HealAsync()
    {
        for (var server = 1; server <= 2; server++)
        {
            await Shell.RunAsync("ip", "netns", "exec", Host(server), "nft", "delete table ip cut");
            await Shell.MustAsync("ip", "-n", Switch, "link", "set", Port(server), "master", "br0", "up");
        }
    }

    public override async ValueTask DisposeAsync()
    {
        thirdSystem?.Dispose();
        foreach (var name in (string[])[Host(1), Host(2), ClientNamespace!, Switch])
        {
            await RemoveAsync(name);
        }
    }

    /// <summary>A cable from server to server, beside the switch: interface eth1 of both.</summary>
    public async Task AddCableAsync()
    {
        await Shell.MustAsync("ip", "-n", Host(1), "link", "add", "eth1", "type", "veth", "peer", "name", "eth1", "netns", Host(2));
        for (var server = 1; server <= 2; server++)
        {
            await Shell.MustAsync("ip", "-n", Host(server), "addr", "add", CableAddress(server) + "/24", "dev", "eth1");
            await Shell.MustAsync("ip", "-n", Host(server), "link", "set", "eth1", "up");
        }
    }

    /// <summary>Takes the cards of the cable out of both servers: interface and address are gone.</summary>
    public Task RemoveCableAsync() => Shell.MustAsync("ip", "-n", Host(1), "link", "del", "eth1");

    /// <summary>Address of a server on the cable.</summary>
    public static string CableAddress(int server) => $"10.78.0.{server}";

    /// <summary>Takes the cable between the servers out, or puts it back; the switch is not concerned.</summary>
    public Task CableAsync(string state) => Shell.MustAsync("ip", "-n", Host(1), "link", "set", "eth1", state);

    /// <summary>The switch lets nothing pass between the two servers any more, or again; each still reaches the gateway and the client.</summary>
    public async Task PartAsync(bool parted)
    {
        for (var server = 1; server <= 2; server++)
        {
            await Shell.MustAsync("bridge", "-n", Switch, "link", "set", "dev", Port(server), "isolated", parted ? "on" : "off");
        }
    }

    /// <summary>A firewall that lets a server open connections to a port of the other one, and not the other way round.</summary>
    public Task OpenOneWayAsync(int to, int port)
        => FilterAsync(Host(3 - to), string.Create(CultureInfo.InvariantCulture, $"tcp dport {port} tcp flags & (syn | ack) == syn drop"));

    /// <summary>Local addresses on which a server listens at a port.</summary>
    public async Task<IReadOnlyList<string>> ListeningAsync(int server, int port)
        => [.. (await Shell.MustAsync("ip", "netns", "exec", Host(server), "ss", "-Htln", $"sport = :{port.ToString(CultureInfo.InvariantCulture)}")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3].Split(':')[0].Split('%')[0]).Order(StringComparer.Ordinal)];

    private static async Task RemoveAbandonedAsync()
    {
        foreach (Match match in Ours().Matches(await Shell.MustAsync("ip", "netns", "list")))
        {
            if (!Shell.IsAlive(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)))
            {
                await RemoveAsync(match.Value);
            }
        }
    }

    /// <summary>With every process that still runs in it: a namespace lives as long as they do.</summary>
    private static async Task RemoveAsync(string name)
    {
        var inside = await Shell.RunAsync("ip", "netns", "pids", name);
        foreach (var line in inside.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Shell.Signal(int.Parse(line, CultureInfo.InvariantCulture), Shell.SigKill);
        }

        await Shell.RunAsync("ip", "netns", "del", name);
    }

    private static string Port(int host) => $"v{host}";

    private string Host(int server) => server == 1 ? Id + "a" : Id + "b";

    private async Task BuildAsync()
    {
        await Shell.MustAsync("ip", "netns", "add", Switch);
        await Shell.MustAsync("ip", "-n", Switch, "link", "add", "br0", "type", "bridge");
        await Shell.MustAsync("ip", "-n", Switch, "addr", "add", Gateway + "/24", "dev", "br0");
        await Shell.MustAsync("ip", "-n", Switch, "link", "set", "br0", "up");
        var hosts = new[] { Host(1), Host(2), ClientNamespace! };
        for (var i = 0; i < hosts.Length; i++)
        {
            await Shell.MustAsync("ip", "netns", "add", hosts[i]);
            await Shell.MustAsync("ip", "-n", Switch, "link", "add", Port(i + 1), "type", "veth", "peer", "name", "eth0", "netns", hosts[i]);
            await Shell.MustAsync("ip", "-n", Switch, "link", "set", Port(i + 1), "master", "br0", "up");
            await Shell.MustAsync("ip", "-n", hosts[i], "addr", "add", Address(i + 1) + "/24", "dev", "eth0");
            await Shell.MustAsync("ip", "-n", hosts[i], "link", "set", "eth0", "up");
            await Shell.MustAsync("ip", "-n", hosts[i], "link", "set", "lo", "up");
        }
    }

    private static Task<string> FilterAsync(string host, string rule) => Shell.MustAsync(
        "ip", "netns", "exec", host, "nft", "add table ip cut; add chain ip cut in { type filter hook input priority 0; }; add rule ip cut in " + rule);

    [GeneratedRegex(@"link/ether ([0-9a-f:]{17})")]
    private static partial Regex Mac();

    [GeneratedRegex("<([A-Z_,]+)>")]
    private static partial Regex Flags();

    [GeneratedRegex(@"\bhce(\d+)x\d+[abcs]\b")]
    private static partial Regex Ours();
}
