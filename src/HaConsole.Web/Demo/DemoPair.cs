using System.Diagnostics;
using System.Runtime.Versioning;

namespace HaConsole.Web.Demo;

/// <summary>The running processes of the demo.</summary>
[SupportedOSPlatform("linux")]
internal sealed class DemoPair : IDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(15);

    private readonly DemoLayout layout;
    private readonly TimeProvider time;
    private readonly Process?[] servers = new Process?[2];
    private readonly DemoWatcher[] watchers;
    private readonly List<ProcessIdentity> known = [];
    private Process? balancer;

    public DemoPair(DemoLayout layout, TimeProvider time)
    {
        this.layout = layout;
        this.time = time;
        watchers = [new DemoWatcher(layout, 1, time), new DemoWatcher(layout, 2, time)];
    }

    /// <summary>HAProxy runs.</summary>
    public bool HasBalancer => balancer is not null;

    /// <summary>Process that a person sees as server 1 or 2.</summary>
    public int ServerProcess(int server) => servers[server - 1]?.Id ?? 0;

    /// <summary>Process in which the console and the engine of server 1 or 2 run.</summary>
    public int WorkerProcess(int server) => watchers[server - 1].Own?.ProcessId ?? 0;

    /// <summary>Number of the Active, 0 when there is none.</summary>
    public int Active => Array.FindIndex(watchers, x => x.Own?.Role == "Active") + 1;

    /// <summary>Starts both servers and HAProxy.</summary>
    public void Start()
    {
        Directory.CreateDirectory(layout.Directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Remember(Environment.ProcessId, "demo");
        for (var server = 1; server <= 2; server++)
        {
            var process = DemoProgram.Start([.. DemoProgram.Self, "run"], layout.Log($"server{server}"), layout.ServerEnvironment(server));
            servers[server - 1] = process;
            Remember(process.Id, $"server{server}");
        }

        if (DemoProgram.Haproxy is { } haproxy)
        {
            File.WriteAllText(layout.BalancerFile, layout.BalancerConfiguration());
            balancer = DemoProgram.Start([haproxy, "-db", "-f", layout.BalancerFile], layout.Log("haproxy"), new Dictionary<string, string>());
            Remember(balancer.Id, "haproxy");
        }
    }

    /// <summary>Waits for an Active whose services run; why there is none, or null.</summary>
    public async Task<string?> WaitUntilActiveAsync(CancellationToken cancel)
    {
        var begin = time.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), time);
        while (time.GetElapsedTime(begin) < StartPatience)
        {
            await Task.WhenAll(watchers.Select(x => x.AskAsync(cancel)));
            if (Active is var active and > 0 && watchers[active - 1].Own!.Services.All(x => x.State == "Running") && watchers[2 - active].Own?.Role == "Standby")
            {
                return null;
            }

            for (var server = 1; server <= 2; server++)
            {
                if (servers[server - 1]!.HasExited)
                {
                    return $"server #{server} ended by itself: {LastLine(layout.Log($"server{server}"))}";
                }
            }

            await timer.WaitForNextTickAsync(cancel);
        }

        return $"no server has become Active within {StartPatience.TotalSeconds:0} s; last line of server #1: {LastLine(layout.Log("server1"))}";
    }

    /// <summary>Shows every change until it is cancelled.</summary>
    public Task WatchAsync(TextWriter output, CancellationToken cancel) => Task.WhenAll(watchers.Select(x => x.WatchAsync(output, cancel)));

    /// <summary>Planned power-down: the Standby first, so that the Active has nobody to hand over to; then everything that may be left.</summary>
    public async Task StopAsync()
    {
        var active = Active == 2 ? 1 : 0;
        await StopAsync(balancer);
        await StopAsync(servers[1 - active]);
        await StopAsync(servers[active]);
        DemoLeftovers.Kill([.. known.Where(x => x.Name != "demo" && x.IsAlive).SelectMany(x => x.WithDescendants())]);
        if (Directory.Exists(layout.Directory))
        {
            Directory.Delete(layout.Directory, recursive: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var watcher in watchers)
        {
            watcher.Dispose();
        }

        foreach (var process in (Process?[])[.. servers, balancer])
        {
            process?.Dispose();
        }
    }

    private static async Task StopAsync(Process? process)
    {
        if (process is null || process.HasExited)
        {
            return;
        }

        var identity = ProcessIdentity.Of(process.Id, "");
        var tree = identity?.WithDescendants() ?? [];
        identity?.Signal("-TERM");
        identity?.Signal("-CONT");
        using var patience = new CancellationTokenSource(StopPatience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // It does not stop by itself, perhaps because somebody has stopped its worker with a signal.
            DemoLeftovers.Kill(tree);
        }
    }

    private void Remember(int id, string name)
    {
        if (ProcessIdentity.Of(id, name) is { } identity)
        {
            known.Add(identity);
            DemoLeftovers.Remember(layout, known);
        }
    }

    private static string LastLine(string file)
        => File.Exists(file) ? File.ReadLines(file).LastOrDefault(x => x.Length > 0) ?? "(nothing written)" : "(nothing written)";
}
