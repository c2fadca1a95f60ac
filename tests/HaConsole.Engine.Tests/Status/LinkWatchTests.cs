using HaConsole.Engine.Configuration;
using HaConsole.Engine.Status;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Status;

/// <summary>Links to third systems, and checks, of both servers taken together.</summary>
public sealed class LinkWatchTests
{
    private static readonly CheckDefinition Link = new() { Name = "pbx", Type = CheckType.Link, Main = "10.0.0.7:5060" };
    private readonly List<(string Kind, Severity Severity)> events = [];
    private readonly List<int> switches = [];
    private readonly LinkWatch watch;

    public LinkWatchTests() => watch = new LinkWatch { Event = (kind, _, severity) => events.Add((kind, severity)), Switch = (to, _) => switches.Add(to) };

    [Theory]
    [InlineData("Down", "Up", "link-one-sided", "Server #2 reaches pbx, server #1 does not: switch?")]
    [InlineData("Up", "Down", "link-standby", "Server #2 does not reach pbx, server #1 does: after a switch it would be missing.")]
    [InlineData("Down", "Down", "link-down", "Neither server reaches pbx: switching does not help.")]
    [InlineData("Down", "Unknown", "link-down-here", "Server #1 does not reach pbx.")]
    [InlineData("Up", "Up", null, null)]
    [InlineData("Unknown", "Up", null, null)]
    public void Alarm_OfALink_ComparesBothServers(string active, string standby, string? code, string? sentence)
    {
        var alarms = CheckAlarms.Of(Snapshot(active, standby).Servers, [Link]);

        Assert.Equal(code is null ? [] : [new ReasonStatus(code, sentence!)], alarms);
    }

    [Fact]
    public void Alarm_WithoutAPeerThatIsHeard_SaysWhatThisServerSees()
    {
        var snapshot = Snapshot("Down", "Up");
        Assert.Equal("link-down-here", Assert.Single(CheckAlarms.Of([snapshot.Servers[0], snapshot.Servers[1] with { Role = "Unknown" }], [Link])).Code);
        Assert.Equal("link-down-here", Assert.Single(CheckAlarms.Of([snapshot.Servers[0]], [Link])).Code);
    }

    [Fact]
    public void Alarm_OfACriticalCheckThatFailsOnBoth_SaysThatSwitchingDoesNotHelp()
    {
        var check = new CheckDefinition { Name = "pbx", Url = "http://x/" };

        Assert.Equal("The same check fails on both servers (pbx): switching does not help.", Assert.Single(CheckAlarms.Of(Snapshot("Down", "Down").Servers, [check])).Sentence);
        Assert.Empty(CheckAlarms.Of(Snapshot("Down", "Up").Servers, [check]));
        Assert.Empty(CheckAlarms.Of(Snapshot("Down", "Down").Servers, [check with { Severity = CheckSeverity.Warning }]));
    }

    [Fact]
    public void OneSided_ByDefault_IsToldOnceAndSwitchesNothing()
    {
        for (var failures = 1; failures < 100; failures++)
        {
            Look(Snapshot("Down", "Up"), 0, failures);
        }

        Assert.Equal([("link-one-sided", Severity.Alarm)], events);
        Assert.Empty(switches);
        Look(Snapshot("Up", "Up"), 0, 0);
        Look(Snapshot("Down", "Up"), 0, 3);
        Assert.Equal(2, events.Count);
    }

    [Fact]
    public void OneSided_ForAsManyLooksAsConfigured_SwitchesOnce()
    {
        Look(Snapshot("Down", "Down"), 3, 5);
        Look(Snapshot("Down", "Up"), 3, 6);
        Look(Snapshot("Down", "Up"), 3, 7);
        Look(Snapshot("Down", "Up"), 3, 7);
        Assert.Empty(switches);

        Look(Snapshot("Down", "Up"), 3, 8);
        Look(Snapshot("Down", "Up"), 3, 9);

        Assert.Equal([2], switches);
    }

    [Fact]
    public void OneSided_WhenASwitchIsNotWantedOrWouldFail_SwitchesNothing()
    {
        var snapshot = Snapshot("Down", "Up");
        var hold = new ControlStatus(null, "anna", "", default, null);
        foreach (var barred in new[] { snapshot with { Paused = true }, snapshot with { Hold = hold }, snapshot with { SwitchWouldSucceed = false } })
        {
            for (var failures = 1; failures < 10; failures++)
            {
                Look(barred, 2, failures);
            }
        }

        Assert.Empty(switches);
    }

    [Fact]
    public void Standby_DoesNothingByItself()
    {
        var snapshot = Snapshot("Down", "Up");
        var seen = snapshot with { Servers = [snapshot.Servers[0] with { Local = false }, snapshot.Servers[1] with { Local = true }] };
        for (var failures = 1; failures < 10; failures++)
        {
            Look(seen, 2, failures);
        }

        Assert.Empty(switches);
        Assert.Empty(events);
    }

    private void Look(StatusSnapshot snapshot, int switchAfter, int failures) => watch.Look(snapshot, [Link with { SwitchAfter = switchAfter }], _ => failures);

    private static StatusSnapshot Snapshot(string active, string standby) => new()
    {
        SwitchWouldSucceed = true,
        Servers =
        [
            new ServerStatus { Server = 1, Local = true, Role = "Active", Checks = [new CheckInfo("pbx", "pbx", active, "Critical")] },
            new ServerStatus { Server = 2, Role = "Standby", Checks = [new CheckInfo("pbx", "pbx", standby, "Critical")] },
        ],
    };
}
