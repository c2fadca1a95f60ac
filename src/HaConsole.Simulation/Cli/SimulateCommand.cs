using System.Text;
using HaConsole.Simulation.Exploration;
using HaConsole.Simulation.Results;
using HaConsole.Simulation.Scenarios;

namespace HaConsole.Simulation.Cli;

/// <summary>The verb <c>simulate</c>, without the parsing of its arguments.</summary>
public static class SimulateCommand
{
    /// <summary>Everything went well and all invariants held.</summary>
    public const int Done = 0;

    /// <summary>A file cannot be read or written.</summary>
    public const int Failed = 1;

    /// <summary>An invariant was violated.</summary>
    public const int InvariantViolated = 3;

    /// <summary>The scenario file is wrong.</summary>
    public const int InvalidFile = 65;

    /// <summary>Runs the scenario in <paramref name="file"/> and prints what came of it.</summary>
    /// <param name="file">Scenario file.</param>
    /// <param name="format"><c>json</c>, or anything else for text.</param>
    /// <param name="seed">Replaces the file's seed; null keeps it.</param>
    /// <param name="output">The result goes here.</param>
    /// <param name="error">Problems go here, one per line.</param>
    /// <returns>0, 1, 3 or 65.</returns>
    public static int Run(string file, string format, long? seed, TextWriter output, TextWriter error)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);
        string json;
        try
        {
            using var reader = new StreamReader(file, Encoding.UTF8);
            json = reader.ReadToEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            error.WriteLine($"{file} cannot be read: {e.Message}");
            return Failed;
        }

        var scenario = ScenarioReader.Read(json, out var problems);
        if (scenario is null)
        {
            foreach (var problem in problems)
            {
                error.WriteLine(problem);
            }

            return InvalidFile;
        }

        var text = !string.Equals(format, "json", StringComparison.OrdinalIgnoreCase);
        try
        {
            var result = Simulator.Run(scenario, seed, timeline: text);
            output.Write(text ? ResultWriter.Text(result) : ResultWriter.Json(result));
            return result.Violations.Count == 0 ? Done : InvariantViolated;
        }
        catch (SimulationException e)
        {
            error.WriteLine(e.Message);
            return InvariantViolated;
        }
    }

    /// <summary>Runs random fault schedules; a failure is shrunk and written to a scenario file.</summary>
    /// <param name="count">Schedules.</param>
    /// <param name="seed">Seed of the first; the others follow from it.</param>
    /// <param name="output">Progress and the last line <c>N schedules, N violations</c>.</param>
    /// <param name="error">What cannot be written.</param>
    /// <param name="directoryForFailures">Scenario files of failures are written here; made when missing.</param>
    /// <returns>0, 1 or 3.</returns>
    public static int Explore(int count, long seed, TextWriter output, TextWriter error, string directoryForFailures)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);
        output.WriteLine($"exploring {count} schedules, seed {seed}");
        var violations = 0;
        var unwritten = false;
        foreach (var failure in Explorer.Explore(count, seed))
        {
            violations++;
            output.WriteLine($"schedule {failure.Index} (--explore 1 --seed {failure.Seed}): {failure.Violation.Invariant} at {failure.Violation.At.TotalSeconds:0.###} s: {failure.Violation.Sentence}");
            var path = Path.Combine(directoryForFailures, $"{failure.Violation.Invariant}-seed-{failure.Seed}.json");
            try
            {
                Directory.CreateDirectory(directoryForFailures);
                using var writer = new StreamWriter(path, append: false, new UTF8Encoding(false));
                writer.Write(ScenarioWriter.Write(failure.Minimal));
                output.WriteLine($"  minimal scenario with {failure.Minimal.Faults.Count} faults: {path}");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                unwritten = true;
                error.WriteLine($"{path} cannot be written: {e.Message}");
            }
        }

        output.WriteLine($"{count} schedules, {violations} violations");
        return violations > 0 ? InvariantViolated : unwritten ? Failed : Done;
    }
}
