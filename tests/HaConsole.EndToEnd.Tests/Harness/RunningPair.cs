using System.Globalization;
using System.Security.Cryptography;

namespace HaConsole.EndToEnd.Tests.Harness;

/// <summary>What a scenario needs other than usual.</summary>
internal sealed record PairOptions
{
    /// <summary>More arguments of the sample service.</summary>
    public IReadOnlyList<string> ServiceArguments { get; init; } = [];

    /// <summary>
    /// For scenarios in which nobody takes over from a dead Active: a machine that is too busy for a second must not look dead in them.
    /// </summary>
    public static PairOptions Calm { get; } = new() { Interval = TimeSpan.FromSeconds(1) };

    /// <summary>More settings of both servers, as environment variables.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>H; T is three quarters of it, up to 0.5 s.</summary>
    public TimeSpan Interval { get; init; } = RunningPair.Interval;

    /// <summary>The pair is made by a one-time code, without a secret.</summary>
    public bool PairByCode { get; init; }

    /// <summary>The pair secret is in a configuration file of each server, not in its environment.</summary>
    public bool SecretInFile { get; init; }

    /// <summary>A second cable from server to server, and the settings that each of them has for it (root).</summary>
    public Func<int, IReadOnlyDictionary<string, string>>? Cable { get; init; }

    /// <summary>On loopback addresses, where a browser of this machine reaches them; links cannot be cut.</summary>
    public bool Loopback { get; init; }
    /// <summary>Each server has its embedded database. Default off: the pair does not need it, and it costs time.</summary>
    public bool Database { get; init; }

    /// <summary>A file set, at the same path on both servers but each with a directory of its own there (root).</summary>
    public bool FileSet { get; init; }

    /// <summary>Data directories on small file systems of their own (root).</summary>
    public bool SmallDisk { get; init; }
}

/// <summary>Two real servers with the sample service, a client that watches it, and the audit at the end.</summary>
internal sealed class RunningPair : IAsyncDisposable
{
    public const int ServicePort = 9000;
    public const int HttpPort = 8080;

    /// <summary>H where the scenario says nothing else.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    /// <summary>N of all scenarios.</summary>
    public const int Failures = 3;

    /// <summary>What a busy machine adds to a loop turn.</summary>
    private static readonly TimeSpan Lateness = TimeSpan.FromSeconds(1);

    private readonly string directory = Directory.CreateTempSubdirectory("hce-").FullName;
    private readonly List<Span> cuts = [];
    private readonly List<string> mounts = [];
    private readonly HaServer[] servers = new HaServer[2];
    private readonly PairOptions options;
    private DateTimeOffset? cutSince;

    private RunningPair(PairNetwork network, PairOptions options)
    {
        Network = network;
        this.options = options;
    }

    /// <summary>Where they live.</summary>
    public PairNetwork Network { get; }

    /// <summary>The client.</summary>
    public ClientPoller Client { get; private set; } = null!;

    /// <summary>Both servers.</summary>
    public IReadOnlyList<HaServer> Servers => servers;

    /// <summary>Starts both and waits until they are a healthy pair.</summary>
    public static async Task<RunningPair> StartAsync(PairOptions? options = null)
    {
        var pair = new RunningPair(options is { Loopback: true } ? new LoopbackNetwork() : await PairNetwork.CreateAsync(), options ?? new PairOptions());
        try
        {
            if (pair is { options.Cable: not null, Network: NamespaceNetwork network })
            {
                await network.AddCableAsync();
            }

            await pair.PrepareAsync();
            pair.servers[0].Start();
            pair.servers[1].Start();
            if (pair.options.PairByCode)
            {
                await pair.JoinAsync(pair.servers[1]);
            }

            await pair.SettledAsync();
            pair.Client = new ClientPoller(pair.Network, ServicePort);
            return pair;
        }
        catch
        {
            await pair.DisposeAsync();
            throw;
        }
    }

