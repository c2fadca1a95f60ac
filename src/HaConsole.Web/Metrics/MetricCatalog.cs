using HaConsole.Engine.Status;

namespace HaConsole.Web.Metrics;

/// <summary>All metrics, in the order in which they are written and documented.</summary>
public static partial class MetricCatalog
{
    private static readonly string[] Roles = ["Active", "Standby", "Starting", "Yielding", "Unknown"];

    /// <summary>Every metric that there is.</summary>
    public static IReadOnlyList<Metric> All { get; } = [.. Pair(), .. Peer(), .. Workload(), .. Console()];

    private static IEnumerable<Metric> Pair() =>
    [
        Of("haconsole_build_info", "Always 1; the label is the version of the software.", ["version"], f => [new(1, f.Own?.SoftwareVersion ?? "")]),
        Of("haconsole_hot_standby_enabled", "Hot standby mode is enabled.", f => Bool(f.Status.Enabled)),
        Of("haconsole_node_role", "1 for the role that this server has, 0 for the others.", ["role"], f => Roles.Select(role => new MetricPoint(role == (f.Own?.Role ?? "Unknown") ? 1 : 0, role))),
        Of("haconsole_node_healthy", "This server finds itself healthy.", f => f.Own is { Health: not "Unknown" } own ? Bool(own.Health == "Healthy") : []),
        Of("haconsole_epoch", "Epoch in which this server is Active, or which it follows.", f => f.Own is { } own ? One(own.Epoch) : []),
        Of("haconsole_role_since_timestamp_seconds", "When this server got its role, in Unix time.", f => Time(f.Own?.Since)),
        CounterOf("haconsole_role_transitions_total", "Changes of this server's role.", ["from", "to"], f => f.Counts.Transitions.Select(t => new MetricPoint(t.Value, t.Key.From, t.Key.To))),
        CounterOf("haconsole_dual_active_seconds_total", "Time in which this server saw two Actives.", [], f => One(f.Counts.DualActiveSeconds)),
        CounterOf("haconsole_no_active_seconds_total", "Time in which neither server was Active, as far as this one knows.", [], f => One(f.Counts.NoActiveSeconds)),
        Of("haconsole_active_servers", "Servers that this one knows to be Active.", f => One(f.Status.Servers.Count(server => server.Role == "Active"))),
        Of("haconsole_last_switch_timestamp_seconds", "When a server became Active last, in Unix time.", f => Time(f.Status.LastSwitch?.At)),
        Of("haconsole_last_switch_duration_seconds", "From the first sign of trouble, or the yield, until the services ran on the new Active.", f => Maybe(f.Status.LastSwitch?.MeasuredSeconds)),
        Of("haconsole_switch_ready", "All pre-checks of a switchover hold.", f => Bool(f.Status.SwitchWouldSucceed)),
        Of("haconsole_switch_in_progress", "A switch runs now.", f => Bool(f.Status.SwitchInProgress is not null)),
        Of("haconsole_failover_expected_seconds", "How long a failover takes with the parameters in force.", ["bound"], f => f.Status.ExpectedFailoverSeconds is { } expected
            ? [new(expected.Shortest, "shortest"), new(expected.Typical, "typical"), new(expected.Worst, "worst")] : []),
        Of("haconsole_consecutive_failures", "Samples in a row that a rule of this server counts.", ["counter"], f => f.Own?.View is { } view ? view.Counters.Select(c => new MetricPoint(c.Value, c.Name)) : []),
        Of("haconsole_failover_threshold", "Samples in a row at which that rule acts.", ["counter"], f => f.Own?.View is { } view ? view.Counters.Select(c => new MetricPoint(c.Of, c.Name)) : []),
        Of("haconsole_alarm", "1 for each alarm that stands.", ["code"], f => f.Status.Alarms.Select(alarm => new MetricPoint(1, alarm.Code))),
        Of("haconsole_paused", "The automation of the pair is paused.", f => Bool(f.Status.Paused)),
        Of("haconsole_maintenance", "That server is never activated automatically.", ["server"], f => f.Status.Servers.Select(server => new MetricPoint(f.Status.Maintenance.Any(m => m.Server == server.Server) ? 1 : 0, Text(server.Server)))),
        Of("haconsole_hold_until_timestamp_seconds", "Until when automatic failback is held, in Unix time; absent without a hold or without an end of it.", f => Time(f.Status.Hold?.Until)),
        Of("haconsole_config_in_sync", "Both servers have the same configuration.", f => f.Status.ConfigurationOnPeer is { State: not "unknown" } peer ? Bool(peer.State == "equal") : []),
        Of("haconsole_restart_needed", "This server's worker must be started again to run with what was saved.", f => Bool(f.Status.RestartNeeded is not null)),
    ];

