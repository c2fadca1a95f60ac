using System.Net;
using System.Text.RegularExpressions;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Notifications;
using HaConsole.Engine.Status;
using HaConsole.Failover;
using HaConsole.Storage;
using HaConsole.Web.Metrics;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests.Metrics;

/// <summary><c>/metrics</c>.</summary>
public sealed partial class MetricsTests
{
    [Fact]
    public async Task Metrics_WithoutADatabase_TellOfThePair()
    {
        await using var server = await RunningServer.StartAsync();
        server.Engine.FileSets = [FileSetSamples.Broken with { LagSeconds = 0.25 }];
        server.Engine.History = server.Engine.History with { Totals = [new ProbeTotal("monitor", "ok", 7), new ProbeTotal("monitor", "timeout", 2)] };
        server.Engine.Notifications = new NotificationStatus(1, [new ChannelStatus { Name = "mail", Waiting = 3, FailingSince = DateTimeOffset.UnixEpoch }], []);
        using var reader = await server.WithTokenAsync("read");
        using var response = await reader.GetAsync("/metrics");
        var text = await response.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        string[] lines = text.Split('\n');
        Assert.All(
            (string[])[
                "haconsole_node_role{role=\"Active\"} 1", "haconsole_node_role{role=\"Standby\"} 0", "haconsole_epoch 7", "haconsole_switch_ready 1", "haconsole_peer_up 1",
                "haconsole_last_switch_duration_seconds 0.84", "haconsole_clock_skew_seconds 0.001", "haconsole_service_running{service=\"cti\"} 1", "haconsole_service_restarts{service=\"recorder\"} 2",
                "haconsole_probes_total{kind=\"monitor\",result=\"ok\"} 7", "haconsole_probe_failures_total{kind=\"monitor\",reason=\"timeout\"} 2",
                "haconsole_file_set_in_sync{set=\"uploads\"} 0", "haconsole_file_set_lag_seconds{set=\"uploads\"} 0.25", "haconsole_file_set_drift{set=\"uploads\"} 1",
                "haconsole_notifications_waiting{channel=\"mail\"} 3", "haconsole_notification_channel_failing{channel=\"mail\"} 1", "haconsole_database_up 0", "haconsole_circuits 0",
                "# TYPE haconsole_probes_total counter",
            ],
            line => Assert.Contains(line, lines));
        Assert.All(lines.Where(line => line.Length > 0), line => Assert.Matches(Line(), line));
    }

    [Fact]
    public async Task Metrics_AreForWhoMayView()
    {
        await using var server = await RunningServer.StartAsync();
        using var nobody = await server.Http.GetAsync("/metrics");
        using var socket = await server.Control.GetAsync("/metrics");
        using var reader = await server.WithTokenAsync("read");
        using var head = await reader.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/metrics"));

        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
        Assert.Equal(HttpStatusCode.OK, socket.StatusCode);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
    }

    [Fact]
    public async Task RoleChanges_AreCounted()
    {
        await using var server = await RunningServer.StartAsync();
        var healthy = server.Engine.Current;
        server.Engine.Push(healthy with { Version = healthy.Version + 1, Servers = [healthy.Servers[0] with { Role = "Yielding" }, healthy.Servers[1]] });
        await Eventually.TrueAsync(async () => (await server.Control.GetStringAsync(new Uri("/metrics", UriKind.Relative)))
            .Contains("haconsole_role_transitions_total{from=\"Active\",to=\"Yielding\"} 1", StringComparison.Ordinal));
    }

    [Fact]
    public void Text_WithHostileLabels_StaysText()
    {
        var facts = Facts(Snapshots.Healthy() with { Alarms = [new ReasonStatus("a\"b\\c\nd", ""), new ReasonStatus("twice", ""), new ReasonStatus("twice", "")] });
        var text = PrometheusText.Write(MetricCatalog.All, facts);

        Assert.Contains("haconsole_alarm{code=\"a\\\"b\\\\c\\nd\"} 1\n", text, StringComparison.Ordinal);
        Assert.Single(text.Split('\n'), line => line.Contains("twice", StringComparison.Ordinal));
    }

