using HaConsole.Failover;
using HaConsole.Simulation.Model;

namespace HaConsole.Simulation.Results;

/// <summary>Writes down what happens in a world.</summary>
internal sealed class Recorder(bool timeline)
{
    /// <summary>A timeline longer than this is of no use to a reader.</summary>
    private const int LongestTimeline = 20_000;

    private readonly List<RoleChange> changes = [];
    private readonly List<Violation> violations = [];
    private readonly List<TimelineEntry> entries = [];
    private readonly List<WorldSpan> spans = [];
    private bool recording;
    private int switches;
    private ulong trace = 14695981039346656037;

    public TimeSpan DualActive { get; set; }

    public TimeSpan NoActive { get; set; }

    public IReadOnlyList<Violation> Violations => violations;

    public void Begin(World world)
    {
        recording = true;
        Note(world, "Start");
    }

    public RoleChange RoleChanged(World world, Server server, Role role, int row, string reason)
    {
        var change = new RoleChange(world.Time, server.Number, role, row, reason);
        if (!recording)
        {
            return change;
        }

        changes.Add(change);
        switches += role == Role.Active ? 1 : 0;
        Hash(world.Time.Ticks);
        Hash(((long)row << 16) + ((long)role << 8) + server.Number);
        Write(world, row, $"Server {server.Number} is {role}: {reason}");
        return change;
    }

    public void Recorded(World world, Server server, NodeEffect.RecordEvent record)
    {
        if (!recording)
        {
            return;
        }

        Hash(world.Time.Ticks);
        Hash(((long)record.Row << 8) + server.Number);

        // A change of role has its own line with the same sentence.
        if (record.Kind != "role-changed")
        {
            Write(world, record.Row, $"Server {server.Number}: {record.Sentence}");
        }
    }

    public void CommandEnded(World world, Server server, NodeEffect.CommandEnded ended)
    {
        Note(world, $"Server {server.Number}: command {(ended.Succeeded ? "done" : "not done")} ({ended.Step}): {ended.Sentence}");
        foreach (var check in ended.Checks)
        {
            if (!check.Passed)
            {
                Note(world, $"Server {server.Number}: {check.Code}: {check.Sentence}");
            }
        }
    }

    public void Note(World world, string text) => Write(world, 0, text);

    /// <summary>The state of the world has lasted until now; equal neighbours are one span.</summary>
    public void Lasted(World world, TimeSpan until)
    {
        if (!timeline || spans.Count > LongestTimeline)
        {
            return;
        }

        var span = new WorldSpan(world.Time, until, Condition(world.One), Condition(world.Two), world.Vip);
        if (spans.Count > 0 && spans[^1] is var last && last.One == span.One && last.Two == span.Two && last.Vip == span.Vip)
        {
            spans[^1] = last with { Until = until };
        }
        else
        {
            spans.Add(span);
        }
    }

    public void Violated(Violation violation, World world)
    {
        if (violations.Count < 100)
        {
            violations.Add(violation);
            Note(world, $"{violation.Invariant} violated: {violation.Sentence}");
        }
    }

    public SimulationResult Finish(World world, long seed) => new()
    {
        Name = world.Scenario.Name,
        Seed = seed,
        Duration = world.Scenario.Duration,
        RoleChanges = changes,
        Switches = switches,
        DualActive = DualActive,
        NoActive = NoActive,
        Final1 = world.One.Runs ? world.One.State.Role : null,
        Final2 = world.Two.Runs ? world.Two.State.Role : null,
        Violations = violations,
        Timeline = entries,
        Spans = spans,
        Trace = trace,
    };

    private static ServerCondition Condition(Server server) => server.Frozen ? ServerCondition.Frozen : !server.Exists ? ServerCondition.NotRunning : server.State.Role switch
    {
        Role.Active => ServerCondition.Active,
        Role.Standby => ServerCondition.Standby,
        Role.Yielding => ServerCondition.Yielding,
        _ => ServerCondition.Starting,
    };

    private static string Seen(Server server) => server.Frozen ? "frozen" : server.Exists ? server.State.Role.ToString() : "not running";

    private void Write(World world, int row, string text)
    {
        if (!recording || !timeline || entries.Count > LongestTimeline)
        {
            return;
        }

        entries.Add(new TimelineEntry(
            world.Time,
            Seen(world.One),
            Seen(world.Two),
            row,
            entries.Count == LongestTimeline ? "The rest of the timeline is left out" : text));
    }

    private void Hash(long value)
    {
        unchecked
        {
            trace = (trace ^ (ulong)value) * 1099511628211;
        }
    }
}
