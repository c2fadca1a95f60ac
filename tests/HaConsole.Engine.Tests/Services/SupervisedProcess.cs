using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Tests.Services;

/// <summary>A real supervisor with its worker, and what the worker says.</summary>
internal sealed class SupervisedProcess : IDisposable
{
    private readonly Process process;
    private readonly ConcurrentQueue<string> lines = new();
    private readonly ConcurrentQueue<string> errors = new();

    internal SupervisedProcess(Bench bench, IReadOnlyList<ServiceDefinition> services, double leaseMilliseconds = 20_000, bool active = true)
    {
        bench.Write("services.json", JsonSerializer.Serialize(services));
        if (active)
        {
            bench.Write("active", "");
        }

        var program = Path.Combine(AppContext.BaseDirectory, "HaConsole.Engine.Tests.SupervisedWorker");
        var lease = leaseMilliseconds.ToString(CultureInfo.InvariantCulture);
        process = new Process
        {
            StartInfo = new ProcessStartInfo(program, ["supervise", bench.Root, lease]) { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        process.OutputDataReceived += (_, line) => lines.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => errors.Enqueue(line.Data ?? "");
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    internal int Id => process.Id;

    internal bool Ended => process.HasExited;

    internal int ExitCode => process.ExitCode;

    internal string Output => string.Join('\n', lines.Concat(errors));

    /// <summary>Process numbers of all workers so far.</summary>
    internal List<int> Workers => [.. lines.Where(line => line.StartsWith("worker ", StringComparison.Ordinal)).Select(line => int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture))];

    /// <summary>Reports of the newest worker.</summary>
    internal List<string> Reports => [.. lines.Reverse().TakeWhile(line => !line.StartsWith("worker ", StringComparison.Ordinal)).Reverse().Where(line => line.StartsWith("report ", StringComparison.Ordinal))];

    /// <summary>What the newest report says of the guard: whether the supervisor stands still, and the kinds of its notes.</summary>
    internal string Guard => lines.LastOrDefault(line => line.StartsWith("guard ", StringComparison.Ordinal)) ?? "";

    internal string LastState => Reports.LastOrDefault()?.Split(' ')[1] ?? "";

    internal Task UntilState(string state) => Bench.Until(() => LastState == state, $"{state}: {Output}");

    /// <summary>Process of the first service by the newest report; 0 when it has none.</summary>
    internal int ServiceId => Reports.LastOrDefault()?.Split(' ') is { Length: > 2 } words && int.TryParse(words[2].Split('/')[1], out var pid) ? pid : 0;

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
    }
}
