using HaConsole.Engine.Services;
using HaConsole.Simulation.Cli;
using HaConsole.Web.Demo;
using HaConsole.Web.Hosting;

namespace HaConsole.Web;

/// <summary>
/// What the command line is put together from. One place where the product is composed, so that verbs, host and tests need to know
/// only the delegates here.
/// </summary>
public sealed record ProductParts
{
    /// <summary>Makes the engine of this server.</summary>
    public required IEngineFactory Engine { get; init; }

    /// <summary>
    /// Runs <c>haconsole worker</c> with these arguments under a supervisor that brings it back; ends with the worker's exit code.
    /// Null: <c>run</c> serves in this process.
    /// </summary>
    public Func<SupervisedRun, CancellationToken, Task<int>>? Supervise { get; init; }

    /// <summary>Runs a complete pair on loopback addresses. Null: not part of this build.</summary>
    public Func<DemoRun, CancellationToken, Task<int>>? Demo { get; init; }

    /// <summary>Runs or explores scenarios. Null: not part of this build.</summary>
    public Func<SimulationRun, CancellationToken, Task<int>>? Simulate { get; init; }

    /// <summary>The product's own parts.</summary>
    public static ProductParts Create() => new()
    {
        Engine = new EngineFactory(),
        Supervise = (run, _) => Task.FromResult(SupervisorProcess.Run(SupervisorOptions.ForThisProgram(run.DataDirectory, run.WorkerArguments))),
        Demo = (run, cancellationToken) => DemoCommand.RunAsync(run.Output, run.Error, cancellationToken),
        Simulate = (run, _) => Task.FromResult(Simulation(run)),
    };

    private static int Simulation(SimulationRun run) => run.Explore is { } count
        ? SimulateCommand.Explore(count, run.Seed ?? Random.Shared.NextInt64(1, int.MaxValue), run.Output, run.Error, Environment.CurrentDirectory)
        : SimulateCommand.Run(run.File!, run.Json ? "json" : "text", run.Seed, run.Output, run.Error);
}

/// <summary>What a supervisor needs to start a worker.</summary>
/// <param name="WorkerArguments">Arguments after the program: <c>worker</c> and the configuration arguments of <c>run</c>.</param>
/// <param name="DataDirectory">Full path of the data directory.</param>
/// <param name="Error">Standard error.</param>
public sealed record SupervisedRun(IReadOnlyList<string> WorkerArguments, string DataDirectory, TextWriter Error);

/// <summary>A wanted demonstration.</summary>
/// <param name="Configuration">Configuration from files, environment and command line.</param>
/// <param name="ConfigurationArguments">Configuration arguments of the command line, to be handed to both servers.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
public sealed record DemoRun(IConfiguration Configuration, IReadOnlyList<string> ConfigurationArguments, TextWriter Output, TextWriter Error);

/// <summary>A wanted simulation.</summary>
/// <param name="File">Scenario file; null with <paramref name="Explore"/>.</param>
/// <param name="Json">JSON instead of text.</param>
/// <param name="Seed">Seed; null = the scenario's, or a fresh one.</param>
/// <param name="Explore">Number of random schedules; null = run the file.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
public sealed record SimulationRun(string? File, bool Json, long? Seed, int? Explore, TextWriter Output, TextWriter Error);
