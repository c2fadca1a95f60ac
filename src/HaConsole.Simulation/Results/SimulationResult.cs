using HaConsole.Failover;

namespace HaConsole.Simulation.Results;

/// <summary>One change of a server's role.</summary>
/// <param name="At">Virtual time.</param>
/// <param name="Server">1 or 2.</param>
/// <param name="Role">Role from now on.</param>
/// <param name="Row">Row of the table that acted; 0 when none did.</param>
/// <param name="Reason">Full sentence.</param>
public sealed record RoleChange(TimeSpan At, int Server, Role Role, int Row, string Reason);

/// <summary>An invariant that did not hold.</summary>
/// <param name="Invariant">I1 … I6.</param>
/// <param name="At">Virtual time at which it was found.</param>
/// <param name="Sentence">What was wrong.</param>
public sealed record Violation(string Invariant, TimeSpan At, string Sentence);

/// <summary>One line of the timeline.</summary>
/// <param name="At">Virtual time.</param>
/// <param name="Role1">Role of server 1 afterwards, or what has become of it.</param>
/// <param name="Role2">The same of server 2.</param>
/// <param name="Row">Row that acted, 0 when none did.</param>
/// <param name="Text">What happened.</param>
public sealed record TimelineEntry(TimeSpan At, string Role1, string Role2, int Row, string Text);

/// <summary>What a server is to somebody who looks from outside.</summary>
public enum ServerCondition
{
    /// <summary>Its process starts.</summary>
    Starting,

    /// <summary>Standby.</summary>
    Standby,

    /// <summary>Active.</summary>
    Active,

    /// <summary>It hands over and stops its services.</summary>
    Yielding,

    /// <summary>Its process stands still; it counts as not Active.</summary>
    Frozen,

    /// <summary>It has no process.</summary>
    NotRunning,
}

/// <summary>A time during which nothing changed that can be seen in a picture.</summary>
/// <param name="From">Virtual time at its beginning.</param>
/// <param name="Until">Virtual time at its end.</param>
/// <param name="One">Server 1.</param>
/// <param name="Two">Server 2.</param>
/// <param name="Vip">Server that the VIP points to.</param>
public sealed record WorldSpan(TimeSpan From, TimeSpan Until, ServerCondition One, ServerCondition Two, int Vip);

/// <summary>What came of a scenario.</summary>
public sealed record SimulationResult
{
    /// <summary>Title of the scenario.</summary>
    public required string Name { get; init; }

    /// <summary>Seed that was used.</summary>
    public required long Seed { get; init; }

    /// <summary>Simulated time.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>All changes of role after the start, by time.</summary>
    public required IReadOnlyList<RoleChange> RoleChanges { get; init; }

    /// <summary>Changes of either server to Active after the start.</summary>
    public required int Switches { get; init; }

    /// <summary>Time during which both servers were Active (crashed and frozen ones do not count).</summary>
    public required TimeSpan DualActive { get; init; }

    /// <summary>Time during which no server was Active.</summary>
    public required TimeSpan NoActive { get; init; }

    /// <summary>Role of server 1 at the end; null when it does not run.</summary>
    public Role? Final1 { get; init; }

    /// <summary>Role of server 2 at the end; null when it does not run.</summary>
    public Role? Final2 { get; init; }

    /// <summary>Invariants that did not hold; empty when all is well.</summary>
    public required IReadOnlyList<Violation> Violations { get; init; }

    /// <summary>Everything that happened, for people; empty unless it was asked for.</summary>
    public IReadOnlyList<TimelineEntry> Timeline { get; init; } = [];

    /// <summary>The whole time in spans without a change, without gaps, for pictures; empty unless the timeline was asked for.</summary>
    public IReadOnlyList<WorldSpan> Spans { get; init; } = [];

    /// <summary>Hash of everything that the servers did: equal for equal runs.</summary>
    public ulong Trace { get; init; }
}
