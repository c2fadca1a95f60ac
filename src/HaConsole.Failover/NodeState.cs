namespace HaConsole.Failover;

/// <summary>The six counters of consecutive samples; a contrary or unknown sample resets one, see <see cref="NodeState.ResetCounters"/> for all.</summary>
public record struct Counters
{
    /// <summary>Failed probes of the peer (rows 400).</summary>
    public int PeerFail { get; internal set; }

    /// <summary>Ticks on which the peer said that it is Active (rows 210–230).</summary>
    public int PeerActive { get; internal set; }

    /// <summary>Ticks without LAN (row 200).</summary>
    public int LanDown { get; internal set; }

    /// <summary>Ticks with LAN on which the own monitor URL was well (row 420).</summary>
    public int SelfOk { get; internal set; }

    /// <summary>Ticks on which the VIP pointed here (row 410).</summary>
    public int VipHere { get; internal set; }

    /// <summary>Ticks on which both servers answered as Standby or Starting (row 430).</summary>
    public int BothStandby { get; internal set; }
}

/// <summary>Where a hand-over of the Active role stands on the yielding side.</summary>
public enum HandOverPhase : byte
{
    /// <summary>None is under way.</summary>
    None,

    /// <summary>The local services are being stopped.</summary>
    Stopping,

    /// <summary>The role is offered to the peer.</summary>
    Offering,
}

/// <summary>
/// Everything that one server remembers between two decisions. A value: a step returns a new one. Times are monotonic and of this
/// server.
/// </summary>
public record struct NodeState
{
    /// <summary>Server #1 or #2.</summary>
    public Rank Rank { get; internal set; }

    /// <summary>Role now.</summary>
    public Role Role { get; internal set; }

    /// <summary>Since when.</summary>
    public TimeSpan RoleSince { get; internal set; }

    /// <summary>Row that set the role.</summary>
    public int RoleRow { get; internal set; }

    /// <summary>Epoch of the own last activation.</summary>
    public Epoch Epoch { get; internal set; }

    /// <summary>Highest epoch heard of, own included.</summary>
    public Epoch HighestEpoch { get; internal set; }

    /// <summary>State found on disk at the start.</summary>
    public StoredState Stored { get; internal set; }

    /// <summary>UTC times of the last resumptions (row 305).</summary>
    public IReadOnlyList<DateTimeOffset> Resumptions { get; internal set; }

    /// <summary>Consecutive samples.</summary>
    public Counters Counters { get; internal set; }

    /// <summary>Last look at the own surroundings.</summary>
    public LocalFacts Local { get; internal set; }

    /// <summary>Last probe.</summary>
    public ProbeFact Probe { get; internal set; }

    /// <summary>When it completed; null before the first.</summary>
    public TimeSpan? ProbeAt { get; internal set; }

    /// <summary>What the peer said last, in either direction.</summary>
    public PeerReport? Peer { get; internal set; }

    /// <summary>When it said so.</summary>
    public TimeSpan PeerAt { get; internal set; }

    /// <summary>When an exchange failed, or the connection broke, last.</summary>
    public TimeSpan? ExchangeFailedAt { get; internal set; }

    /// <summary>Last tick.</summary>
    public TimeSpan LastTickAt { get; internal set; }

    /// <summary>Next tick.</summary>
    public TimeSpan NextTickAt { get; internal set; }

    /// <summary>The probe of this tick's round has completed.</summary>
    public bool RoundProbed { get; internal set; }

    /// <summary>The exchange of this tick's round has completed.</summary>
    public bool RoundExchanged { get; internal set; }

    /// <summary>The samples of this round that need the peer's role have been taken.</summary>
    public bool RoundSampled { get; internal set; }

    /// <summary>When they were taken last.</summary>
    public TimeSpan RolesSampledAt { get; internal set; }

    /// <summary>A tick was brought forward because the connection broke; not again before the peer is well.</summary>
    public bool EarlyTickTaken { get; internal set; }

