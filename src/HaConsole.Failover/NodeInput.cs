namespace HaConsole.Failover;

/// <summary>What happened.</summary>
public enum InputKind : byte
{
    /// <summary>Nothing but the passing of time.</summary>
    Wake,

    /// <summary>Own LAN, own monitor URL and VIP were looked at.</summary>
    Local,

    /// <summary>A probe of the peer's monitor URL completed.</summary>
    Probe,

    /// <summary>The peer answered this server's exchange.</summary>
    ExchangeAnswered,

    /// <summary>This server's exchange failed or timed out.</summary>
    ExchangeFailed,

    /// <summary>The peer's own exchange arrived here.</summary>
    Heard,

    /// <summary>The connection to the peer broke.</summary>
    LinkLost,

    /// <summary>The managed services changed state.</summary>
    Services,

    /// <summary>An operator (or the process that stops) commands.</summary>
    Command,

    /// <summary>Other application checks fail than before.</summary>
    Checks,

    /// <summary>The witness granted or renewed the lease.</summary>
    LeaseGranted,

    /// <summary>The witness refused the lease or did not answer.</summary>
    LeaseRefused,
}

/// <summary>What an operator or the stopping process wants.</summary>
public enum CommandKind : byte
{
    /// <summary>Make <see cref="NodeCommand.Target"/> the Active, orderly.</summary>
    Switchover,

    /// <summary>Make this server the Active whatever the peer is (typed by a person).</summary>
    ForcedFailover,

    /// <summary>The process stops: hand over first when <see cref="NodeCommand.HandOver"/>.</summary>
    Stop,

    /// <summary>Replace pause, maintenance, hold or flap budget by <see cref="NodeCommand.Controls"/>.</summary>
    SetControls,
}

/// <summary>A command to this server.</summary>
/// <param name="Kind">What is wanted.</param>
public sealed record NodeCommand(CommandKind Kind)
{
    /// <summary>Identity of the command, repeated in <see cref="NodeEffect.CommandEnded"/>.</summary>
    public long Id { get; init; }

    /// <summary>Server to become Active.</summary>
    public Rank Target { get; init; }

    /// <summary>Stop: hand over to a healthy peer first ("stop both" is false).</summary>
    public bool HandOver { get; init; } = true;

    /// <summary>Who commands.</summary>
    public string Owner { get; init; } = "operator";

    /// <summary>Why; may be empty.</summary>
    public string Reason { get; init; } = "";

    /// <summary>SetControls: changes the controls now in force into those wanted. The machine gives the result the next revision.</summary>
    public Func<PairControls, PairControls>? Controls { get; init; }
}

/// <summary>
/// One thing that happened, with one timestamp: the whole input of one decision. Everything that was learned before is in
/// <see cref="NodeState"/>.
/// </summary>
public readonly struct NodeInput
{
    private NodeInput(InputKind kind, TimeSpan now, DateTimeOffset utc)
    {
        Kind = kind;
        Now = now;
        Utc = utc;
    }

    /// <summary>What happened.</summary>
    public InputKind Kind { get; private init; }

    /// <summary>Monotonic time of this server, since an arbitrary start. All durations are measured with it.</summary>
    public TimeSpan Now { get; private init; }

    /// <summary>Wall clock: only for the expiry of what people have set, and for display.</summary>
    public DateTimeOffset Utc { get; private init; }

    /// <summary>Kind Local.</summary>
    public LocalFacts LocalFacts { get; private init; }

    /// <summary>Kind Probe.</summary>
    public ProbeFact ProbeFact { get; private init; }

    /// <summary>Kind ExchangeAnswered or Heard: what the peer says.</summary>
    public PeerReport? Report { get; private init; }

    /// <summary>Kind ExchangeAnswered, LeaseGranted: when the request was started (monotonic).</summary>
    public TimeSpan StartedAt { get; private init; }

    /// <summary>Kind LeaseGranted: how long the lease lives from <see cref="StartedAt"/>.</summary>
    public TimeSpan LeaseDuration { get; private init; }

    /// <summary>Kind Services.</summary>
    public ServicesState ServicesState { get; private init; }

    /// <summary>Kind Checks: names of the critical checks that fail here, separated by commas; empty when none does.</summary>
    public string? FailingChecks { get; private init; }

    /// <summary>Kind Command.</summary>
    public NodeCommand? NodeCommand { get; private init; }

    /// <summary>Only time has passed.</summary>
    public static NodeInput Wake(TimeSpan now, DateTimeOffset utc) => new(InputKind.Wake, now, utc);

    /// <summary>The surroundings were looked at.</summary>
    public static NodeInput Local(TimeSpan now, DateTimeOffset utc, LocalFacts facts) => new(InputKind.Local, now, utc) { LocalFacts = facts };

    /// <summary>A probe completed.</summary>
    public static NodeInput Probe(TimeSpan now, DateTimeOffset utc, ProbeFact fact) => new(InputKind.Probe, now, utc) { ProbeFact = fact };

    /// <summary>The peer answered the exchange started at <paramref name="startedAt"/>.</summary>
    public static NodeInput ExchangeAnswered(TimeSpan now, DateTimeOffset utc, PeerReport report, TimeSpan startedAt)
        => new(InputKind.ExchangeAnswered, now, utc) { Report = report, StartedAt = startedAt };

    /// <summary>The exchange failed.</summary>
    public static NodeInput ExchangeFailed(TimeSpan now, DateTimeOffset utc) => new(InputKind.ExchangeFailed, now, utc);

    /// <summary>The peer's exchange arrived.</summary>
    public static NodeInput Heard(TimeSpan now, DateTimeOffset utc, PeerReport report) => new(InputKind.Heard, now, utc) { Report = report };

    /// <summary>The connection broke.</summary>
    public static NodeInput LinkLost(TimeSpan now, DateTimeOffset utc) => new(InputKind.LinkLost, now, utc);

    /// <summary>The services changed state.</summary>
    public static NodeInput Services(TimeSpan now, DateTimeOffset utc, ServicesState state) => new(InputKind.Services, now, utc) { ServicesState = state };

    /// <summary>Other application checks fail than before.</summary>
    public static NodeInput Checks(TimeSpan now, DateTimeOffset utc, string failing) => new(InputKind.Checks, now, utc) { FailingChecks = failing };

    /// <summary>A command.</summary>
    public static NodeInput Command(TimeSpan now, DateTimeOffset utc, NodeCommand command) => new(InputKind.Command, now, utc) { NodeCommand = command };

    /// <summary>The witness granted the lease asked for at <paramref name="startedAt"/>.</summary>
    public static NodeInput LeaseGranted(TimeSpan now, DateTimeOffset utc, TimeSpan startedAt, TimeSpan duration)
        => new(InputKind.LeaseGranted, now, utc) { StartedAt = startedAt, LeaseDuration = duration };

    /// <summary>The witness refused, or did not answer.</summary>
    public static NodeInput LeaseRefused(TimeSpan now, DateTimeOffset utc) => new(InputKind.LeaseRefused, now, utc);
}
