using HaConsole.Simulation.Scenarios;

namespace HaConsole.Simulation.Tests;

public class ScenarioReaderTests
{
    private const string EveryFault = """
        {
          "name": "primary crashes at the tenth minute",
          "duration": 3600,
          "seed": 1,
          "start": "server1-active",                        // or "both-starting"
          "settings": { "heartbeatInterval": 30, "heartbeatTimeout": 10, "failuresToSwitch": 5,
                        "firstServerAutoRestart": false, "switchOnApplicationError": false, "testVipDestination": false,
                        "serviceStartDelay": 0, "frameworkStartDelay": 0, "tickPhase": { "1": 0, "2": 7 } },
          "loadBalancer": { "check": "NONE", "interval": 30, "failures": 5, "prefer": 1 },   // optional; drives the VIP
          "witness": false,
          "faults": [
            { "at": 600, "fault": "crash",   "server": 1 },   { "at": 900, "fault": "restart", "server": 1 },
            { "at": 10, "fault": "framework-down", "server": 1 }, { "at": 20, "fault": "framework-up", "server": 1 },
            { "at": 10, "fault": "application-error", "server": 1 }, { "at": 20, "fault": "application-ok", "server": 1 },
            { "at": 10, "fault": "cut", "from": 1, "to": 2 }, { "at": 20, "fault": "heal", "from": 1, "to": 2 },
            { "at": 10, "fault": "isolate", "server": 1 },    { "at": 20, "fault": "reconnect", "server": 1 },
            { "at": 10, "fault": "freeze", "server": 1 },     { "at": 20, "fault": "thaw", "server": 1 },
            { "at": 10, "fault": "vip", "to": 2 },            { "at": 10, "fault": "switch", "to": 2, "force": true },
            { "at": 10, "fault": "pause" },                   { "at": 20, "fault": "resume" },
            { "at": 10, "fault": "loss", "percent": 20 },     { "at": 10, "fault": "witness-down" }, { "at": 20, "fault": "witness-up" },
            { "at": 10, "fault": "settings", "server": 2 },
          ]
        }
        """;

    [Fact]
    public void Read_EveryFaultWithCommentsAndTrailingCommas_IsUnderstood()
    {
        var scenario = ScenarioReader.Read(EveryFault, out var problems);

        Assert.Empty(problems);
        Assert.Equal(Enum.GetValues<FaultKind>().Order(), scenario!.Faults.Select(f => f.Kind).Order());
        Assert.Equal(TimeSpan.FromSeconds(7), scenario.Settings.TickPhase(2));
        Assert.True(scenario.Faults.Single(f => f.Kind == FaultKind.Switch).Force);
    }

    [Fact]
    public void Read_OnlyADuration_HasTheDocumentedDefaults()
    {
        var scenario = ScenarioReader.Read("""{ "duration": 60 }""", out var problems)!;

        Assert.Empty(problems);
        Assert.Equal(1, scenario.Seed);
        Assert.Equal(ScenarioStart.Server1Active, scenario.Start);
        Assert.Equal(TimeSpan.FromSeconds(30), scenario.Settings.HeartbeatInterval);
        Assert.Equal(TimeSpan.FromSeconds(10), scenario.Settings.HeartbeatTimeout);
        Assert.Equal(5, scenario.Settings.FailuresToSwitch);
        Assert.Equal(TimeSpan.Zero, scenario.Settings.TickPhase(1));
        Assert.Equal(TimeSpan.FromSeconds(15), scenario.Settings.TickPhase(2));
        Assert.True(scenario.Settings.Enabled);
    }

    [Fact]
    public void Write_WhatWasRead_ReadsTheSame()
    {
        var scenario = ScenarioReader.Read(EveryFault, out _)!;
        var again = ScenarioReader.Read(ScenarioWriter.Write(scenario), out var problems);

        Assert.Empty(problems);
        Assert.Equal(ScenarioWriter.Write(scenario), ScenarioWriter.Write(again!));
        Assert.Equal(scenario.Faults, again!.Faults);
    }

