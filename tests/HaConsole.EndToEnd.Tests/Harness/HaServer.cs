using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace HaConsole.EndToEnd.Tests.Harness;

/// <summary>What a server says of itself.</summary>
internal sealed record ServerView(string Role, string Health, long Epoch, int Worker, string PeerRole, string PeerHealth, string Link, IReadOnlyList<ServiceView> Services)
{
    /// <summary>All managed services run.</summary>
    public bool ServicesRun => Services.Count > 0 && Services.All(x => x.State == "Running");
}

/// <summary>A managed service.</summary>
internal sealed record ServiceView(string Name, string State, int Restarts, int Process);

/// <summary>One real <c>haconsole run</c>.</summary>
internal sealed class HaServer(PairNetwork network, int server, string data, IDictionary<string, string> environment) : IAsyncDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    private readonly StringBuilder log = new();
    private readonly HttpClient client = ControlClient(Path.Combine(data, "control.sock"));
    private readonly List<DateTimeOffset> deaths = [];
    private Process? process;

    /// <summary>1 or 2.</summary>
    public int Number => server;

    /// <summary>Its data directory.</summary>
    public string Data => data;

    /// <summary>Its configuration as environment variables; a change counts from the next start on.</summary>
    public IDictionary<string, string> Environment => environment;

    /// <summary>Configuration file that it is started with (<c>--config</c>); null for none.</summary>
    public string? ConfigurationFile { get; set; }

    /// <summary>What stands before its command line; a change counts from the next start on.</summary>
    public IReadOnlyList<string> Wrapper { get; set; } = [];

    /// <summary>The process that a person sees.</summary>
    public int Supervisor => process!.Id;

    /// <summary>When its processes were killed or had stopped.</summary>
    public IReadOnlyList<DateTimeOffset> Deaths => deaths;

    /// <summary>Exit code of the last run.</summary>
    public int ExitCode => process!.ExitCode;

    /// <summary>Everything that it has printed.</summary>
    public string Log
    {
        get
        {
            lock (log)
            {
                return log.ToString();
            }
        }
    }

    /// <summary>Starts it; returns at once.</summary>
    public void Start()
    {
        process?.Dispose();
        string[] file = ConfigurationFile is null ? [] : ["--config", ConfigurationFile];
        var start = Shell.StartInfo([.. network.Prefix(server), .. Wrapper, Programs.Dotnet, Programs.HaConsole, "run", .. file]);
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
    }

    /// <summary>Its status by the control socket; null while it does not answer.</summary>
    public async Task<ServerView?> LookAsync()
    {
        try
        {
            using var document = JsonDocument.Parse(await client.GetByteArrayAsync(new Uri("http://localhost/api/v1/status")));
            return View(document.RootElement);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or JsonException or IOException)
        {
            return null;
        }
    }

    /// <summary>Its whole status by the control socket; it must run.</summary>
    public async Task<JsonDocument> StatusAsync() => JsonDocument.Parse(await client.GetByteArrayAsync(new Uri("http://localhost/api/v1/status")));

    /// <summary>The highest epoch of both servers, as this one knows it.</summary>
    public async Task<long> PairEpochAsync()
    {
        using var status = await StatusAsync();
        return status.RootElement.GetProperty("servers").EnumerateArray().Max(x => x.GetProperty("epoch").GetInt64());
    }

    /// <summary>Calls its API by the control socket; the HTTP status.</summary>
    public async Task<int> PostAsync(string path, string json)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("http://localhost" + path), body);
        return (int)answer.StatusCode;
    }

    /// <summary>What its API answers by the control socket; null while it does not answer.</summary>
    public async Task<string?> GetAsync(string path)
    {
        try
        {
            return await client.GetStringAsync(new Uri("http://localhost" + path));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
        {
            return null;
        }
    }

    /// <summary>Runs a verb of the command line against it.</summary>
    public Task<ShellResult> VerbAsync(params IReadOnlyList<string> arguments)
        => Shell.RunAsync([.. network.Prefix(server), Programs.Dotnet, Programs.HaConsole, .. arguments, "--data-directory", data]);

    /// <summary>Runs a verb of the command line against it, which must succeed; what it printed.</summary>
    public async Task<string> MustAsync(params IReadOnlyList<string> arguments)
    {
        var result = await VerbAsync(arguments);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)}: {result.ExitCode} {result.Error}{result.Output}");
        return result.Output.Trim();
    }

    /// <summary>Runs a verb of the command line against it, which ends it, and must succeed.</summary>
    public async Task EndAsync(params IReadOnlyList<string> arguments)
    {
        await MustAsync(arguments);
        await EndedAsync();
    }

    /// <summary>Returns when it has ended by itself.</summary>
    public async Task EndedAsync()
    {
        await ExitedAsync();
        deaths.Add(DateTimeOffset.UtcNow);
    }

    /// <summary>kill -9 of the process that a person sees.</summary>
    public async Task KillAsync()
    {
        deaths.Add(DateTimeOffset.UtcNow);
        Shell.Signal(Supervisor, Shell.SigKill);
        await ExitedAsync();
    }

    /// <summary>kill -9 of it and of everything that it has started.</summary>
    public async Task KillTreeAsync()
    {
        deaths.Add(DateTimeOffset.UtcNow);
        process!.Kill(entireProcessTree: true);
        await ExitedAsync();
    }

    /// <summary>SIGTERM; the exit code.</summary>
    public async Task<int> StopAsync()
    {
        Shell.Signal(Supervisor, Shell.SigTerm);
        await EndedAsync();
        return ExitCode;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            process.Kill(entireProcessTree: true);
            await ExitedAsync();
        }

        process?.Dispose();
        client.Dispose();
    }

    private static ServerView View(JsonElement root)
    {
        JsonElement own = default, peer = default;
        foreach (var element in root.GetProperty("servers").EnumerateArray())
        {
            if (element.GetProperty("local").GetBoolean())
            {
                own = element;
            }
            else
            {
                peer = element;
            }
        }

        var services = own.GetProperty("services").EnumerateArray().Select(x => new ServiceView(
            x.GetProperty("name").GetString()!, x.GetProperty("state").GetString()!, x.GetProperty("restarts").GetInt32(), Number(x, "processId")));
        return new ServerView(
            own.GetProperty("role").GetString()!,
            own.GetProperty("health").GetString()!,
            own.GetProperty("epoch").GetInt64(),
            Number(own, "processId"),
            Text(peer, "role"),
            Text(peer, "health"),
            root.GetProperty("peerLink").GetProperty("state").GetString()!,
            [.. services]);

        static int Number(JsonElement element, string name)
            => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : 0;

        static string Text(JsonElement element, string name)
            => element.ValueKind == JsonValueKind.Object ? element.GetProperty(name).GetString()! : "";
    }

    private static HttpClient ControlClient(string path) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (_, cancel) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    })
    { Timeout = AnswerTimeout };

    private void Keep(string? line)
    {
        lock (log)
        {
            log.AppendLine(line);
        }
    }

    private Task ExitedAsync() => Eventually.TrueAsync($"server {server} ends", () => process!.HasExited);
}
