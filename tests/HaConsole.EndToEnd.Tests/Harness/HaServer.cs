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
internal sealed class HaServer(PairNetwork network, int server, string data, IReadOnlyDictionary<string, string> environment) : IAsyncDisposable
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
        var start = Shell.StartInfo([.. network.Prefix(server), Programs.Dotnet, Programs.HaConsole, "run"]);
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

    /// <summary>Calls its API by the control socket; the HTTP status.</summary>
    public async Task<int> PostAsync(string path, string json)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("http://localhost" + path), body);
        return (int)answer.StatusCode;
    }

    /// <summary>Runs a verb of the command line against it.</summary>
    public Task<ShellResult> VerbAsync(params IReadOnlyList<string> arguments)
        => Shell.RunAsync([.. network.Prefix(server), Programs.Dotnet, Programs.HaConsole, .. arguments, "--data-directory", data]);

    /// <summary>kill -9 of the process that a person sees.</summary>
    public async Task KillAsync()
    {
        deaths.Add(DateTimeOffset.UtcNow);
        Shell.Signal(Supervisor, Shell.SigKill);
        await ExitedAsync();
    }

    /// <summary>SIGTERM; the exit code.</summary>
    public async Task<int> StopAsync()
    {
        Shell.Signal(Supervisor, Shell.SigTerm);
        await ExitedAsync();
        deaths.Add(DateTimeOffset.UtcNow);
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