    /// <summary>The peer, asked after a frozen time, has not answered yet (row 120): until when to wait. Null: nothing is asked.</summary>
    public TimeSpan? VerifyUntil { get; internal set; }

    /// <summary>State of the own managed services.</summary>
    public ServicesState Services { get; internal set; }

    /// <summary>Names of the own critical application checks that fail, separated by commas; null or empty when none does.</summary>
    public string? FailingChecks { get; internal set; }

    /// <summary>The services are wanted, but wait for the peer's confirmed stop until then. Null: no wait.</summary>
    public TimeSpan? StartGateUntil { get; internal set; }

    /// <summary>The services were told to start and have not reported anything since.</summary>
    public bool StartOrdered { get; internal set; }

    /// <summary>"Go Standby" not yet confirmed by the peer: our epoch, else None.</summary>
    public Epoch StepDown { get; internal set; }

    /// <summary>Until when it is repeated.</summary>
    public TimeSpan StepDownUntil { get; internal set; }

    /// <summary>Hand-over of the role by this server.</summary>
    public HandOverPhase HandOver { get; internal set; }

    /// <summary>Why the role is handed over.</summary>
    public OfferReason HandOverReason { get; internal set; }

    /// <summary>When the present phase of the hand-over is given up.</summary>
    public TimeSpan HandOverUntil { get; internal set; }

    /// <summary>Command that asked for it.</summary>
    public long HandOverCommand { get; internal set; }

    /// <summary>The services of this activation were given back once, or were received as given back: not again.</summary>
    public bool GiveBackSpent { get; internal set; }

    /// <summary>The process is stopping.</summary>
    public bool Leaving { get; internal set; }

    /// <summary>Pause, maintenance, holds, flap budget.</summary>
    public PairControls Controls { get; internal set; }

    /// <summary>Whether the pair was paused at the last step (its end resets the counters).</summary>
    public bool WasPaused { get; internal set; }

    /// <summary>Settings of the last step (a change resets the counters).</summary>
    public FailoverSettings? SettingsSeen { get; internal set; }

    /// <summary>Until when this server has promised not to vote for itself.</summary>
    public TimeSpan PromisedUntil { get; internal set; }

    /// <summary>When it promised last.</summary>
    public TimeSpan? PromisedAt { get; internal set; }

    /// <summary>
    /// <see cref="PeerReport.VotesDroppedAt"/> of the request that was promised to: a later one says that the promise is used no more.
    /// <see cref="TimeSpan.MaxValue"/> when nobody knows what was promised.
    /// </summary>
    public TimeSpan PromisedAfterDrop { get; internal set; }

    /// <summary>Until when the peer's promise to this server holds.</summary>
    public TimeSpan PeerPromiseUntil { get; internal set; }

    /// <summary>Until when the witness's lease to this server holds.</summary>
    public TimeSpan LeaseUntil { get; internal set; }

    /// <summary>Row that would activate this server if the vote were won; 0 when none.</summary>
    public int CandidateRow { get; internal set; }

    /// <summary>When the votes were asked for last.</summary>
    public TimeSpan? VoteAskedAt { get; internal set; }

    /// <summary>When the votes were given back last: an answer to what was asked until then counts no more.</summary>
    public TimeSpan? VotesDroppedAt { get; internal set; }

    /// <summary>A forced failover has overridden the vote, until it is won again.</summary>
    public bool VoteOverridden { get; internal set; }

    /// <summary>When <see cref="FailoverMachine.Step"/> must be called again at the latest.</summary>
    public TimeSpan WakeAt { get; internal set; }

    /// <summary>
    /// The load balancer may be told ACTIVE: the role is Active, is not in doubt (row 120), and the services were not released behind
    /// the engine's back (invariant I6).
    /// </summary>
    public readonly bool AnswersActive
        => Role == Role.Active && VerifyUntil is null && (StartOrdered || StartGateUntil is not null || Services is not (ServicesState.Stopped or ServicesState.Stopping));

    internal void ResetCounters() => Counters = default;
}