    [Theory]
    [InlineData("""{ "duration": """, "$: is not JSON at line 1")]
    [InlineData("[]", "$: must be an object, not a list")]
    [InlineData("{}", "$.duration: is missing")]
    [InlineData("""{ "duration": 0 }""", "$.duration: must be above 0 seconds")]
    [InlineData("""{ "duration": -1 }""", "$.duration: -1 is not in the range")]
    [InlineData("""{ "duration": "long" }""", "$.duration: must be a number (seconds), not the text \"long\"")]
    [InlineData("""{ "duration": 60, "duration": 70 }""", "$.duration: is there more than once")]
    [InlineData("""{ "duration": 60, "colour": 1 }""", "$.colour: is not known here (known: name, duration, seed")]
    [InlineData("""{ "duration": 60, "name": 1 }""", "$.name: must be a text, not 1")]
    [InlineData("""{ "duration": 60, "seed": 1.5 }""", "$.seed: 1.5 is not a whole number")]
    [InlineData("""{ "duration": 60, "seed": -1 }""", "$.seed: -1 is not in the range 0")]
    [InlineData("""{ "duration": 60, "start": "asleep" }""", "$.start: \"asleep\" is not known (server1-active, both-starting)")]
    [InlineData("""{ "duration": 60, "witness": 1 }""", "$.witness: must be true or false, not 1")]
    [InlineData("""{ "duration": 60, "settings": [] }""", "$.settings: must be an object, not a list")]
    [InlineData("""{ "duration": 60, "settings": { "heartbeatTimeout": 30 } }""", "$.settings.heartbeatTimeout: 30 must be below heartbeatInterval (30)")]
    [InlineData("""{ "duration": 60, "settings": { "heartbeatInterval": 5 } }""", "$.settings.heartbeatInterval: 5 must be above heartbeatTimeout (10)")]
    [InlineData("""{ "duration": 60, "settings": { "heartbeatInterval": 0.01 } }""", "$.settings.heartbeatInterval: 0.01 is not in the range 0.02 … 3600 (seconds)")]
    [InlineData("""{ "duration": 60, "settings": { "failuresToSwitch": 0 } }""", "$.settings.failuresToSwitch: 0 is not in the range 1 … 100")]
    [InlineData("""{ "duration": 60, "settings": { "latency": 5 } }""", "$.settings.latency: twice 5 must be below heartbeatTimeout (10)")]
    [InlineData("""{ "duration": 60, "settings": { "serviceStartDelay": -1 } }""", "$.settings.serviceStartDelay: -1 is not in the range 0")]
    [InlineData("""{ "duration": 60, "settings": { "tickPhase": { "3": 1 } } }""", "$.settings.tickPhase.3: is not known here (known: 1, 2)")]
    [InlineData("""{ "duration": 60, "loadBalancer": { "check": "PING" } }""", "$.loadBalancer.check: \"PING\" is not known (NONE, IPSWS, FT)")]
    [InlineData("""{ "duration": 60, "loadBalancer": { "prefer": 3 } }""", "$.loadBalancer.prefer: must be server 1 or 2, not 3")]
    [InlineData("""{ "duration": 60, "faults": {} }""", "$.faults: must be a list, not an object")]
    [InlineData("""{ "duration": 60, "faults": [ 7 ] }""", "$.faults[0]: must be an object, not 7")]
    [InlineData("""{ "duration": 60, "faults": [ { "fault": "pause" } ] }""", "$.faults[0].at: is missing")]
    [InlineData("""{ "duration": 60, "faults": [ { "at": 1 } ] }""", "$.faults[0].fault: is missing")]
    [InlineData("""{ "duration": 60, "faults": [ { "at": -1, "fault": "pause" } ] }""", "$.faults[0].at: -1 is not in the range 0")]
    [InlineData("""{ "duration": 60, "faults": [ { "at": 61, "fault": "pause" } ] }""", "$.faults[0].at: 61 is beyond the duration (60)")]
    [InlineData("""{ "duration": 60, "faults": [ { "at": 1, "fault": "explode" } ] }""", "$.faults[0].fault: \"explode\" is not a known fault (crash, restart, ")]
    [InlineData("""{ "duration": 60, "faults": [ { "at": 1, "fault": "crash", "server": 3 } ] }""", "$.faults[0].server: must be server 1 or 2, not 3")]
    [InlineData("""{ "duration": 60, "faults": [ { "at": 1, "fault": "crash" } ] }""", "$.faults[0].server: is missing")]
    [InlineData("""{ "duration": 60, "faults": [ { "at": 1, "fault": "pause", "server": 1 } ] }""", "$.faults[0].server: is not known here (known: at, fault)")]
    [InlineData("""{ "duration": 60, "faults": [ { "at": 1, "fault": "cut", "from": 1, "to": 1 } ] }""", "$.faults[0].to: must be the other server than \"from\"")]
    [InlineData("""{ "duration": 60, "faults": [ { "at": 1, "fault": "loss", "percent": 101 } ] }""", "$.faults[0].percent: 101 is not in the range 0 … 100 (percent)")]
    [InlineData("""{ "duration": 60, "faults": [ { "at": 1, "fault": "switch", "to": 2, "force": "yes" } ] }""", "$.faults[0].force: must be true or false")]
    public void Read_AWrongFile_NamesThePathAndWhatIsLegal(string json, string problem)
    {
        var scenario = ScenarioReader.Read(json, out var problems);

        Assert.Null(scenario);
        Assert.StartsWith(problem, Assert.Single(problems).ToString());
    }

    [Fact]
    public void Read_SeveralProblems_TellsAllAtOnce()
    {
        ScenarioReader.Read(
            """
            { "seed": "x", "settings": { "heartbeatTimeout": 40, "speed": 1 },
              "faults": [ { "at": 1, "fault": "crash", "server": 1 }, { "at": -2, "fault": "crash", "server": 0 }, { "at": 3, "fault": "explode" } ] }
            """,
            out var problems);

        Assert.Equal(
            ["$.duration", "$.faults[1].at", "$.faults[1].server", "$.faults[2].fault", "$.seed", "$.settings.heartbeatTimeout", "$.settings.speed"],
            problems.Select(p => p.Path).Order(StringComparer.Ordinal));
    }
}