    /// <summary>The server that is Active now.</summary>
    public async Task<HaServer> ActiveAsync() => await IsAsync(servers[0], "Active") ? servers[0] : servers[1];

    /// <summary>The other one.</summary>
    public HaServer Other(HaServer server) => servers[2 - server.Number];

    /// <summary>Joins a server that has just been started by a one-time code of the other one.</summary>
    public async Task JoinAsync(HaServer server)
    {
        var other = Other(server);
        await BecomesAsync(other, _ => true, "running");
        await BecomesAsync(server, _ => true, "running");
        var code = await other.MustAsync("pair");
        await server.MustAsync("pair", $"{code}@{Network.Address(other.Number)}");
    }

    /// <summary>Writes the pair secret into the configuration file of a server; it counts when its worker starts next.</summary>
    public void WriteSecret(HaServer server, string secret)
    {
        server.ConfigurationFile = Path.Combine(directory, $"server{server.Number}.json");
        File.WriteAllText(server.ConfigurationFile, $$"""{ "Node": { "PairSecret": "{{secret}}" } }""");
    }

    /// <summary>One is Active and serves, the other a healthy Standby, and they hear each other.</summary>
    public async Task SettledAsync()
    {
        ServerView? a = null, b = null;
        await Eventually.TrueAsync("one Active and one Standby", async () =>
        {
            a = await servers[0].LookAsync();
            b = await servers[1].LookAsync();
            return IsPair(a, b) || IsPair(b, a);
        }, () => $"{a}; {b}{Logs}");

        static bool IsPair(ServerView? active, ServerView? standby)
            => active is { Role: "Active", ServicesRun: true, PeerRole: "Standby", PeerHealth: "Healthy", Link: "Connected" }
                && standby is { Role: "Standby", PeerRole: "Active", PeerHealth: "Healthy", Link: "Connected" };
    }

    /// <summary>That server becomes Active and its services run.</summary>
    public Task ServesAsync(HaServer server) => BecomesAsync(server, x => x is { Role: "Active", ServicesRun: true }, "Active with running services");

    /// <summary>That server becomes Standby.</summary>
    public Task StandsByAsync(HaServer server) => BecomesAsync(server, x => x.Role == "Standby", "Standby");

    /// <summary>Waits until the server says so.</summary>
    public async Task BecomesAsync(HaServer server, Func<ServerView, bool> condition, string what)
    {
        ServerView? last = null;
        await Eventually.TrueAsync($"server {server.Number} is {what}", async () => (last = await server.LookAsync()) is not null && condition(last), () => $"{last}{Logs}");
    }

    /// <summary>From here until <see cref="MessagesPass"/> the audit forgives two Actives.</summary>
    public void MessagesLost() => cutSince = DateTimeOffset.UtcNow;

    /// <summary>Messages pass again.</summary>
    public void MessagesPass()
    {
        cuts.Add(new Span(cutSince!.Value, DateTimeOffset.UtcNow));
        cutSince = null;
    }

    /// <summary>Ends the client and checks the invariants in both journals and in what the client saw.</summary>
    public async Task<(PollerReport Client, InvariantAudit Audit)> AuditAsync()
    {
        await SettledAsync();
        var report = await Client.FinishAsync();
        var audit = new InvariantAudit(
            servers.SelectMany(x => InvariantAudit.Read(x.Data)),
            servers.ToDictionary(x => x.Number, x => x.Deaths));
        var violations = audit.Violations(((Failures + 1) * options.Interval) + Timeout + Lateness, cuts, DateTimeOffset.UtcNow);
        Assert.True(violations.Count == 0, string.Join('\n', violations) + Logs);
        Assert.NotEmpty(audit.Activations);
        return (report, audit);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Client is not null)
        {
            await Client.DisposeAsync();
        }

        foreach (var server in servers.Where(x => x is not null))
        {
            await server.DisposeAsync();
        }

        await Leftovers.EndDatabasesAsync(directory);
        foreach (var mount in mounts)
        {
            await Shell.RunAsync("umount", "--lazy", mount);
        }

