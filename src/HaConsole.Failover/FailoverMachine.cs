namespace HaConsole.Failover;

/// <summary>
/// The decision core: a pure function from state and input to next state, ordered effects and a decision. Nothing here knows a
/// clock, a thread, a network or a disk, so that a failure is a list of inputs that replays.
/// </summary>
/// <remarks>
/// A step (1) notices what changed around it: settings, pause, lateness; (2) takes the input in and samples the counters; (3) lets
/// the first row of <see cref="TransitionTable"/> that matches act; (4) follows up what runs by time: service gate, hand-over,
/// pending step-down; (5) says when it wants to be called again.
/// </remarks>
public static partial class FailoverMachine
{
    /// <summary>State of a server whose process has just started: Starting (guide 1.1.1.2), first tick at once.</summary>
    /// <param name="rank">Server #1 or #2.</param>
    /// <param name="stored">What was found on disk.</param>
    /// <param name="controls">Pause, holds, maintenance found on disk.</param>
    /// <param name="settings">Settings in force.</param>
    /// <param name="now">Monotonic time.</param>
    public static NodeState Start(Rank rank, StoredState stored, PairControls controls, FailoverSettings settings, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentNullException.ThrowIfNull(settings);
        return new NodeState
        {
            Rank = rank,
            Role = settings.Invalid is null ? Role.Starting : Role.Standby,
            RoleSince = now,
            RoleRow = settings.Invalid is null ? 0 : 101,
            Epoch = stored.Epoch,
            HighestEpoch = Epoch.Max(stored.Epoch, stored.HighestEpoch),
            Stored = stored,
            Resumptions = stored.Resumptions,
            Controls = controls,
            SettingsSeen = settings,
            LastTickAt = now,
            NextTickAt = now,
            WakeAt = now,
            // What was promised before the restart is not known any more: as if it had been promised just now.
            PromisedUntil = settings.Witness ? now + settings.VoteDuration : TimeSpan.Zero,
            PromisedAfterDrop = TimeSpan.MaxValue,
        };
    }

    /// <summary>One decision.</summary>
    /// <param name="state">State so far.</param>
    /// <param name="input">What happened, and when.</param>
    /// <param name="settings">Settings in force.</param>
    public static StepResult Step(in NodeState state, in NodeInput input, FailoverSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var turn = new Turn(state, settings, input.Now, input.Utc);
        NoticeChanges(ref turn);
        NoticeTime(ref turn);
        TakeIn(ref turn, input);
        Decide(ref turn);
        FollowUp(ref turn);
        turn.S.WakeAt = NextWake(turn);
        return new StepResult(turn.S, turn.Effects, turn.Decision);
    }

    /// <summary>The peer's health by the last probe, Unknown when that is too old.</summary>
    public static PeerHealth PeerHealthOf(in NodeState state, FailoverSettings settings, TimeSpan now)
        => new Turn(state, settings, now, default).PeerHealth;

    /// <summary>The peer's role by its own fresh word or <c>mod=FT</c>, else Unknown.</summary>
    public static Role PeerRoleOf(in NodeState state, FailoverSettings settings, TimeSpan now)
        => new Turn(state, settings, now, default).PeerRole;

    /// <summary>Every row as it stands now, with the first guard that does not hold.</summary>
    public static IReadOnlyList<RowExplanation> Explain(in NodeState state, FailoverSettings settings, TimeSpan now, DateTimeOffset utc)
    {
        var turn = new Turn(state, settings, now, utc);
        var rows = TransitionTable.Rows;
        var explanations = new RowExplanation[rows.Count];
        for (var i = 0; i < explanations.Length; i++)
        {
            explanations[i] = rows[i].Explain(turn);
        }

        return explanations;
    }

    /// <summary>The pre-checks of a switchover that makes <paramref name="target"/> the Active, as this server sees them.</summary>
    public static IReadOnlyList<SwitchoverCheck> CheckSwitchover(in NodeState state, FailoverSettings settings, Rank target, TimeSpan now, DateTimeOffset utc)
        => SwitchoverChecks.Evaluate(new Turn(state, settings, now, utc), target);

