using HaConsole.Simulation.Scenarios;

namespace HaConsole.Web.Model.Simulation;

/// <summary>Ready scenarios: the cases that the guide speaks of, timed for the parameters at hand.</summary>
public static class ScenarioLibrary
{
    private sealed record Entry(string Name, Func<Times, IEnumerable<Fault>> Faults, Func<ScenarioSettings, ScenarioSettings>? Settings = null, bool BothStarting = false);

    /// <summary>Times that make sense with a parameter set: <c>Quiet</c> before the first fault, <c>Long</c> enough for every rule to act.</summary>
    private sealed record Times(TimeSpan Quiet, TimeSpan Long)
    {
        public TimeSpan Mended => Quiet + Long;
    }

    private static readonly Entry[] Entries =
    [
        new("primary-crashes", t => [Server(t.Quiet, FaultKind.Crash, 1), Server(t.Mended, FaultKind.Restart, 1)]),
        new("backup-crashes", t => [Server(t.Quiet, FaultKind.Crash, 2), Server(t.Mended, FaultKind.Restart, 2)]),
        new("automatic-failback", t => [Server(t.Quiet, FaultKind.Crash, 1), Server(t.Mended, FaultKind.Restart, 1)], s => s with { FirstServerAutoRestart = true }),
        new("network-cut", t => [Cut(t.Quiet, 1), Cut(t.Quiet, 2), Heal(t.Mended, 1), Heal(t.Mended, 2)]),
        new("primary-isolated", t => [Server(t.Quiet, FaultKind.Isolate, 1), Server(t.Mended, FaultKind.Reconnect, 1)]),
        new("backup-isolated", t => [Server(t.Quiet, FaultKind.Isolate, 2), Server(t.Mended, FaultKind.Reconnect, 2)]),
        new("one-way-cut", t => [Cut(t.Quiet, 2), Heal(t.Mended, 2)]),
        new("application-error", t => [Server(t.Quiet, FaultKind.ApplicationError, 1), Server(t.Mended, FaultKind.ApplicationOk, 1)], s => s with { SwitchOnApplicationError = true }),
        new("framework-down", t => [Server(t.Quiet, FaultKind.FrameworkDown, 1), Server(t.Mended, FaultKind.FrameworkUp, 1)]),
        new("primary-frozen", t => [Server(t.Quiet, FaultKind.Freeze, 1), Server(t.Mended, FaultKind.Thaw, 1)]),
        new("short-outage", t => [Server(t.Quiet, FaultKind.Isolate, 1), Server(t.Quiet + (t.Long / 8), FaultKind.Reconnect, 1)]),
        new("both-restart", t => [Server(t.Quiet, FaultKind.Crash, 1), Server(t.Quiet, FaultKind.Crash, 2), Server(t.Quiet + (t.Long / 4), FaultKind.Restart, 1), Server(t.Quiet + (t.Long / 4), FaultKind.Restart, 2)]),
        new("both-start", _ => [], BothStarting: true),
        new("planned-switch", t => [new Fault(t.Quiet, FaultKind.Switch) { To = 2 }, new Fault(t.Mended, FaultKind.Switch) { To = 1 }]),
        new("lossy-network", t => [new Fault(t.Quiet, FaultKind.Loss) { Percent = 30 }, new Fault(t.Mended, FaultKind.Loss)]),
    ];

    /// <summary>Names of the ready scenarios, in the order of the menu.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Entries.Select(entry => entry.Name)];

    /// <summary>A ready scenario for a parameter set; null when there is none of that name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="title">Title for people.</param>
    /// <param name="settings">Parameters; a case that is about one of them sets it.</param>
    public static Scenario? Find(string name, string title, ScenarioSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (Array.Find(Entries, entry => entry.Name == name) is not { } found)
        {
            return null;
        }

        var own = found.Settings?.Invoke(settings) ?? settings;
        var confirm = own.FailuresToSwitch * own.HeartbeatInterval;
        var unit = Round(Max(own.HeartbeatInterval * 2, confirm));
        var times = new Times(unit, Round(unit * 4 + own.ServiceStartDelay));
        return new Scenario
        {
            Name = title,
            Duration = times.Mended + times.Long,
            Settings = own,
            Start = found.BothStarting ? ScenarioStart.BothStarting : ScenarioStart.Server1Active,
            Faults = [.. found.Faults(times)],
        };
    }

    /// <summary>Up to a time that is easy to read.</summary>
    private static TimeSpan Round(TimeSpan time)
    {
        var step = new TimeScale(time).Step;
        return TimeSpan.FromTicks((time.Ticks + step.Ticks - 1) / step.Ticks * step.Ticks);
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static Fault Server(TimeSpan at, FaultKind kind, int server) => new(at, kind) { Server = server };

    private static Fault Cut(TimeSpan at, int from) => new(at, FaultKind.Cut) { From = from, To = 3 - from };

    private static Fault Heal(TimeSpan at, int from) => new(at, FaultKind.Heal) { From = from, To = 3 - from };
}
