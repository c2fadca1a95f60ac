using HaConsole.Engine.FileSets;
using HaConsole.Engine.Status;
using HaConsole.Storage;

namespace HaConsole.Web.Metrics;

/// <content>What runs on the server, and the console itself.</content>
public static partial class MetricCatalog
{
    private static readonly string[] ServiceStates = ["Stopped", "Starting", "Running", "Stopping", "Failed"];

    private static IEnumerable<Metric> Workload() =>
    [
        Of("haconsole_service_running", "The managed service runs here.", ["service"], f => Services(f, service => service.State == "Running" ? 1 : 0)),
        Of("haconsole_service_state", "1 for the state that the managed service is in here, 0 for the others.", ["service", "state"], f => (f.Own?.Services ?? [])
            .SelectMany(service => ServiceStates.Union([service.State]).Select(state => new MetricPoint(service.State == state ? 1 : 0, service.Name, state)))),
        Of("haconsole_service_restarts", "Restarts by the watchdog that the status shows.", ["service"], f => Services(f, service => service.Restarts)),
        Of("haconsole_service_held", "Somebody has stopped the service by hand: it stays stopped.", ["service"], f => Services(f, service => service.Held is null ? 0 : 1)),
        Of("haconsole_address_held", "This server holds the managed address.", ["name", "address"], f => Addresses(f, address => address.State == "Held")),
        Of("haconsole_address_faulty", "The managed address is in conflict, could not be moved, or its link is down.", ["name", "address"], f => Addresses(f, address => address.State is "Conflict" or "Failed" or "LinkDown")),
        Of("haconsole_check_up", "The application check finds its application well; absent while it has not looked often enough.", ["check", "application", "severity"],
            f => Checks(f, check => check.State is "Up" or "Down" ? check.State == "Up" ? 1 : 0 : null)),
        Of("haconsole_check_muted", "A failure of the check counts for nothing now.", ["check", "application", "severity"], f => Checks(f, check => check.Muted ? 1 : 0)),
        Of("haconsole_check_duration_seconds", "How long the last look of the check took.", ["check", "application", "severity"], f => Checks(f, check => check.LatencySeconds)),
        Of("haconsole_file_set_in_sync", "The file set is equal on both servers, as far as this one knows.", ["set"], f => Sets(f, set => set.State == FileSetState.InSync ? 1 : 0)),
        Of("haconsole_file_set_failed", "The file set does not work.", ["set"], f => Sets(f, set => set.State == FileSetState.Failed ? 1 : 0)),
        Of("haconsole_file_set_lag_seconds", "From the notice of the last change to its confirmation by the other server.", ["set"], f => Sets(f, set => set.LagSeconds)),
        Of("haconsole_file_set_agreed_timestamp_seconds", "When both servers agreed last about the file set, in Unix time.", ["set"], f => Sets(f, set => set.AgreedAt?.ToUnixTimeMilliseconds() / 1000.0)),
        Of("haconsole_file_set_compare_duration_seconds", "How long the last comparison of everything took.", ["set"], f => Sets(f, set => set.CompareSeconds)),
        Of("haconsole_file_set_known_files", "Files of the set that are known with their content.", ["set"], f => Sets(f, set => set.KnownFiles)),
        Of("haconsole_file_set_compared_files", "Names compared by the comparison that runs, or by the last one.", ["set"], f => Sets(f, set => set.Progress?.Files)),
        Of("haconsole_file_set_compared_bytes", "Size of the files compared by it.", ["set"], f => Sets(f, set => set.Progress?.Bytes)),
        Of("haconsole_file_set_sent_files", "Files sent since that comparison began.", ["set"], f => Sets(f, set => set.Progress?.SentFiles)),
        Of("haconsole_file_set_sent_bytes", "Size of what was sent since that comparison began.", ["set"], f => Sets(f, set => set.Progress?.SentBytes)),
        Of("haconsole_file_set_drift", "Differences since the last audit or synchronisation.", ["set"], f => Sets(f, set => set.DriftCount)),
        Of("haconsole_file_set_problems", "Files that could not be copied; at most 1000 are counted.", ["set"], f => Sets(f, set => set.Problems.Count)),
    ];

    private static IEnumerable<Metric> Console() =>
    [
        CounterOf("haconsole_notifications_total", "Notifications that ended on this server, by what became of them.", ["channel", "result"], f => f.Counts.Deliveries.Select(d => new MetricPoint(d.Value, d.Key.Channel, d.Key.Result))),
        Of("haconsole_notifications_waiting", "Notifications of this server that wait.", ["channel"], f => f.Channels.Select(channel => new MetricPoint(channel.Waiting, channel.Name))),
        Of("haconsole_notification_channel_failing", "Attempts to deliver by the channel fail.", ["channel"], f => f.Channels.Select(channel => new MetricPoint(channel.FailingSince is null ? 0 : 1, channel.Name))),
        CounterOf("haconsole_events_total", "Events of this server.", ["severity"], f => f.Counts.Events.Select(e => new MetricPoint(e.Value, e.Key))),
        Of("haconsole_event_outbox", "Events of this server that its database does not have yet.", f => One(f.Database.WaitingEvents)),
        Of("haconsole_database_up", "The database answers. Nothing that decides about roles needs it.", f => Bool(f.Database.State == DatabaseState.Ready)),
        Of("haconsole_database_size_bytes", "Size of the database; absent before it was first reached.", f => f.Database.SizeBytes > 0 ? One(f.Database.SizeBytes) : []),
        Of("haconsole_audit_entries", "Entries of this server's audit log.", f => One(f.AuditEntries)),
        Of("haconsole_audit_waiting", "Audit entries that wait in memory for the disk.", f => One(f.AuditWaiting)),
        Of("haconsole_sessions", "Browsers that are signed in on this server.", f => One(f.Sessions)),
        Of("haconsole_circuits", "Pages of the console that are open on this server.", f => One(f.Circuits)),
        Of("process_start_time_seconds", "When the process started, in Unix time.", f => Time(f.Started)),
        CounterOf("process_cpu_seconds_total", "Processor time that the process has used.", [], f => One(f.ProcessorSeconds)),
        Of("process_resident_memory_bytes", "Memory of the process.", f => One(f.MemoryBytes)),
    ];

    private static IEnumerable<MetricPoint> Services(MetricFacts facts, Func<ServiceInfo, double> value)
        => (facts.Own?.Services ?? []).Select(service => new MetricPoint(value(service), service.Name));

    private static IEnumerable<MetricPoint> Addresses(MetricFacts facts, Func<AddressInfo, bool> value)
        => (facts.Own?.Addresses ?? []).Select(address => new MetricPoint(value(address) ? 1 : 0, address.Name, address.Address));

    private static IEnumerable<MetricPoint> Checks(MetricFacts facts, Func<CheckInfo, double?> value)
        => (facts.Own?.Checks ?? []).Where(check => value(check) is not null).Select(check => new MetricPoint(value(check)!.Value, check.Name, check.Application, check.Severity));

    private static IEnumerable<MetricPoint> Sets(MetricFacts facts, Func<FileSetStatus, double?> value)
        => facts.FileSets.Where(set => value(set) is not null).Select(set => new MetricPoint(value(set)!.Value, set.Name));
}
