using System.Diagnostics;
using System.Globalization;
using HaConsole.Simulation;
using HaConsole.Simulation.Scenarios;

namespace HaConsole.Benchmarks;

/// <summary>How many hours of a healthy pair (H = 30 s, N = 5) one minute of one CPU simulates; the target is 100,000.</summary>
internal static class SimulationSpeed
{
    private const int Rounds = 5;
    private static readonly TimeSpan Simulated = TimeSpan.FromHours(10_000);

    public static void Run(TextWriter output)
    {
        var scenario = new Scenario { Name = "healthy pair", Duration = Simulated };
        Simulator.Run(scenario with { Duration = Simulated / 10 });
        for (var round = 1; round <= Rounds; round++)
        {
            var process = Process.GetCurrentProcess();
            var cpu = process.TotalProcessorTime;
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            Simulator.Run(scenario);
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            process.Refresh();
            var minutes = (process.TotalProcessorTime - cpu).TotalMinutes;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Simulated.TotalHours / minutes,12:N0} simulated hours per CPU minute, {allocated / (Simulated / scenario.Settings.HeartbeatInterval * 2):0.0} bytes per server tick"));
        }
    }
}
