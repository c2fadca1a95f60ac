using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace HaConsole.Web.Demo;

/// <summary>Addresses, ports and files of the demo's pair.</summary>
internal sealed record DemoLayout(string Directory, string PairSecret)
{
    public const string BalancerAddress = "127.0.0.10";
    public const int HttpPort = 8080;
    public const int PeerPort = 2011;
    public const int ServicePort = 9000;

    /// <summary>The demo's directory of this user, out of the way of other users'.</summary>
    public static string DefaultDirectory
    {
        get
        {
            var root = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
            return Path.Combine(string.IsNullOrEmpty(root) || !System.IO.Directory.Exists(root) ? "/tmp" : root, $"haconsole-demo-{Environment.UserName}");
        }
    }

    /// <summary>Processes of this demo, for the next start.</summary>
    public string ProcessFile => Path.Combine(Directory, "processes.json");

    /// <summary>Runtime socket of HAProxy.</summary>
    public string BalancerSocket => Path.Combine(Directory, "haproxy.sock");

    /// <summary>Configuration of HAProxy.</summary>
    public string BalancerFile => Path.Combine(Directory, "haproxy.cfg");

    /// <summary>A layout in that directory with a fresh secret.</summary>
    public static DemoLayout In(string directory) => new(Path.GetFullPath(directory), Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));

    /// <summary>127.0.0.11 or 127.0.0.12.</summary>
    public static string Address(int server) => $"127.0.0.{10 + server}";

    /// <summary>Data directory of a server.</summary>
    public string Data(int server) => Path.Combine(Directory, $"server{server}");

    /// <summary>Standard output of a process of the demo.</summary>
    public string Log(string name) => Path.Combine(Directory, name + ".log");

    /// <summary>What <c>haconsole run</c> is told by its environment: the documented keys, nothing else.</summary>
    public IReadOnlyDictionary<string, string> ServerEnvironment(int server) => new Dictionary<string, string>
    {
        ["Node__DataDirectory"] = Data(server),
        ["Node__LocalAddress"] = Address(server),
        ["Node__HttpPort"] = HttpPort.ToString(CultureInfo.InvariantCulture),
        ["Node__PeerPort"] = PeerPort.ToString(CultureInfo.InvariantCulture),
        ["Node__PairSecret"] = PairSecret,
        ["HotStandby__Enabled"] = "true",
        ["HotStandby__Server1Address"] = Address(1),
        ["HotStandby__Server2Address"] = Address(2),
        ["HotStandby__HeartbeatInterval"] = "1",
        ["HotStandby__HeartbeatTimeout"] = "0.5",
        ["HotStandby__FailuresToSwitch"] = "3",
        ["HotStandby__FrameworkRestartTime"] = "2",
        ["Services__0__Name"] = "sample",
        ["Services__0__Type"] = "process",
        ["Services__0__Command"] = DemoProgram.DotnetHost,
        ["Services__0__Arguments__0"] = DemoProgram.SampleService,
        ["Services__0__Arguments__1"] = "--port",
        ["Services__0__Arguments__2"] = ServicePort.ToString(CultureInfo.InvariantCulture),
        ["Services__0__StartTimeout"] = "10",
        ["Services__0__StopTimeout"] = "3",
    };

    /// <summary>Every address and port that must be free.</summary>
    public static IEnumerable<IPEndPoint> Listeners(bool withBalancer)
    {
        int[] ports = [HttpPort, PeerPort, ServicePort];
        foreach (var server in (int[])[1, 2])
        {
            foreach (var port in ports)
            {
                yield return new IPEndPoint(IPAddress.Parse(Address(server)), port);
            }
        }

        if (withBalancer)
        {
            yield return new IPEndPoint(IPAddress.Parse(BalancerAddress), HttpPort);
            yield return new IPEndPoint(IPAddress.Parse(BalancerAddress), ServicePort);
        }
    }

    /// <summary>One line for the first of them that cannot be listened on; null when all can.</summary>
    public static string? FirstProblem(bool withBalancer)
    {
        foreach (var endPoint in Listeners(withBalancer))
        {
            try
            {
                using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(endPoint);
                socket.Listen(1);
            }
            catch (SocketException e)
            {
                return e.SocketErrorCode == SocketError.AddressAlreadyInUse
                    ? $"{endPoint} is in use: end the program that listens there, or the demo that another user runs"
                    : $"{endPoint} cannot be listened on: {e.SocketErrorCode}";
            }
        }

        return null;
    }

    /// <summary>HAProxy asks each server <c>mod=FT</c> and sends everything to the one that answers ACTIVE.</summary>
    public string BalancerConfiguration() => $"""
        global
          stats socket {BalancerSocket} mode 600 level admin
          maxconn 500
        defaults
          mode http
          timeout connect 1s
          timeout client 30s
          timeout server 30s
          timeout tunnel 1h
          timeout check 450ms
          option redispatch
          default-server inter 500ms fall 1 rise 1 on-marked-down shutdown-sessions
        frontend sample
          bind {BalancerAddress}:{ServicePort}
          default_backend sample
        frontend console
          bind {BalancerAddress}:{HttpPort}
          default_backend console
        {Backend("sample", ServicePort)}
        {Backend("console", HttpPort)}

        """;

    private static string Backend(string name, int port) => $"""
        backend {name}
          option httpchk
          http-check send meth GET uri /IPSCFG/admin/monitor.aspx?mod=FT ver HTTP/1.1 hdr Host haconsole
          http-check expect string ACTIVE
          server server1 {Address(1)}:{port} check port {HttpPort}
          server server2 {Address(2)}:{port} check port {HttpPort}
        """;
}