    private static void NoticeChanges(ref Turn turn)
    {
        if (!ReferenceEquals(turn.S.SettingsSeen, turn.P))
        {
            var seen = turn.S.SettingsSeen;
            turn.S.SettingsSeen = turn.P;
            if (seen is not null && seen.Revision != turn.P.Revision)
            {
                // The peer must not take the two for different until the next tick: a switchover would be refused.
                turn.Do(NodeEffect.ExchangeNow.Instance);
            }

            // What changes no parameter (a user, a muted check, a service) must not start the counting of failures anew.
            if (seen is null || seen with { Revision = turn.P.Revision, ConfigurationHash = turn.P.ConfigurationHash, LongestStop = turn.P.LongestStop, Version = turn.P.Version } != turn.P)
            {
                TakeOverSettings(ref turn, seen);
            }
        }

        ResumptionBudget.Forget(ref turn);

        var paused = turn.Paused;
        if (turn.S.WasPaused != paused)
        {
            turn.S.WasPaused = paused;
            if (!paused)
            {
                turn.S.ResetCounters();
            }
        }
    }

    private static void TakeOverSettings(ref Turn turn, FailoverSettings? seen)
    {
        turn.S.ResetCounters();
        if (seen is not null && turn.Now - turn.S.LastTickAt <= seen.LateTick)
        {
            // A tick that was in time by the old interval is not late by the new one.
            var since = turn.Now - turn.P.HeartbeatInterval;
            turn.S.LastTickAt = turn.S.LastTickAt > since ? turn.S.LastTickAt : since;
        }

        var next = turn.S.LastTickAt + turn.P.HeartbeatInterval;
        turn.S.NextTickAt = next < turn.S.NextTickAt ? next : turn.S.NextTickAt;
        if (turn.P is { Witness: true, Enabled: true } && seen is not { Witness: true, Enabled: true } && turn.S.Role is Role.Active or Role.Yielding)
        {
            // A change of settings never demotes: one vote's lifetime to win the first vote.
            turn.S.PeerPromiseUntil = turn.Now + turn.P.VoteDuration;
        }
    }

    private static void NoticeTime(ref Turn turn)
    {
        if (turn.Now < turn.S.NextTickAt)
        {
            return;
        }

        var gap = turn.Now - turn.S.LastTickAt;
        if (gap > turn.P.LateTick)
        {
            turn.S.ResetCounters();
        }

        if (gap >= turn.P.FrozenAfter && turn.S.Role == Role.Active && turn.P is { Enabled: true, PeerConfigured: true })
        {
            // Whatever was known of the peer is from before the freeze.
            turn.S.VerifyUntil = turn.Now + turn.P.HeartbeatTimeout;
            turn.S.ExchangeFailedAt = turn.Now;
            turn.S.ProbeAt = null;
            turn.Record("late-tick", 120, Text.Late(gap), Severity.Warning);
        }

        StartRound(ref turn);
    }

    private static void StartRound(ref Turn turn)
    {
        turn.S.LastTickAt = turn.Now;
        var fast = turn.P.FastConfirmation && turn.S.EarlyTickTaken && turn.S.Counters.PeerFail < turn.N && turn.S.Role != Role.Active;
        var interval = fast ? turn.P.FastConfirmationInterval : turn.P.HeartbeatInterval;
        var next = turn.S.NextTickAt + interval;
        turn.S.NextTickAt = next > turn.Now && !fast ? next : turn.Now + interval;
        turn.S.RoundProbed = turn.S.RoundExchanged = turn.S.RoundSampled = false;
        turn.Do(NodeEffect.StartRound.Instance);
        Votes.AskAgain(ref turn);
    }

    private static void Decide(ref Turn turn)
    {
        var rows = TransitionTable.Rows;
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            if (!row.Matches(turn))
            {
                continue;
            }

            if (row.Activates && !Votes.Won(turn) && !turn.S.VoteOverridden)
            {
                Votes.BecomeCandidate(ref turn, row.Number);
                return;
            }

            row.Act(ref turn);
            if (row.Activates)
            {
                turn.S.CandidateRow = 0;
            }

            return;
        }

        Votes.NoLongerCandidate(ref turn);
    }

    private static TimeSpan NextWake(in Turn turn)
    {
        var wake = turn.S.NextTickAt;
        // The services' gate waits for the answer after a frozen time.
        wake = Earlier(wake, turn.S.VerifyUntil ?? turn.S.StartGateUntil);
        wake = turn.S.HandOver == HandOverPhase.None ? wake : Earlier(wake, turn.S.HandOverUntil);
        wake = turn.S.StepDown == Epoch.None ? wake : Earlier(wake, turn.S.StepDownUntil);
        return turn.P is { Witness: true, Enabled: true } ? Earlier(wake, Votes.NextMoment(turn)) : wake;
    }

    private static TimeSpan Earlier(TimeSpan a, TimeSpan? b) => b is { } other && other < a ? other : a;
}
