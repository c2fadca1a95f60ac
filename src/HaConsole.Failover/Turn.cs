namespace HaConsole.Failover;

/// <summary>
/// One step in progress: the state being changed, the input's moment and the effects so far. Also the view that guards read: every
/// derived fact (is the peer's word fresh, is the pair paused …) has one definition, here.
/// </summary>
internal ref struct Turn
{
    public NodeState S;
    public readonly FailoverSettings P;
    public readonly TimeSpan Now;
    public readonly DateTimeOffset Utc;
    public Decision Decision;
    private static readonly IReadOnlyList<NodeEffect> RoundOnly = [NodeEffect.StartRound.Instance];
    private List<NodeEffect>? effects;
    private bool round;

    public Turn(in NodeState state, FailoverSettings settings, TimeSpan now, DateTimeOffset utc)
    {
        S = state;
        P = settings;
        Now = now;
        Utc = utc;
        Decision = Decision.Nothing;
    }

    public readonly IReadOnlyList<NodeEffect> Effects => effects ?? (round ? RoundOnly : []);

    /// <summary>N.</summary>
    public readonly int N => P.FailuresToSwitch;

    public readonly bool Idle => S.Role is Role.Standby or Role.Starting;

    public readonly bool LanUp => S.Local.Lan is LanState.Up or LanState.UpUnverified;

    public readonly bool SelfOk => S.Local.Self == SelfHealth.Ok;

    /// <summary>How long a fact about the peer is believed without a newer one.</summary>
    public readonly TimeSpan FreshFor => P.HeartbeatInterval + P.HeartbeatTimeout;

    /// <summary>The peer's word arrived after the last failed exchange, and not too long ago.</summary>
    public readonly bool PeerAnswers => S.Peer is not null && Now - S.PeerAt <= FreshFor && (S.ExchangeFailedAt is not { } failed || S.PeerAt > failed);

    /// <summary>The peer answers our probe over HTTP.</summary>
    public readonly bool PeerAnswersHttp => S.ProbeAt is { } at && Now - at <= FreshFor && S.Probe.Outcome != ProbeOutcome.NoAnswer;

    /// <summary>The peer's role by its own word, else by <c>mod=FT</c>, else Unknown.</summary>
    public readonly Role PeerRole => PeerAnswers ? S.Peer!.Role : PeerAnswersHttp ? S.Probe.Role : Role.Unknown;

    public readonly bool PeerIdle => PeerRole is Role.Standby or Role.Starting;

    public readonly PeerHealth PeerHealth => S.ProbeAt is not { } at || Now - at > FreshFor
        ? PeerHealth.Unknown
        : S.Probe.Outcome switch
        {
            ProbeOutcome.Success => PeerHealth.Healthy,
            ProbeOutcome.Unhealthy => PeerHealth.Unhealthy,
            _ => PeerHealth.Unreachable,
        };

    public readonly bool PeerStopFailed => PeerAnswers && S.Peer!.Services == ServicesState.StopFailed;

    public readonly bool Paused => S.Controls.Pause is { } pause && pause.InForce(Utc);

    public readonly bool Held => S.Controls.Hold is { } hold && hold.InForce(Utc);

    public readonly bool FlapLeft => FlapBudget.Left(S.Controls, Utc);

    public readonly bool InMaintenance(Rank rank) => S.Controls.Maintenance(rank) is { } control && control.InForce(Utc);

    /// <summary>VIP Here, or the VIP test is off.</summary>
    public readonly bool VipAllows => !P.TestVipDestination || S.Local.Vip == VipDestination.Here;

    public readonly bool InSync => PeerAnswers && S.Peer!.Configuration == P.Revision && S.Peer.ConfigurationHash == P.ConfigurationHash;

    public readonly int ResumptionsThisHour
    {
        get
        {
            var count = 0;
            for (var i = 0; i < S.Resumptions.Count; i++)
            {
                count += (Utc - S.Resumptions[i]).Duration() < ResumptionBudget.Window ? 1 : 0;
            }

            return count;
        }
    }

    /// <summary>
    /// Adds an effect at its documented place: durable first, then local, then what the peer and the witness are told, last what
    /// people read. A second one of a kind that says everything by itself replaces the first.
    /// </summary>
    public void Do(NodeEffect effect)
    {
        if (effects is null && effect is NodeEffect.StartRound)
        {
            // The tick of a well pair allocates nothing.
            round = true;
            return;
        }

        if (effects is null)
        {
            effects = new List<NodeEffect>(12);
            if (round)
            {
                effects.Add(NodeEffect.StartRound.Instance);
            }
        }

        var place = PlaceOf(effect);
        var at = effects.Count;
        for (var i = effects.Count - 1; i >= 0; i--)
        {
            if (effect is NodeEffect.PersistState or NodeEffect.PersistControls or NodeEffect.ExchangeNow or NodeEffect.RequestLease
                && effects[i].GetType() == effect.GetType())
            {
                effects[i] = effect;
                return;
            }

            at = PlaceOf(effects[i]) > place ? i : at;
        }

        effects.Insert(at, effect);
    }

    private static int PlaceOf(NodeEffect effect) => effect switch
    {
        NodeEffect.PersistState => 0,
        NodeEffect.PersistControls => 1,
        NodeEffect.SwitchLocal or NodeEffect.StartServices => 2,
        NodeEffect.RecordEvent or NodeEffect.CommandEnded => 4,
        _ => 3,
    };

    public void Record(string kind, int row, string sentence, Severity severity) => Do(new NodeEffect.RecordEvent(kind, row, sentence, severity));
}

/// <summary>Row 305 resumes fewer than 3 times an hour: a process that crashes in a loop must not keep the role.</summary>
public static class ResumptionBudget
{
    /// <summary>Resumptions allowed per <see cref="Window"/>.</summary>
    public const int Resumptions = 3;

    /// <summary>One hour.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>
    /// Forgets what is older than the window, so that this server and its peer count the same, and what lies far ahead: it is from before a
    /// clock was set right.
    /// </summary>
    internal static void Forget(ref Turn turn)
    {
        if (turn.S.Resumptions.Count > 0 && (turn.Utc - turn.S.Resumptions[0]).Duration() >= Window)
        {
            var utc = turn.Utc;
            turn.S.Resumptions = [.. turn.S.Resumptions.Where(at => (utc - at).Duration() < Window)];
        }
    }
}