    [Fact]
    public void WhatIsNotKnown_HasNoValue()
    {
        var text = PrometheusText.Write(MetricCatalog.All, Facts(Snapshots.PeerLost() with { LastSwitch = null }));

        Assert.DoesNotContain("haconsole_clock_skew_seconds", text, StringComparison.Ordinal);
        Assert.DoesNotContain("haconsole_last_switch", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("haconsole_peer_round_trip_seconds", "haconsole.peer_round_trip", "s")]
    [InlineData("haconsole_dual_active_seconds_total", "haconsole.dual_active", "s")]
    [InlineData("haconsole_database_size_bytes", "haconsole.database_size", "By")]
    [InlineData("haconsole_probes_total", "haconsole.probes", "1")]
    [InlineData("process_cpu_seconds_total", "process.cpu", "s")]
    public void OpenTelemetry_HasUnitAndKindApart(string name, string bare, string unit)
    {
        var metric = MetricCatalog.All.Single(m => m.Name == name);

        Assert.Equal((bare, unit), (metric.OpenTelemetryName, metric.Unit));
    }

    [Fact]
    public void Deliveries_ThatEndWhileCounted_AreCountedOnce()
    {
        var engine = new Web.Live.ConsoleEngine();
        engine.Set(new FakeEngine());
        var counter = new MetricCounter(engine, TimeProvider.System);
        var before = new Delivery { Id = "1", Channel = "mail", State = DeliveryState.Delivered };
        var after = before with { Id = "2" };
        counter.Counts(Snapshots.Healthy(), [before]);
        counter.Counts(Snapshots.Healthy(), [after, before]);
        var counts = counter.Counts(Snapshots.Healthy(), [after with { Id = "3", State = DeliveryState.Waiting }, after, before]);

        Assert.Equal(1, Assert.Single(counts.Deliveries).Value);
    }

    [Fact]
    public void Seconds_WithTwoActives_AreCounted()
    {
        var time = new ShiftedTime();
        var engine = new Web.Live.ConsoleEngine();
        engine.Set(new FakeEngine());
        var counter = new MetricCounter(engine, time);
        var healthy = Snapshots.Healthy();
        var dual = healthy with { Version = 2000, Servers = [healthy.Servers[0], healthy.Servers[1] with { Role = "Active" }] };
        counter.Counts(dual, []);
        time.Advance(TimeSpan.FromSeconds(5));
        var counts = counter.Counts(healthy with { Version = 2001 }, []);

        Assert.InRange(counts.DualActiveSeconds, 5, 6);
        Assert.Equal(0, counts.NoActiveSeconds);
    }

    [Fact]
    public void Events_AreCountedBySeverity()
    {
        var fake = new FakeEngine();
        var engine = new Web.Live.ConsoleEngine();
        engine.Set(fake);
        var counter = new MetricCounter(engine, TimeProvider.System);
        counter.Counts(With(fake.Record(new HaEvent { Kind = "x", Sentence = "x", Severity = Severity.Info }).Sequence, 1), []);
        var counts = counter.Counts(With(fake.Record(new HaEvent { Kind = "x", Sentence = "x", Severity = Severity.Warning }).Sequence, 2), []);

        Assert.Equal(("Warning", 1), Assert.Single(counts.Events) is var (severity, count) ? (severity, count) : default);

        static StatusSnapshot With(long sequence, long version)
        {
            var healthy = Snapshots.Healthy();
            return healthy with { Version = healthy.Version + version, Servers = [healthy.Servers[0] with { LastEvent = sequence }, healthy.Servers[1]] };
        }
    }

    private static MetricFacts Facts(StatusSnapshot snapshot) => new()
    {
        Status = snapshot,
        History = new EngineHistory(1, snapshot.At, [], []),
        Database = new DatabaseStatus(),
        Counts = new MetricCounts(new Dictionary<(string, string), long>(), new Dictionary<string, long>(), new Dictionary<(string, string), long>(), 0, 0),
    };

    [GeneratedRegex(@"^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z_]+=""[^""]*""(,[a-z_]+=""[^""]*"")*\})? -?[0-9][0-9.E+-]*)$")]
    private static partial Regex Line();
}
