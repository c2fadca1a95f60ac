using HaConsole.Engine.Configuration;
using HaConsole.Failover;

namespace HaConsole.Engine.Status;

/// <summary>
/// Follows the links to third systems over time: tells what is new, and asks for a switch when a link is configured for it and only the
/// Standby has reached it for its number of looks. Called by the loop only.
/// </summary>
internal sealed class LinkWatch
{
    private readonly Dictionary<string, int> failuresBefore = new(StringComparer.OrdinalIgnoreCase);
    private HashSet<string> told = [];

    /// <summary>Records an event.</summary>
    public required Action<string, string, Severity> Event { get; init; }

    /// <summary>Asks for a switch to that server, for the reason given.</summary>
    public required Action<int, string> Switch { get; init; }

    /// <summary>Looks at a new snapshot.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="checks">Definitions.</param>
    /// <param name="failures">Consecutive failed looks of an own check.</param>
    public void Look(StatusSnapshot snapshot, IReadOnlyList<CheckDefinition> checks, Func<string, int> failures)
    {
        var serves = snapshot.Servers.Any(s => s is { Local: true, Role: "Active" });
        if (!serves)
        {
            failuresBefore.Clear();
            told = [];
            return;
        }

        Tell(CheckAlarms.Of(snapshot.Servers, checks));
        var oneSided = CheckAlarms.OneSidedLinks(snapshot.Servers, checks);
        foreach (var gone in failuresBefore.Keys.Where(name => !oneSided.Contains(name)).ToList())
        {
            failuresBefore.Remove(gone);
        }

        foreach (var name in oneSided)
        {
            var count = failures(name);

            // The look at which it became so is the first.
            failuresBefore.TryAdd(name, count - 1);
            var after = checks.First(c => c.Name == name).SwitchAfter;
            if (after == 0 || count - failuresBefore[name] < after || snapshot.Paused || snapshot.Hold is not null || !snapshot.SwitchWouldSucceed || snapshot.SwitchInProgress is not null)
            {
                continue;
            }

            // Asked again only after as many looks more.
            failuresBefore[name] = count;
            var target = snapshot.Servers.First(s => !s.Local).Server;
            var sentence = $"only server #{target} has reached {name} for {after} looks.";
            Event("link-switch", $"Switching to server #{target}: {sentence}", Severity.Warning);
            Switch(target, sentence);
            return;
        }
    }

    private void Tell(IReadOnlyList<ReasonStatus> alarms)
    {
        var now = alarms.Select(alarm => alarm.Sentence).ToHashSet();
        foreach (var alarm in alarms.Where(alarm => !told.Contains(alarm.Sentence)))
        {
            Event(alarm.Code, alarm.Sentence, alarm.Code == CheckAlarms.OneSided ? Severity.Alarm : Severity.Warning);
        }

        told = now;
    }
}