    private static IEnumerable<Metric> Peer() =>
    [
        Of("haconsole_peer_up", "The peer link is connected.", f => f.Other is null ? [] : Bool(f.Status.PeerLink.State == "Connected")),
        Of("haconsole_peer_age_seconds", "Age of what is known about the peer.", f => Maybe(f.Other?.AgeSeconds)),
        Of("haconsole_peer_path_up", "This path to the peer is up.", ["path"], f => f.Status.PeerLink.Paths.Select(path => new MetricPoint(path.State == "Up" ? 1 : 0, Text(path.Path)))),
        Of("haconsole_peer_round_trip_seconds", "Last round trip of a heartbeat.", ["path"], f => Paths(f, path => path.RoundTripSeconds)),
        Of("haconsole_peer_round_trip_median_seconds", "Median round trip of the last 100 heartbeats.", ["path"], f => Paths(f, path => path.MedianSeconds)),
        Of("haconsole_peer_heartbeat_loss_ratio", "Unanswered part of the last 100 heartbeats, 0 to 1.", ["path"], f => Paths(f, path => path.LossPercent / 100)),
        Of("haconsole_clock_skew_seconds", "The peer's wall clock minus that of this server.", f => Maybe(f.Other?.ClockOffsetSeconds)),
        CounterOf("haconsole_probes_total", "Exchanges and probes of this server.", ["kind", "result"], f => f.History.Totals.Select(total => new MetricPoint(total.Count, total.Kind, total.Result))),
        CounterOf("haconsole_probe_failures_total", "Exchanges and probes that failed.", ["kind", "reason"], f => f.History.Totals.Where(total => total.Result != "ok").Select(total => new MetricPoint(total.Count, total.Kind, total.Result))),
        Of("haconsole_probe_duration_seconds", "How long the last exchange or probe took.", ["kind"], f => f.History.Probes.GroupBy(probe => probe.Kind).Select(kind => new MetricPoint(kind.Last().Seconds, kind.Key))),
        Of("haconsole_lan_up", "This server is connected to the LAN; absent when that is not known.", f => f.Status.Lan is "Unknown" ? [] : Bool(f.Status.Lan != "Down")),
        Of("haconsole_vip_points_here", "The virtual IP address leads to this server; absent when it is not watched or not known.", f => f.Status.Vip is "Here" or "Peer" ? Bool(f.Status.Vip == "Here") : []),
    ];

    private static Metric Of(string name, string help, Func<MetricFacts, IEnumerable<MetricPoint>> read) => new(name, MetricKind.Gauge, help, [], read);

    private static Metric Of(string name, string help, IReadOnlyList<string> labels, Func<MetricFacts, IEnumerable<MetricPoint>> read) => new(name, MetricKind.Gauge, help, labels, read);

    private static Metric CounterOf(string name, string help, IReadOnlyList<string> labels, Func<MetricFacts, IEnumerable<MetricPoint>> read) => new(name, MetricKind.Counter, help, labels, read);

    private static MetricPoint[] One(double value) => [new(value)];

    private static MetricPoint[] Bool(bool value) => One(value ? 1 : 0);

    private static MetricPoint[] Maybe(double? value) => value is { } known ? One(known) : [];

    private static MetricPoint[] Time(DateTimeOffset? at) => at is { } known ? One(known.ToUnixTimeMilliseconds() / 1000.0) : [];

    private static IEnumerable<MetricPoint> Paths(MetricFacts facts, Func<PeerPathInfo, double?> value)
        => facts.Status.PeerLink.Paths.Where(path => value(path) is not null).Select(path => new MetricPoint(value(path)!.Value, Text(path.Path)));

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
