using System.Net;
using System.Net.Sockets;
using HaConsole.EndToEnd.Tests.Harness;

namespace HaConsole.EndToEnd.Tests.Scenarios;

/// <summary>Wrong input of every kind into the real program: an exit code, and one line that names the key and what is legal.</summary>
[Collection(Serial.Name)]
public sealed class BadInputScenarios : IDisposable
{
    private const int Failure = 1;
    private const int NoActive = 3;
    private const int Usage = 64;
    private const int Invalid = 65;

    private readonly LoopbackNetwork network = new();
    private readonly string directory = Directory.CreateTempSubdirectory("hcb-").FullName;

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Theory]
    [InlineData("Node:LocalAddress=10.1.1", "Node:LocalAddress is 10.1.1; it must be an IP address")]
    [InlineData("HotStandby:Server1Address=server-one", "HotStandby:Server1Address is server-one; it must be an IP address")]
    [InlineData("HotStandby:Server2Address=", "HotStandby:Server2Address is empty; it must be an IP address")]
    [InlineData("HotStandby:Server2Address={1}", "it must differ from HotStandby:Server1Address")]
    [InlineData("HotStandby:VipAddress=vip", "HotStandby:VipAddress is vip; it must be an IP address")]
    [InlineData("HotStandby:TestVipDestination=true", "HotStandby:VipAddress is empty; it must be an IP address while HotStandby:TestVipDestination is true")]
    [InlineData("HotStandby:HeartbeatTimeout=30", "HotStandby:HeartbeatTimeout is 30; it must be below HotStandby:HeartbeatInterval (30)")]
    [InlineData("HotStandby:HeartbeatInterval=0.01", "HotStandby:HeartbeatInterval is 0.01; it must be 0.02 … 3600 seconds")]
    [InlineData("HotStandby:HeartbeatInterval=soon", "HotStandby:HeartbeatInterval is soon; it must be a decimal number")]
    [InlineData("HotStandby:FailuresToSwitch=0", "HotStandby:FailuresToSwitch is 0; it must be 1 … 100")]
    [InlineData("HotStandby:FailuresToSwitch=2.5", "HotStandby:FailuresToSwitch is 2.5; it must be a whole number")]
    [InlineData("HotStandby:HeartbeatIntervall=1", "HotStandby:HeartbeatIntervall is not a known key; did you mean HeartbeatInterval?")]
    [InlineData("Node:HttpPort=65536", "Node:HttpPort is 65536; it must be 1 … 65535")]
    [InlineData("Node:PeerPort=peer", "Node:PeerPort is peer; it must be a whole number")]
    [InlineData("Node:PairSecret=short", "PairSecret has 5 characters; it must have 16 or more")]
    [InlineData("Services:0:Name=cti", "Services:0:Command is empty")]
    public async Task A_wrong_configuration_stops_the_start(string setting, string expected)
        => IsOneLine(Invalid, expected, await RunAsync(["--" + setting.Replace("{1}", network.Address(1), StringComparison.Ordinal)]));

    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once()
    {
        var result = await RunAsync(["--Node:HttpPort=0", "--Node:LocalAddress=here", "--HotStandby:FailuresToSwitch=0", "--HotStandby:Bogus=1"]);
        foreach (var key in (string[])["Node:HttpPort is", "Node:LocalAddress is", "HotStandby:FailuresToSwitch is", "HotStandby:Bogus is"])
        {
            IsOneLine(Invalid, key, result);
        }
    }

    [Theory]
    [InlineData(Usage, "must be one of run, demo", "swich")]
    [InlineData(Usage, "--to: must be 1 or 2, not '3'", "switch", "--to", "3")]
    [InlineData(Usage, "--to", "switch")]
    [InlineData(Usage, "--for: must be a duration", "pause", "--for", "soon")]
    [InlineData(Usage, "--server: must be 1 or 2", "maintenance", "on", "--server", "0")]
    [InlineData(Usage, "--format: must be text or json", "status", "--format", "xml")]
    [InlineData(Usage, "must be KEY=VALUE", "settings", "set", "HotStandby:HeartbeatTimeout")]
    [InlineData(Usage, "must be CODE@ADDRESS", "pair", "1234")]
    [InlineData(Failure, "no server runs with data directory", "status")]
    [InlineData(Failure, "no server runs with data directory", "switch", "--to", "2")]
    [InlineData(Failure, "no server runs with data directory", "settings", "get")]
    [InlineData(Failure, "no server runs with data directory", "healthcheck")]
    [InlineData(Failure, "nowhere.json", "settings", "validate", "nowhere.json")]
    [InlineData(Failure, "nowhere.json", "simulate", "nowhere.json")]
    [InlineData(Invalid, "nowhere.json", "run", "--config", "nowhere.json")]
    public async Task A_wrong_command_is_refused(int code, string expected, params string[] words)
        => IsOneLine(code, expected, await Shell.RunAsync([Programs.Dotnet, Programs.HaConsole, .. words, "--data-directory", directory]));

    [Theory]
    [InlineData("settings validate", """{ "format": 99, "hotStandby": { "quantumInterval": 1 } }""", "Format: the settings in this file have Format 99, made by a newer version; this version reads Format 1 … 3")]
    [InlineData("settings validate", """{ "format": 1, "hotStandby": { "heartbeatInterval": 0.01 } }""", "HotStandby:HeartbeatInterval is 0.01; it must be 0.02 … 3600")]
    [InlineData("settings validate", """{ "format": 1, """, "not JSON")]
    [InlineData("simulate", """{ "name": "x", "duration": 60, "faults": [ { "at": 1, "fault": "explode", "server": 1 } ] }""", "$.faults[0].fault: \"explode\" is not a known fault (crash, restart")]
    [InlineData("simulate", """{ "name": "x", "duration": "long" }""", "$.duration")]
    public async Task A_wrong_file_is_refused(string verb, string content, string expected)
    {
        var file = Path.Combine(directory, "file.json");
        File.WriteAllText(file, content);
        IsOneLine(Invalid, expected, await Shell.RunAsync([Programs.Dotnet, Programs.HaConsole, .. verb.Split(' '), file]));
    }

    [Theory]
    [InlineData("Node:HttpPort", 8080)]
    [InlineData("Node:PeerPort", 2011)]
    public async Task A_port_in_use_stops_the_start(string key, int port)
    {
        using var other = new TcpListener(IPAddress.Parse(network.Address(1)), port);
        other.Start();

        var result = await RunAsync([]);

        IsOneLine(Failure, key, result);
        Assert.Contains("in use", result.Error, StringComparison.Ordinal);
        Assert.Contains($"{port}", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_whose_address_is_that_of_no_server_answers_Standby_and_says_why()
    {
        await using var server = Server(1, "a secret of this pair");
        server.Environment["Node__LocalAddress"] = network.Address(3);
        server.Start();
        ServerView? view = null;
        await Eventually.TrueAsync("it runs as Standby", async () => (view = await server.LookAsync()) is { Role: "Standby" }, () => $"{view}{server.Log}");

        using var http = new HttpClient();
        Assert.Equal("STANDBY", await http.GetStringAsync(new Uri($"http://{network.Address(3)}:8080/IPSCFG/admin/monitor.aspx?mod=FT")));
        var status = await server.VerbAsync("status");
        Assert.Equal(NoActive, status.ExitCode);
        Assert.Contains($"Node:LocalAddress is {network.Address(3)}; it must be HotStandby:Server1Address ({network.Address(1)})", status.Output, StringComparison.Ordinal);
        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task A_running_server_refuses_wrong_settings_and_keeps_its_own()
    {
        await using var server = Server(1, "a secret of this pair");
        server.Start();
        await Eventually.TrueAsync("it runs", async () => await server.LookAsync() is not null, () => server.Log);
        var before = await server.MustAsync("settings", "export");
        var newer = Path.Combine(directory, "newer.json");
        File.WriteAllText(newer, before.Replace("\"format\": 1", "\"format\": 4", StringComparison.Ordinal));

        IsOneLine(Invalid, "made by a newer version; this version reads Format 1 … 3", await server.VerbAsync("settings", "import", newer));
        IsOneLine(Invalid, "HotStandby:HeartbeatTimeout is 31; it must be below", await server.VerbAsync("settings", "set", "HotStandby:HeartbeatTimeout=31"));
        IsOneLine(Invalid, "HotStandby:FailuresToSwitch is 101; it must be 1 … 100", await server.VerbAsync("settings", "set", "HotStandby:HoldHours=1", "HotStandby:FailuresToSwitch=101"));
        IsOneLine(Invalid, "HotStandby:Hartbeat", await server.VerbAsync("settings", "set", "HotStandby:Hartbeat=1"));
        IsOneLine(Invalid, "Node:LocalAddress", await server.VerbAsync("settings", "set", $"HotStandby:Server1Address={network.Address(4)}"));
        IsOneLine(Failure, "the data directory", await RunAsync([], server.Data));

        Assert.Equal(before, await server.MustAsync("settings", "export"));
    }

    [Fact]
    public async Task A_server_with_another_secret_is_refused_and_both_say_so()
    {
        await using var first = Server(1, "a secret of this pair");
        await using var second = Server(2, "a secret of another pair");
        first.Start();
        second.Start();

        foreach (var server in (HaServer[])[first, second])
        {
            await Eventually.TrueAsync("the other secret is told", () => InvariantAudit.Read(server.Data).Any(x => x.Kind == "peer-other-secret"));
            Assert.NotEqual("Connected", (await server.LookAsync())!.Link);
        }

        Assert.Contains(InvariantAudit.Read(first.Data), x => x.Kind == "peer-other-secret" && x.Sentence.Contains("Node:PairSecret must be the same on both", StringComparison.Ordinal));
    }

    private static void IsOneLine(int code, string expected, ShellResult result)
    {
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.Equal(code, result.ExitCode);
    }

    private Dictionary<string, string> Settings(int server) => new()
    {
        ["Node__LocalAddress"] = network.Address(server),
        ["HotStandby__Enabled"] = "true",
        ["HotStandby__Server1Address"] = network.Address(1),
        ["HotStandby__Server2Address"] = network.Address(2),
    };

    private HaServer Server(int server, string secret)
    {
        var data = Directory.CreateDirectory(Path.Combine(directory, $"server{server}")).FullName;
        var settings = Settings(server);
        settings["Node__DataDirectory"] = data;
        settings["Node__PairSecret"] = secret;
        return new HaServer(network, server, data, settings);
    }

    /// <summary><c>haconsole run</c> of server 1, with these arguments too, to its end.</summary>
    private Task<ShellResult> RunAsync(IReadOnlyList<string> arguments, string? data = null)
    {
        var settings = Settings(1).Select(x => $"--{x.Key.Replace("__", ":", StringComparison.Ordinal)}={x.Value}");
        return Shell.RunAsync([Programs.Dotnet, Programs.HaConsole, "run", .. settings, .. arguments, "--data-directory", data ?? Path.Combine(directory, "data")]);
    }
}
