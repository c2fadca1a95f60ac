namespace HaConsole.Failover;

/// <summary>Why a yielding server offers the Active role to its peer.</summary>
public enum OfferReason : byte
{
    /// <summary>No offer.</summary>
    None,

    /// <summary>An operator's switchover (guide 6.1.3). Sets a hold.</summary>
    Operator,

    /// <summary>The Active is being stopped in an orderly way. Sets no hold.</summary>
    Shutdown,

    /// <summary>The services did not start here within their budget; given back once.</summary>
    GiveBack,

    /// <summary>The peer asked for it by row 410 or 420 and a witness is configured, so that it cannot take the role by itself.</summary>
    Requested,
}

/// <summary>
/// What one server says of itself in every exchange, request and answer alike. Everything the peers must tell each other to
/// decide rides in it: step-down requests, the offer of the role, votes, pause, holds and maintenance.
/// </summary>
public sealed record PeerReport
{
    /// <summary>Who speaks.</summary>
    public required Rank Rank { get; init; }

    /// <summary>Role of the speaker.</summary>
    public required Role Role { get; init; }

    /// <summary>Epoch of the speaker's last activation.</summary>
    public Epoch Epoch { get; init; }

    /// <summary>Highest epoch that the speaker has heard of.</summary>
    public Epoch HighestEpoch { get; init; }

    /// <summary>The speaker's own health.</summary>
    public SelfHealth Self { get; init; }

    /// <summary>What the speaker's probes of the listener find ("can you see me").</summary>
    public PeerHealth SeesPeer { get; init; }

    /// <summary>The speaker's LAN.</summary>
    public LanState Lan { get; init; }

    /// <summary>Where the speaker's requests to the VIP arrive, seen from the speaker.</summary>
    public VipDestination Vip { get; init; }

    /// <summary>The speaker's managed services.</summary>
    public ServicesState Services { get; init; }

    /// <summary>Longest stop timeout of the speaker's managed services.</summary>
    public TimeSpan LongestStop { get; init; }

    /// <summary>
    /// Critical application checks that fail on the speaker, separated by commas, at most <see cref="CommonCause.MostNames"/>; empty when none
    /// does, and from a version that does not tell.
    /// </summary>
    public string FailingChecks { get; init; } = "";

    /// <summary>The speaker has used up its resumptions of this hour (row 305).</summary>
    public bool OutOfResumptions { get; init; }

    /// <summary>Revision of the speaker's configuration.</summary>
    public Revision Configuration { get; init; }

    /// <summary>First 8 bytes of the configuration's SHA-256, as a number; equal on both when in sync.</summary>
    public long ConfigurationHash { get; init; }

    /// <summary>Software version of the speaker, for example <c>0.1.0</c>.</summary>
    public string Version { get; init; } = "";

    /// <summary>Pause, maintenance, holds and flap budget as the speaker knows them.</summary>
    public PairControls Controls { get; init; } = PairControls.None;

    /// <summary>"Go Standby": epoch of the speaker's activation, <see cref="Epoch.None"/> when nothing is pending.</summary>
    public Epoch StepDown { get; init; }

    /// <summary>The speaker has yielded and stopped its services: the listener may take the role.</summary>
    public OfferReason Offer { get; init; }

    /// <summary>The speaker (Standby) asks the Active listener to hand over (rows 410 and 420 with a witness): the row, else 0.</summary>
    public int HandOverWanted { get; init; }

    /// <summary>The speaker asks for the listener's vote.</summary>
    public bool VoteWanted { get; init; }

    /// <summary>The speaker relies, or may come to rely, on the listener's promise.</summary>
    public bool HoldsVote { get; init; }

    /// <summary>
    /// When the speaker gave its votes back last, on its own clock; zero when it never did or there is no witness. A promise made before it
    /// is used no more.
    /// </summary>
    public TimeSpan VotesDroppedAt { get; init; }

    /// <summary>The speaker promises not to vote for itself for this long, counted by the listener from the start of its request.</summary>
    public TimeSpan Promise { get; init; }

    /// <summary>True when the server's process is stopping and will not answer much longer.</summary>
    public bool Leaving { get; init; }
}
