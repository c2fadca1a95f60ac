using HaConsole.Simulation.Cli;
using HaConsole.Simulation.Results;
using static HaConsole.Simulation.Tests.Scenarios;

namespace HaConsole.Simulation.Tests;

/// <summary>What the verb prints and answers.</summary>
public sealed class OutputTests : IDisposable
{
    private const string Crash = """
        { "name": "primary crashes", "duration": 1000, "settings": { "tickPhase": { "1": 0, "2": 7 } },
          "faults": [ { "at": 600, "fault": "crash", "server": 1 } ] }
        """;

    private readonly string directory = Directory.CreateTempSubdirectory("haconsole-simulation-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void Run_json_is_the_documented_document()
    {
        var (code, output, error) = Run(Crash, "json");

        Assert.Equal((0, ""), (code, error));
        Assert.Equal(
            """
            {
              "name": "primary crashes",
              "seed": 1,
              "duration": 1000,
              "roleChanges": [
                {
                  "at": 720.0,
                  "server": 2,
                  "role": "Active",
                  "row": 400,
                  "reason": "Server #1 did not answer 5 times in a row: Server #2 takes over."
                }
              ],
              "switches": 1,
              "dualActiveSeconds": 0.0,
              "noActiveSeconds": 120.0,
              "final": {
                "2": "Active"
              },
              "violations": []
            }

            """,
            output);
    }

    [Fact]
    public void Run_text_is_a_timeline_with_aligned_columns_and_a_summary()
    {
        var (code, output, _) = Run(Crash, "text");

        Assert.Equal(0, code);
        var lines = output.Split('\n');
        Assert.Equal("primary crashes (seed 1, 0:16:40.000)", lines[0]);
        Assert.Equal("       time  server 1    | server 2    | row  what happened", lines[2]);
        Assert.Equal("0:00:00.000  Active      | Standby     |      Start", lines[3]);
        Assert.Equal("0:10:00.000  Active      | Standby     |      Server 1: the process is killed", lines[4]);
        Assert.Contains("0:12:00.000  not running | Active      | 400  Server 2 is Active: Server #1 did not answer 5 times in a row: Server #2 takes over.", lines);
        Assert.EndsWith(
            """

            switches     1
            two Actives  0.0 s
            no Active    120.0 s
            at the end   server 1 does not run, server 2 Active
            invariants   all held

            """,
            output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Run_the_seed_of_the_command_line_goes_before_that_of_the_file()
    {
        var (_, output, _) = Run(Crash, "json", 42);

        Assert.Contains("\"seed\": 42,", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_a_wrong_file_exits_65_with_every_problem()
    {
        var (code, output, error) = Run("""{ "duration": "x", "faults": [ { "at": 1, "fault": "explode" } ] }""", "text");

        Assert.Equal((65, ""), (code, output));
        Assert.Equal(["$.duration", "$.faults[0].fault"], error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(": ")[0]));
    }

    [Fact]
    public void Run_a_missing_file_exits_1_and_names_it()
    {
        var error = new StringWriter();
        var path = Path.Combine(directory, "missing.json");

        Assert.Equal(1, SimulateCommand.Run(path, "text", null, TextWriter.Null, error));
        Assert.Contains(path, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_violations_are_listed_in_the_summary()
    {
        var result = Hour().Run() with { Violations = [new Violation("I3", TimeSpan.FromSeconds(61.5), "for no reason")] };

        Assert.Contains("invariants   1 violated\n  I3 at 0:01:01.500: for no reason\n", ResultWriter.Text(result), StringComparison.Ordinal);
        Assert.Contains("\"invariant\": \"I3\"", ResultWriter.Json(result), StringComparison.Ordinal);
        Assert.Contains("\"at\": 61.5", ResultWriter.Json(result), StringComparison.Ordinal);
    }

    [Fact]
    public void Explore_ends_with_the_documented_line()
    {
        var output = new StringWriter();
        var code = SimulateCommand.Explore(20, 7, output, TextWriter.Null, directory);

        var last = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        Assert.Matches("^20 schedules, [0-9]+ violations\r?$", last);
        Assert.Equal(last.StartsWith("20 schedules, 0 ", StringComparison.Ordinal) ? 0 : 3, code);
    }

    private (int Code, string Output, string Error) Run(string json, string format, long? seed = null)
    {
        var path = Path.Combine(directory, "scenario.json");
        File.WriteAllText(path, json);
        var output = new StringWriter();
        var error = new StringWriter { NewLine = "\n" };
        var code = SimulateCommand.Run(path, format, seed, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
