using System.Globalization;
using HaConsole.Failover;
using HaConsole.Simulation.Results;
using HaConsole.Simulation.Scenarios;

namespace HaConsole.Simulation.Tests;

/// <summary>Short words to write scenarios with.</summary>
internal static class Scenarios
{
    public static Fault At(double seconds, FaultKind kind, int server = 0) => new(TimeSpan.FromSeconds(seconds), kind) { Server = server };

    public static Fault Cut(double seconds, int from, int to) => new(TimeSpan.FromSeconds(seconds), FaultKind.Cut) { From = from, To = to };

    public static Fault Heal(double seconds, int from, int to) => new(TimeSpan.FromSeconds(seconds), FaultKind.Heal) { From = from, To = to };

    public static Fault Vip(double seconds, int to) => new(TimeSpan.FromSeconds(seconds), FaultKind.Vip) { To = to };

    public static Fault Switch(double seconds, int to, bool force = false) => new(TimeSpan.FromSeconds(seconds), FaultKind.Switch) { To = to, Force = force };

    public static Fault Loss(double seconds, double percent) => new(TimeSpan.FromSeconds(seconds), FaultKind.Loss) { Percent = percent };

    public static Scenario Hour(params Fault[] faults) => new()
    {
        Duration = TimeSpan.FromHours(1),
        Settings = new ScenarioSettings { TickPhase2 = TimeSpan.FromSeconds(7) },
        Faults = faults,
    };

    public static Scenario With(this Scenario scenario, Func<ScenarioSettings, ScenarioSettings> change)
        => scenario with { Settings = change(scenario.Settings) };

    public static SimulationResult Run(this Scenario scenario) => Simulator.Run(scenario, timeline: true);

    /// <summary>When a server took a role first; fails when it never did.</summary>
    public static double When(this SimulationResult result, int server, Role role)
        => (result.RoleChanges.FirstOrDefault(c => c.Server == server && c.Role == role)
            ?? throw new InvalidOperationException($"server {server} never became {role}:\n{ResultWriter.Text(result)}")).At.TotalSeconds;

    public static int Row(this SimulationResult result, int server, Role role)
        => result.RoleChanges.First(c => c.Server == server && c.Role == role).Row;

    /// <summary>The roles at the end: A, S, – (does not run) or the first letter.</summary>
    public static string Ends(this SimulationResult result) => $"{Letter(result.Final1)}{Letter(result.Final2)}";

    public static string Text(this double value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Letter(Role? role) => role is { } known ? known.ToString()[..1] : "-";
}
