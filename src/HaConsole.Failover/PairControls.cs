namespace HaConsole.Failover;

/// <summary>Something that an operator (or the engine) has set for a while: who, why, until when.</summary>
/// <param name="Owner">User name, or the engine's row.</param>
/// <param name="Reason">Text of the owner; may be empty.</param>
/// <param name="Since">When it was set (UTC).</param>
/// <param name="Until">When it expires (UTC); null = when cleared.</param>
public sealed record TimedControl(string Owner, string Reason, DateTimeOffset Since, DateTimeOffset? Until)
{
    /// <summary>Whether it is still in force.</summary>
    public bool InForce(DateTimeOffset utc) => Until is not { } until || utc < until;
}

/// <summary>
/// What people (and the flap budget) have set for the pair: replicated with every exchange, durable, the higher revision wins.
/// Immutable; a change makes a new value with a higher revision.
/// </summary>
public sealed record PairControls
{
    /// <summary>Nothing set.</summary>
    public static PairControls None { get; } = new();

    /// <summary>Order of changes.</summary>
    public Revision Revision { get; init; }

    /// <summary>Automation of the pair is off: rows below 310 do not act.</summary>
    public TimedControl? Pause { get; init; }

    /// <summary>Blocks rows 410 and 420 (set by a switchover).</summary>
    public TimedControl? Hold { get; init; }

    /// <summary>Server #1 must not be activated automatically.</summary>
    public TimedControl? Maintenance1 { get; init; }

    /// <summary>Server #2 must not be activated automatically.</summary>
    public TimedControl? Maintenance2 { get; init; }

    /// <summary>UTC times of the last automatic non-emergency switches (rows 410 and 420), newest last, at most <see cref="FlapBudget.Switches"/>.</summary>
    public IReadOnlyList<DateTimeOffset> FlapTimes { get; init; } = [];

    /// <summary>Maintenance of one server, null when none.</summary>
    public TimedControl? Maintenance(Rank rank) => rank == Rank.Primary ? Maintenance1 : Maintenance2;

    /// <summary>A copy with the maintenance of one server replaced.</summary>
    public PairControls WithMaintenance(Rank rank, TimedControl? control)
        => rank == Rank.Primary ? this with { Maintenance1 = control } : this with { Maintenance2 = control };
}

/// <summary>At most 3 automatic non-emergency switches an hour; it never brakes rows 100–230 and 400.</summary>
public static class FlapBudget
{
    /// <summary>Switches allowed per <see cref="Window"/>.</summary>
    public const int Switches = 3;

    /// <summary>One hour.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>Whether one more switch is allowed at <paramref name="utc"/>.</summary>
    public static bool Left(PairControls controls, DateTimeOffset utc)
    {
        ArgumentNullException.ThrowIfNull(controls);
        var used = 0;
        for (var i = 0; i < controls.FlapTimes.Count; i++)
        {
            // A time far ahead is from before a clock was set right.
            used += (utc - controls.FlapTimes[i]).Duration() < Window ? 1 : 0;
        }

        return used < Switches;
    }
}
