using System.Text;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Tests.Services;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Loop;

/// <summary>Whole engines, and faults that a switch would not mend.</summary>
public sealed class CommonCauseTests
{
    [Fact]
    public async Task A_check_that_fails_on_both_servers_switches_nothing_and_says_why()
    {
        await using var pair = new EnginePair();
        using var bench = new Bench();
        bench.Write("well", "");
        var files = pair.Files();
        files = files with
        {
            HotStandby = files.HotStandby with { SwitchOnApplicationError = true },
            Checks = [new CheckDefinition { Name = "db", Type = CheckType.Command, Command = $"test -e {bench.File("well")}", Interval = 0.2, Timeout = 0.2, Fall = 2 }],
        };
        await pair.StartAsync(Rank.Primary, files);
        await pair.StartAsync(Rank.Backup, files);
        await pair.UntilFormedAsync();

        File.Delete(bench.File("well"));

        await pair.Until(() => pair.Second.Rule(400) is { Counter: >= 3 } rule && rule.Guards.Any(guard => guard is { Name: "common-cause", Holds: false }), "the Standby says why not");
        Assert.Contains("the same check fails on both servers (db): switching does not help", pair.Second.Rule(400).Sentence, StringComparison.Ordinal);
        await pair.Until(() => new[] { pair.First, pair.Second }.All(server => server.Engine.Current.Alarms.Any(alarm => alarm.Code == "common-cause")), "both have the alarm");
        await pair.Until(() => pair.First.HasEvent("common-cause"), "it is an event");
        Assert.Equal("IPSWS=ERROR db", Encoding.ASCII.GetString(pair.First.Board.Application.Span));
        Assert.True(pair.First.IsActive);
        Assert.True(pair.Second.IsStandby);
    }

    [Fact]
    public async Task An_optional_service_that_fails_switches_nothing()
    {
        await using var pair = new EnginePair();
        var files = pair.Files();
        files = files with
        {
            HotStandby = files.HotStandby with { SwitchOnApplicationError = true },
            Services = [.. files.Services, Bench.Script("extra", "exit 1") with { Optional = true, RestartBudget = 0, Needs = ["cti"] }],
        };
        await pair.StartAsync(Rank.Primary, files);
        await pair.StartAsync(Rank.Backup, files);
        await pair.UntilFormedAsync();

        await pair.Until(() => pair.First.Own.Services.Any(service => service is { Name: "extra", State: "StartFailed" }), "the optional service has failed");

        Assert.Equal("IPSWS=OK", Encoding.ASCII.GetString(pair.First.Board.Application.Span));
        Assert.True(pair.First.IsActive);
        Assert.DoesNotContain(pair.First.Engine.Current.Alarms, alarm => alarm.Code == "start-failed");
    }
}
