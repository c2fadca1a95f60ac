using HaConsole.Engine.Notifications;
using HaConsole.Engine.Status;
using HaConsole.Web.Live;

namespace HaConsole.Web.Metrics;

/// <summary>Counts what the snapshots pass by: role changes, events, notifications, seconds with two Actives or none. Told at least once a second.</summary>
public sealed class MetricCounter(ConsoleEngine engine, TimeProvider time)
{
    private const int MostEvents = 500;
    private readonly Lock gate = new();
    private readonly Dictionary<(string From, string To), long> transitions = [];
    private readonly Dictionary<string, long> events = [];
    private readonly Dictionary<(string Channel, string Result), long> deliveries = [];
    private HashSet<(string Channel, string Id)>? ended;
    private StatusSnapshot? last;
    private long lastAt;
    private long lastEvent = -1;
    private double dual;
    private double none;

    /// <summary>Begins to listen; called once, when the engine turns.</summary>
    public void Start(LiveStatus live)
    {
        ArgumentNullException.ThrowIfNull(live);
        live.Changed += Look;
        Look(live.Current);
    }

    /// <summary>What was counted, up to this moment.</summary>
    public MetricCounts Counts(StatusSnapshot now, IReadOnlyList<Delivery> log)
    {
        ArgumentNullException.ThrowIfNull(log);
        Look(now);
        lock (gate)
        {
            CountDeliveries(log);
            return new MetricCounts(new Dictionary<(string, string), long>(transitions), new Dictionary<string, long>(events), new Dictionary<(string, string), long>(deliveries), dual, none);
        }
    }

    private void Look(StatusSnapshot snapshot)
    {
        lock (gate)
        {
            if (last is { } before && before.Version > snapshot.Version)
            {
                return;
            }

            CountSeconds();
            CountRole(snapshot);
            CountEvents(snapshot);
            last = snapshot;
        }
    }

    private void CountSeconds()
    {
        var passed = last is null ? 0 : time.GetElapsedTime(lastAt).TotalSeconds;
        lastAt = time.GetTimestamp();
        var actives = last?.Servers.Count(server => server.Role == "Active");
        if (last is { Enabled: true })
        {
            dual += actives > 1 ? passed : 0;

            // A server that is not heard may well be Active: only what is known counts.
            none += actives == 0 && last.Servers.All(server => server.Role != "Unknown") ? passed : 0;
        }
    }

    private void CountRole(StatusSnapshot snapshot)
    {
        var from = last?.Servers.FirstOrDefault(server => server.Local)?.Role;
        var to = snapshot.Servers.FirstOrDefault(server => server.Local)?.Role;
        if (from is not null && to is not null && from != to)
        {
            transitions[(from, to)] = transitions.GetValueOrDefault((from, to)) + 1;
        }
    }

    private void CountEvents(StatusSnapshot snapshot)
    {
        var newest = snapshot.Servers.FirstOrDefault(server => server.Local)?.LastEvent ?? 0;
        if (lastEvent < 0 || newest <= lastEvent)
        {
            lastEvent = lastEvent < 0 ? newest : lastEvent;
            return;
        }

        foreach (var entry in engine.Journal.Latest(MostEvents).Where(entry => entry.Sequence > lastEvent && entry.Sequence <= newest))
        {
            var severity = entry.Severity.ToString();
            events[severity] = events.GetValueOrDefault(severity) + 1;
        }

        lastEvent = newest;
    }

    private void CountDeliveries(IReadOnlyList<Delivery> log)
    {
        var over = log.Where(line => line.State is DeliveryState.Delivered or DeliveryState.Expired or DeliveryState.Dropped).ToList();
        foreach (var line in ended is null ? [] : over.Where(line => !ended.Contains((line.Channel, line.Id))))
        {
            var key = (line.Channel, line.State.ToString());
            deliveries[key] = deliveries.GetValueOrDefault(key) + 1;
        }

        ended = [.. over.Select(line => (line.Channel, line.Id))];
    }
}
