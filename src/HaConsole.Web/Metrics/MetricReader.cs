using System.Diagnostics;
using HaConsole.Web.Authentication;
using HaConsole.Web.History;
using HaConsole.Web.Live;

namespace HaConsole.Web.Metrics;

/// <summary>Puts together what the metrics are read from.</summary>
public sealed class MetricReader(ConsoleEngine engine, HistoryHost history, SessionRegistry sessions, CircuitCount circuits, MetricCounter counter)
{
    /// <summary>Everything as it is now, out of memory.</summary>
    public MetricFacts Read()
    {
        var status = engine.Engine.Current;
        var notifications = engine.Engine.Notifications;
        using var process = Process.GetCurrentProcess();
        return new MetricFacts
        {
            Status = status,
            History = engine.Engine.History,
            FileSets = engine.Engine.FileSets,
            Channels = notifications.Channels,
            Database = history.Status,
            AuditEntries = engine.Run.Audit.Last,
            AuditWaiting = engine.Run.Audit.Waiting,
            Sessions = sessions.Sessions.Count,
            Circuits = circuits.Open,
            Counts = counter.Counts(status, notifications.Log),
            Started = process.StartTime.ToUniversalTime(),
            ProcessorSeconds = process.TotalProcessorTime.TotalSeconds,
            MemoryBytes = process.WorkingSet64,
        };
    }
}
