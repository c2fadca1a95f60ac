namespace HaConsole.Failover;

/// <summary>The three parts of a server that a switch changes, in the guide's words (6.3).</summary>
public enum Component : byte
{
    /// <summary>IPS Startup: the engine's role.</summary>
    Engine,

    /// <summary>IPS Framework: the console and its URLs.</summary>
    Framework,

    /// <summary>CTI Server: the managed services.</summary>
    Services,
}

/// <summary>How much an event matters to people.</summary>
public enum Severity : byte
{
    /// <summary>For the record.</summary>
    Info,

    /// <summary>Somebody should look.</summary>
    Warning,

    /// <summary>Somebody must look now.</summary>
    Alarm,
}

/// <summary>
/// Something the shell must do. The effects of one step are carried out in the order in which they stand: first what must be
/// durable, then what acts locally, then what the peer must be told, last what people read.
/// </summary>
public abstract record NodeEffect
{
    private NodeEffect()
    {
    }

    /// <summary>Store role, epochs and resumptions durably BEFORE anything that follows is carried out.</summary>
    public sealed record PersistState(StoredState State) : NodeEffect;

    /// <summary>Store pause, maintenance, hold and flap budget durably.</summary>
    public sealed record PersistControls(PairControls Controls) : NodeEffect;

    /// <summary>Local part of a switch. For <see cref="Component.Services"/> to Standby: stop them now; to Active: they are wanted, but started only by <see cref="StartServices"/>.</summary>
    public sealed record SwitchLocal(Component Component, Role Role, Epoch Epoch) : NodeEffect;

    /// <summary>Remote part of a switch: rides as step-down in the exchange that follows.</summary>
    public sealed record SwitchRemote(Component Component, Epoch Epoch) : NodeEffect;

    /// <summary>The peer's services are confirmed stopped (or it cannot be waited for): start the local services.</summary>
    public sealed record StartServices(string Why) : NodeEffect;

    /// <summary>A tick: start the probe, the exchange and the look at the own surroundings, side by side.</summary>
    public sealed record StartRound : NodeEffect
    {
        /// <summary>The only instance.</summary>
        public static StartRound Instance { get; } = new();
    }

    /// <summary>Send an exchange now, without waiting for the tick.</summary>
    public sealed record ExchangeNow : NodeEffect
    {
        /// <summary>The only instance.</summary>
        public static ExchangeNow Instance { get; } = new();
    }

    /// <summary>The peer's configuration has a higher revision: fetch it.</summary>
    public sealed record PullConfiguration(Revision Revision) : NodeEffect;

    /// <summary>Ask the witness for the lease (or renew it).</summary>
    public sealed record RequestLease(TimeSpan Duration) : NodeEffect;

    /// <summary>Give the lease back to the witness.</summary>
    public sealed record ReleaseLease : NodeEffect
    {
        /// <summary>The only instance.</summary>
        public static ReleaseLease Instance { get; } = new();
    }

    /// <summary>An event with its row and sentence, for journal, pages and notifications.</summary>
    /// <param name="Kind">Stable name, for example <c>role-changed</c>.</param>
    /// <param name="Row">Row of the table; 0 when no row acted.</param>
    /// <param name="Sentence">What happened and why.</param>
    /// <param name="Severity">How much it matters.</param>
    public sealed record RecordEvent(string Kind, int Row, string Sentence, Severity Severity) : NodeEffect;

    /// <summary>A command has ended.</summary>
    /// <param name="Id">Of the command.</param>
    /// <param name="Succeeded">Whether it did what was wanted.</param>
    /// <param name="Step">Step that failed, or the last one.</param>
    /// <param name="Sentence">Result for the operator.</param>
    /// <param name="Checks">Pre-checks that refused it.</param>
    public sealed record CommandEnded(long Id, bool Succeeded, string Step, string Sentence, IReadOnlyList<SwitchoverCheck> Checks) : NodeEffect;
}

/// <summary>What survives a restart of the process; written by <see cref="NodeEffect.PersistState"/>.</summary>
/// <param name="Role">Role to resume by row 305: Active or Standby.</param>
/// <param name="Epoch">Epoch of the own last activation.</param>
/// <param name="HighestEpoch">Highest epoch heard of.</param>
/// <param name="Resumptions">UTC times of the last resumptions by row 305, newest last.</param>
public sealed record StoredState(Role Role, Epoch Epoch, Epoch HighestEpoch, IReadOnlyList<DateTimeOffset> Resumptions)
{
    /// <summary>A server that has never been Active.</summary>
    public static StoredState Fresh { get; } = new(Role.Unknown, Epoch.None, Epoch.None, []);
}

/// <summary>What one step decided.</summary>
/// <param name="Row">Row that acted; 0 when none did.</param>
/// <param name="Sentence">Why; empty when no row acted.</param>
public readonly record struct Decision(int Row, string Sentence)
{
    /// <summary>No row acted.</summary>
    public static Decision Nothing => new(0, "");
}

/// <summary>Outcome of <see cref="FailoverMachine.Step"/>.</summary>
public readonly struct StepResult
{
    internal StepResult(in NodeState next, IReadOnlyList<NodeEffect> effects, Decision decision)
    {
        Next = next;
        Effects = effects;
        Decision = decision;
    }

    /// <summary>State after the step.</summary>
    public NodeState Next { get; }

    /// <summary>To be carried out in this order.</summary>
    public IReadOnlyList<NodeEffect> Effects { get; }

    /// <summary>The row that acted, with its sentence.</summary>
    public Decision Decision { get; }
}

/// <summary>One pre-check of a switchover.</summary>
/// <param name="Code">Machine-readable, stable, for example <c>peer-unreachable</c>.</param>
/// <param name="Sentence">For people.</param>
/// <param name="Passed">Whether it holds.</param>
public sealed record SwitchoverCheck(string Code, string Sentence, bool Passed);

/// <summary>One row as it stands now: for the "why / why not" of pages and command line.</summary>
/// <param name="Row">Row number.</param>
/// <param name="Guide">Section of the guide, or –.</param>
/// <param name="Matched">Whether every guard holds.</param>
/// <param name="Sentence">What the row would do, and the first guard that does not hold.</param>
/// <param name="Counter">Samples so far; null when the row counts nothing.</param>
/// <param name="Of">Samples needed.</param>
/// <param name="DueIn">Earliest time until it acts if the samples go on like this; null when it is not on its way.</param>
public sealed record RowExplanation(int Row, string Guide, bool Matched, string Sentence, int? Counter, int? Of, TimeSpan? DueIn)
{
    /// <summary>Its conditions, in the order in which they are looked at.</summary>
    public IReadOnlyList<GuardExplanation> Guards { get; init; } = [];
}

/// <summary>One condition of a row as it stands now.</summary>
/// <param name="Name">Short stable name.</param>
/// <param name="Holds">Whether it holds.</param>
/// <param name="WhyNot">Why it does not; empty when it holds.</param>
public sealed record GuardExplanation(string Name, bool Holds, string WhyNot);
