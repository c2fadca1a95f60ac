using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace HaConsole.EndToEnd.Tests.Harness;

/// <summary>One answer: its HTTP status (0: none), the seconds it took, and when it came (seconds since the clients started).</summary>
internal sealed record BalancerAnswer(int Status, double Took, double At);

/// <summary>Patient clients of a load balancer: each sends one request after the other, with curl, and counts what is not 200.</summary>
internal sealed class BalancerClients : IAsyncDisposable
{
    private readonly ConcurrentQueue<BalancerAnswer> answers = new();
    private readonly List<Process> processes = [];
    private readonly List<Task> reading = [];
    private readonly long begin = Stopwatch.GetTimestamp();

    public BalancerClients(string networkNamespace, string url, int count = 4)
    {
        for (var i = 0; i < count; i++)
        {
            var script = $"while :; do curl -s -o /dev/null -m 20 -w '%{{http_code}} %{{time_total}}\\n' {url}; sleep 0.01; done";
            var process = Process.Start(Shell.StartInfo(["ip", "netns", "exec", networkNamespace, "sh", "-c", script]))!;
            processes.Add(process);
            reading.Add(ReadAsync(process));
        }
    }

    /// <summary>All answers so far.</summary>
    public IReadOnlyList<BalancerAnswer> Answers => [.. answers];

    /// <summary>How many were served.</summary>
    public int Served => answers.Count(a => a.Status == 200);

    /// <summary>Longest time between two answers that were served, of all clients together.</summary>
    public double LongestGap()
    {
        var times = answers.Where(a => a.Status == 200).Select(a => a.At).Order().ToList();
        return times.Count < 2 ? double.PositiveInfinity : times.Zip(times.Skip(1), (a, b) => b - a).Max();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes)
        {
            process.Kill(entireProcessTree: true);
        }

        await Task.WhenAll(reading);
        processes.ForEach(p => p.Dispose());
    }

    private async Task ReadAsync(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Split(' ') is [var status, var took])
            {
                answers.Enqueue(new BalancerAnswer(int.Parse(status, CultureInfo.InvariantCulture), double.Parse(took, CultureInfo.InvariantCulture), Stopwatch.GetElapsedTime(begin).TotalSeconds));
            }
        }
    }
}
