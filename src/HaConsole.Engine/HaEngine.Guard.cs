using System.Globalization;
using HaConsole.Engine.Loop;
using HaConsole.Engine.Services;
using HaConsole.Engine.Status;
using HaConsole.Failover;

namespace HaConsole.Engine;

/// <content>What the supervisor and its guard did while this engine stood still or was gone.</content>
public sealed partial class HaEngine
{
    private readonly Lock guardGate = new();
    private long guardTold;
    private bool supervisorStopped;
    private volatile GuardNote? guardLast;

    /// <summary>The guard as it is shown: how long services are kept without a sign of life, and what was done last without one.</summary>
    private GuardInfo Guard(FailoverSettings settings) => new(
        parts.Services is SupervisedServiceHost,
        LoopTiming.ServiceLease(settings).TotalSeconds,
        LoopTiming.ServicesGoneBy(settings).TotalSeconds,
        supervisorStopped,
        guardLast?.At,
        guardLast?.Kind ?? "",
        guardLast?.Sentence ?? "");

    /// <summary>Tells each note once, whichever worker gets to do so.</summary>
    private void WatchGuard(GuardReport guard)
    {
        List<(string Kind, string Sentence, Severity Severity)> news = [];
        lock (guardGate)
        {
            guardTold = Math.Max(guardTold, guard.Told);
            foreach (var note in guard.Notes.Where(note => note.Number > guardTold))
            {
                news.Add((note.Kind, string.Create(CultureInfo.InvariantCulture, $"{note.Sentence} (At {note.At:yyyy-MM-dd HH:mm:ss.fff} UTC.)"), Severity.Alarm));
                guardTold = note.Number;
            }

            guardLast = guard.Notes.Count > 0 ? guard.Notes[^1] : guardLast;
            if (guard.SupervisorStopped != supervisorStopped)
            {
                supervisorStopped = guard.SupervisorStopped;
                news.Add(supervisorStopped
                    ? ("supervisor-stopped", "The supervisor stands still: somebody has stopped its process by a signal. Services go on, but none is restarted; SIGCONT wakes it.", Severity.Alarm)
                    : ("supervisor-back", "The supervisor goes on.", Severity.Info));
            }
        }

        foreach (var (kind, sentence, severity) in news)
        {
            Event(kind, sentence, severity);
        }

        if (guardTold > guard.Told)
        {
            parts.Services.Told(guardTold);
        }
    }
}