        await Network.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    /// <summary>Where a server's files of the set really are.</summary>
    public string FilesOf(HaServer server) => Path.Combine(directory, $"files{server.Number}");

    private string SetPath => Path.Combine(directory, "set");

    private TimeSpan Timeout => TimeSpan.FromSeconds(Math.Min(options.Interval.TotalSeconds * 0.75, 0.5));

    private string Logs => string.Concat(servers.Select(x => $"\n--- server {x.Number}\n{x.Log}"));

    private static async Task<bool> IsAsync(HaServer server, string role) => (await server.LookAsync())?.Role == role;

    private async Task PrepareAsync()
    {
        var secret = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        for (var server = 1; server <= 2; server++)
        {
            var data = Directory.CreateDirectory(Path.Combine(directory, $"server{server}")).FullName;
            if (options.SmallDisk)
            {
                await Shell.MustAsync("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", data);
                mounts.Add(data);
            }

            servers[server - 1] = new HaServer(Network, server, data, Settings(server, data, options is { PairByCode: false, SecretInFile: false } ? secret : ""));
            if (options.FileSet)
            {
                // What runs in a network namespace has mounts of its own: both see the same path, and each its own files.
                Directory.CreateDirectory(SetPath);
                servers[server - 1].Wrapper = ["sh", "-c", $"mount --bind '{Directory.CreateDirectory(FilesOf(servers[server - 1])).FullName}' '{SetPath}' && exec \"$@\"", "sh"];
            }

            if (options.SecretInFile)
            {
                WriteSecret(servers[server - 1], secret);
            }
        }
    }

    private Dictionary<string, string> Settings(int server, string data, string secret)
    {
        var settings = new Dictionary<string, string>
        {
            ["Node__DataDirectory"] = data,
            ["Node__LocalAddress"] = Network.Address(server),
            ["Node__HttpPort"] = HttpPort.ToString(CultureInfo.InvariantCulture),
            ["HotStandby__Enabled"] = "true",
            ["HotStandby__Server1Address"] = Network.Address(1),
            ["HotStandby__Server2Address"] = Network.Address(2),
            ["HotStandby__HeartbeatInterval"] = options.Interval.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            ["HotStandby__HeartbeatTimeout"] = Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            ["HotStandby__FailuresToSwitch"] = Failures.ToString(CultureInfo.InvariantCulture),
            ["HotStandby__FrameworkRestartTime"] = "0",
            ["Services__0__Name"] = "sample",
            ["Services__0__Type"] = "process",
            ["Services__0__Command"] = Programs.Dotnet,
            ["Services__0__StartTimeout"] = "10",
            ["Services__0__StopTimeout"] = "1",
        };
        if (options.FileSet)
        {
            settings["FileSets__0__Name"] = "site";
            settings["FileSets__0__Path"] = SetPath;
        }

        foreach (var (key, value) in options.Settings)
        {
            settings[key] = value;
        }

        if (secret.Length > 0)
        {
            settings["Node__PairSecret"] = secret;
        }

        if (!options.Database)
        {
            settings["Database__ConnectionString"] = "Host=/nonexistent;Username=nobody;Database=none";
        }

        string[] arguments = [Programs.SampleService, "--port", ServicePort.ToString(CultureInfo.InvariantCulture), .. options.ServiceArguments];
        for (var i = 0; i < arguments.Length; i++)
        {
            settings[$"Services__0__Arguments__{i}"] = arguments[i];
        }

        foreach (var (key, value) in options.Settings)
        {
            settings[key] = value;
        }

        foreach (var (key, value) in options.Cable?.Invoke(server) ?? new Dictionary<string, string>())
        {
            settings[key] = value;
        }

        for (var i = 0; i < Network.LanTargets.Count; i++)
        {
            settings[$"Node__LanTargets__{i}"] = Network.LanTargets[i];
        }

        return settings;
    }
}
