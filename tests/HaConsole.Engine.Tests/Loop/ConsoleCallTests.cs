using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Tests.Services;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Loop;

/// <summary>What pages ask of either server, on a real pair.</summary>
public sealed class ConsoleCallTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_service_is_stopped_and_started_from_either_server_and_only_on_the_Active()
    {
        await using var pair = await EnginePair.FormedAsync();

        Assert.Null(await pair.Second.Engine.CommandServiceAsync(1, "cti", ServiceCommand.Stop, "anna", None));
        var stopped = pair.First.Own.Services.Single();
        Assert.Equal(("Stopped", "anna"), (stopped.State, stopped.Held));
        await pair.Until(() => pair.Second.Engine.Current.Servers[0].Services.Single().Held == "anna", "the peer shows who stopped it");
        Assert.Contains(pair.First.Engine.Current.Alarms, alarm => alarm.Code == "service-held");
        Assert.True(pair.First.Board.IsActive);
        Assert.Equal("Active", pair.First.Own.Role);

        Assert.Contains("stopped by anna", await pair.First.Engine.CommandServiceAsync(1, "cti", ServiceCommand.Restart, "anna", None), StringComparison.Ordinal);
        Assert.Null(await pair.First.Engine.CommandServiceAsync(1, "cti", ServiceCommand.Start, "anna", None));
        Assert.Null(await pair.First.Engine.CommandServiceAsync(1, "cti", ServiceCommand.Restart, "anna", None));
        Assert.Contains("Standby", await pair.First.Engine.CommandServiceAsync(2, "cti", ServiceCommand.Start, "anna", None), StringComparison.Ordinal);
        Assert.Contains("no service", await pair.First.Engine.CommandServiceAsync(1, "other", ServiceCommand.Start, "anna", None), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Checks_run_now_and_histories_and_logs_come_from_both_servers()
    {
        await using var pair = await EnginePair.FormedAsync();
        var edited = await pair.First.Engine.EditConfigurationAsync(c => c with { Checks = [new CheckDefinition { Name = "web", Type = CheckType.Command, Command = "true", Interval = 3600 }] }, "anna", None);
        Assert.True(edited.OnPeer);

        foreach (var server in new[] { 1, 2 })
        {
            var check = await pair.First.Engine.RunCheckAsync(server, "web", None);
            Assert.Equal("Up", check!.State);
            var history = await pair.First.Engine.HistoryOfAsync(server, None);
            Assert.Equal(server, history!.Server);
            Assert.Contains(history.Checks.Single().Samples, sample => sample.Result == "ok");
            Assert.Contains(history.Probes, probe => probe is { Kind: "link", Result: "ok" });
            Assert.Contains(history.Probes, probe => probe.Kind == "lan");

            var log = (await pair.First.Engine.LogFilesOfAsync(server, None))![0];
            Assert.Contains("IPS Startup", (await pair.First.Engine.ReadLogOfAsync(server, log.Name, 0, 10_000, None))!.Text, StringComparison.Ordinal);
            Assert.Null(await pair.First.Engine.ReadLogOfAsync(server, "../state/state.bin", 0, 10, None));
        }

        Assert.Null(await pair.First.Engine.RunCheckAsync(2, "other", None));
    }

    [Fact]
    public async Task Both_views_are_shown_and_follow_events_and_audit()
    {
        await using var pair = await EnginePair.FormedAsync();
        await pair.Until(() => pair.First.Engine.Current.Servers.All(s => s.View is { PeerHealth: "Healthy", Monitor: "Ok", Link: "Connected" }), "both see each other");
        var snapshot = pair.First.Engine.Current;

        Assert.Equal(["Standby", "Active"], snapshot.Servers.Select(s => s.View!.PeerRole));
        Assert.Equal("equal", snapshot.ConfigurationOnPeer!.State);
        Assert.Equal(2.9, snapshot.ExpectedFailoverSeconds!.Worst - snapshot.ExpectedFailoverSeconds.Shortest + 2.4, 3);
        Assert.All(snapshot.Rules, rule => Assert.NotEmpty(rule.Guards));
        Assert.All(snapshot.Rules.SelectMany(rule => rule.Guards), guard => Assert.NotEqual("", guard.Sentence));
        Assert.Contains(snapshot.Rules.Single(rule => rule.Row == 400).Guards, guard => guard is { Name: "idle", Holds: false, Value: "Active" });

        var entry = pair.Second.Audit.Append(new AuditEntry { Action = "pause" });
        await pair.Until(() => pair.First.Engine.Current.Servers[1].LastAudit == entry.Sequence, "the peer's audit is known");
        await pair.Until(() => pair.First.Engine.Current.Servers[1].LastEvent == pair.Second.Engine.Journal.Latest(1)[0].Sequence, "the peer's events are known");

        var said = pair.Second.Engine.Record(new HaEvent { Kind = "note", Sentence = "anna notes on event 1-1." });
        await pair.Until(() => pair.First.Engine.Current.Servers[1].LastEvent == said.Sequence, "what the peer's console has recorded is known");
        Assert.Equal(said, Assert.Single(pair.Second.Engine.Journal.Read(said.Sequence - 1, 1)));
    }

    [Fact]
    public async Task A_quiet_pair_has_nothing_to_tell_for_many_ticks()
    {
        await using var pair = await EnginePair.FormedAsync();
        await pair.First.Engine.EditConfigurationAsync(c => c with { Checks = [new CheckDefinition { Name = "web", Type = CheckType.Command, Command = "true", Interval = 0.1 }] }, "anna", None);
        (long, long) seen = default;
        var since = 0L;

        await pair.Until(
            () =>
            {
                var now = (pair.First.Engine.DetailVersion, pair.Second.Engine.DetailVersion);
                since = now == seen ? since : TimeProvider.System.GetTimestamp();
                seen = now;
                return TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromSeconds(3);
            },
            "no new detail for six ticks");
    }

    [Fact]
    public async Task A_switch_is_seen_step_by_step_on_both_servers()
    {
        await using var pair = new EnginePair();
        var files = pair.Files() with { Services = [Bench.Script("cti", "trap 'sleep 1; exit 0' TERM; while :; do sleep 0.05; done") with { StartDelay = 1 }] };
        await pair.StartAsync(Rank.Primary, files);
        await pair.StartAsync(Rank.Backup, files);
        await pair.UntilFormedAsync();
        Assert.Null(pair.First.Engine.Current.SwitchInProgress);

        var switching = pair.First.Engine.SwitchAsync(Rank.Backup, dryRun: false, force: false, "anna", "test", None);
        await pair.Until(() => Running(pair.First) == "stop-services" && pair.First.Engine.Current.SwitchInProgress!.Owner == "anna", "#1 shows its stop");
        await pair.Until(() => Running(pair.Second) is "stop-services", "#2 shows it, too");
        await pair.Until(() => Running(pair.Second) is "start-services", "#2 shows its start");
        Assert.True((await switching).Succeeded);
        await pair.Until(() => pair.First.Engine.Current.SwitchInProgress is null && pair.Second.Engine.Current.SwitchInProgress is null && pair.Second.IsActive, "it is over");
    }

    [Fact]
    public async Task Many_editors_at_once_lose_nothing()
    {
        await using var pair = await EnginePair.FormedAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => (i % 2 == 0 ? pair.First : pair.Second).Engine.EditConfigurationAsync(
            c => c with { Access = c.Access with { Users = [.. c.Access.Users, new UserDefinition { Name = $"user{i}" }] } }, "anna", None)));

        Assert.All(outcomes, outcome => Assert.True(outcome.Saved));
        await pair.Until(() => pair.First.Engine.Configuration.Content.Access.Users.Count == 4 && pair.Second.Engine.Configuration.Content.Access.Users.Count == 4, "both have all");
    }

    [Fact]
    public async Task Ports_are_tested_both_ways()
    {
        await using var pair = await EnginePair.FormedAsync();

        var tests = await pair.First.Engine.TestPeerAsync(pair.AddressOf(Rank.Backup), None);
        Assert.Equal([("peer-link", 1), ("http", 1), ("peer-link", 2), ("http", 2)], tests.Select(test => (test.Name, test.From)));
        Assert.All(tests, test => Assert.True(test.Open, test.Sentence));

        var wrong = await pair.First.Engine.TestPeerAsync("127.77.250.77", None);
        Assert.All(wrong.Where(test => test.From == 1), test => Assert.False(test.Open));
    }

    private static string? Running(EngineServer server) => server.Engine.Current.SwitchInProgress?.Steps.FirstOrDefault(step => step.State == "running")?.Name;
}
