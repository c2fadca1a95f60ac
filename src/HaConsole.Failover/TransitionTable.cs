namespace HaConsole.Failover;

/// <summary>The rules, in order (guide 6.3 and what it leaves open). Normative text: the failover algorithm.</summary>
public static class TransitionTable
{
    /// <summary>All rows by number.</summary>
    public static IReadOnlyList<TransitionRow> Rows => All;

    private static readonly TransitionRow[] All =
    [
        .. SafetyRows(),
        .. DualActiveRows(),
        .. HandOverRows(),
        .. TakeOverRows(),
    ];

    private static TransitionRow[] SafetyRows() =>
    [
        new(100, "–", "hot standby mode is disabled", "roles stay as they are; after a fresh start #1 (or a lone server) is Active, #2 Standby",
            [
                new("disabled", (in Turn t) => !t.P.Enabled, (in Turn t) => "hot standby mode is enabled"),
                new("valid", (in Turn t) => t.P.Invalid is null, (in Turn t) => "the configuration is invalid"),
            ],
            Disabled.Act),
        new(101, "–", "the configuration is invalid", "Standby; the engine refuses to run",
            [
                new("invalid", (in Turn t) => t.P.Invalid is not null, (in Turn t) => "the configuration is valid"),
            ],
            (ref Turn t) =>
            {
                if (t.S.Role != Role.Standby)
                {
                    FailoverMachine.Demote(ref t, 101, $"The engine does not run: {t.P.Invalid}", Severity.Alarm);
                }
            }),
        new(110, "–", "witness configured and the vote lost or expiring", "self → Standby before the promise or lease can run out",
            [
                new("active", (in Turn t) => t.S.Role == Role.Active, Words.NotActive),
                new("vote", Votes.Expiring, (in Turn t) => t.P.Witness ? "the vote holds" : "no witness is configured"),
            ],
            (ref Turn t) => FailoverMachine.Demote(ref t, 110, "The vote of the peer and of the witness is lost or about to expire: this server steps down before another may be elected.", Severity.Alarm)),
        new(120, "–", "own tick gap ≥ max(2·H, (N−1)·H) while Active and the peer, asked first, is Active", "self → Standby",
            [
                new("asked", (in Turn t) => t.S.VerifyUntil is not null, (in Turn t) => "no tick came that late"),
                new("peer-active", (in Turn t) => t.PeerRole == Role.Active, (in Turn t) => "the peer has not said that it is Active"),
            ],
            (ref Turn t) => FailoverMachine.Demote(ref t, 120, "This server stood still while Active and its peer is Active now.", Severity.Alarm)),
        new(130, "6.3 “switch remote”", "an authenticated step-down request with a higher epoch", "self → Standby",
            [
                new("active", (in Turn t) => t.S.Role == Role.Active, Words.NotActive),
                new("request", (in Turn t) => t.PeerAnswers && t.S.Peer!.StepDown > t.S.Epoch, (in Turn t) => "the peer does not ask for it"),
            ],
            (ref Turn t) => FailoverMachine.Demote(ref t, 130, $"{Text.Server(t.S.Rank.Other())}, Active in epoch {t.S.Peer!.StepDown}, asks this server to step down (own epoch {t.S.Epoch}).", Severity.Warning)),
        new(200, "6.3.4", "Active and without LAN N times in a row", "self → Standby",
            [
                new("active", (in Turn t) => t.S.Role == Role.Active, Words.NotActive),
                new("lan-down", (in Turn t) => t.S.Counters.LanDown >= t.N, (in Turn t) => $"the LAN was down {t.S.Counters.LanDown} of {t.N} times", Counts: true),
            ],
            (ref Turn t) => FailoverMachine.Demote(ref t, 200, $"This server was disconnected from the LAN {t.N} times in a row.", Severity.Alarm),
            counter: (in Turn t) => t.S.Counters.LanDown, needed: Words.N),
    ];

    private static TransitionRow[] DualActiveRows() =>
    [
        new(210, "6.3.3", "both Active N times in a row, LAN up, this is #2, no step-down of its own pending (with “VIP first”: and the VIP is not confirmed here)", "self → Standby (dual-active resolution)",
            [
                .. Guards.DualActive(1),
                new("backup", (in Turn t) => t.S.Rank == Rank.Backup, (in Turn t) => "this is server #1"),
                new("step-down", (in Turn t) => t.S.StepDown == Epoch.None, (in Turn t) => "the peer has not yet had its time to confirm the own step-down request"),
                new("vip-first", (in Turn t) => !t.P.VipFirst || t.S.Local.Vip != VipDestination.Here, (in Turn t) => "the VIP is confirmed here and goes first"),
            ],
            (ref Turn t) => FailoverMachine.Demote(ref t, 210, $"Dual-active resolution: server #1 was Active too {t.N} times in a row; server #2 yields.", Severity.Alarm),
            counter: (in Turn t) => t.S.Counters.PeerActive, needed: Words.N),
        new(220, "6.3.3", "both Active N times in a row, LAN up, this is #1, VIP here or VIP test off", "raise the own epoch, peer → Standby (dual-active resolution)",
            [
                .. Guards.DualActive(1),
                new("primary", (in Turn t) => t.S.Rank == Rank.Primary, (in Turn t) => "this is server #2"),
                new("vip", (in Turn t) => t.VipAllows, Words.VipNotHere),
            ],
            (ref Turn t) => FailoverMachine.Reassert(ref t, 220, $"Dual-active resolution: server #2 was Active too {t.N} times in a row; it is told to step down."),
            counter: (in Turn t) => t.S.Counters.PeerActive, needed: Words.N),
        new(230, "6.3.3", "both Active 2·N times in a row, LAN up, this is #1, VIP at the peer", "self → Standby (dual-active resolution)",
            [
                .. Guards.DualActive(2),
                new("primary", (in Turn t) => t.S.Rank == Rank.Primary, (in Turn t) => "this is server #2"),
                new("vip-peer", (in Turn t) => t.P.TestVipDestination && t.S.Local.Vip == VipDestination.Peer, (in Turn t) => "the VIP is not confirmed at the peer"),
            ],
            (ref Turn t) => FailoverMachine.Demote(ref t, 230, $"Dual-active resolution: server #2 was Active too {2 * t.N} times in a row and the VIP points to it; server #1 yields.", Severity.Alarm),
            counter: (in Turn t) => t.S.Counters.PeerActive, needed: Words.TwoN),
    ];

    private static TransitionRow[] HandOverRows() =>
    [
        new(300, "6.1.3", "the Active peer has yielded, stopped its services and offers the role (switchover, graceful stop, give-back)", "self → Active",
            [
                new("offer", HandOver.Offered, (in Turn t) => "the peer does not offer the role"),
                new("stop-failed", (in Turn t) => !t.PeerStopFailed, Words.StopFailed),
                new("maintenance", (in Turn t) => !t.InMaintenance(t.S.Rank), Words.Maintenance),
                new("leaving", (in Turn t) => !t.S.Leaving, Words.Leaving),
            ],
            HandOver.Take, activates: true),
        new(305, "–", "Starting, Active before the restart, the peer is Standby and knows no higher epoch, fewer than 3 resumptions this hour, not in maintenance", "resume: self → Active",
            [
                new("starting", (in Turn t) => t.S.Role == Role.Starting, (in Turn t) => "this server is not starting"),
                new("was-active", (in Turn t) => t.S.Stored.Role == Role.Active, (in Turn t) => "this server was not Active before its start"),
                new("peer-standby", (in Turn t) => t.PeerAnswers && t.S.Peer!.Role == Role.Standby, (in Turn t) => "the peer has not said that it is Standby"),
                new("epoch", (in Turn t) => t.S.Peer is { } peer && peer.HighestEpoch <= t.S.Stored.Epoch, (in Turn t) => t.S.Peer is null ? "the peer has not said what epoch it knows" : "the peer knows a higher epoch"),
                new("budget", (in Turn t) => t.ResumptionsThisHour < ResumptionBudget.Resumptions, (in Turn t) => "3 resumptions within an hour are used up"),
                new("maintenance", (in Turn t) => !t.InMaintenance(t.S.Rank), Words.Maintenance),
                new("leaving", (in Turn t) => !t.S.Leaving, Words.Leaving),
            ],
            (ref Turn t) =>
            {
                FailoverMachine.SpendResumption(ref t);
                FailoverMachine.Activate(ref t, 305, $"This server was Active in epoch {t.S.Stored.Epoch} before its restart and its peer has not taken over: it resumes.", Severity.Warning);
            },
            activates: true),
        new(306, "1.1.1.2", "Starting, and the peer is Active, or is Standby and row 305 does not hold", "Standby; the configuration with the higher revision wins",
            [
                new("starting", (in Turn t) => t.S.Role == Role.Starting, (in Turn t) => "this server is not starting"),
                new("contact", TakeOver.PeerHasSettled, (in Turn t) => "there is no contact with a peer that has settled"),
                // The answer over HTTP may overtake the peer's own word, which alone can tell whether row 305 holds.
                new("heard", (in Turn t) => t.PeerAnswers || t.S.RoundExchanged || t.S.Stored.Role != Role.Active, (in Turn t) => "the peer's own word is still awaited"),
            ],
            (ref Turn t) => FailoverMachine.Settle(ref t, 306, $"First contact: {Text.Server(t.S.Rank.Other())} is {t.PeerRole}; this server is Standby.")),
        new(310, "–", "the pair is paused", "nothing below acts",
            [
                new("paused", (in Turn t) => t.Paused, (in Turn t) => "the pair is not paused"),
            ],
            (ref Turn t) => { }),
    ];

    private static TransitionRow[] TakeOverRows() =>
    [
        new(400, "6.3.1", "Standby or Starting, LAN up, the peer failed N times in a row, own health OK (waived at 2·N when the peer does not answer at all), the application error of the peer is not also this server's, not in maintenance", "failover: self → Active, peer → Standby",
            [
                new("idle", (in Turn t) => t.Idle, Words.NotIdle),
                new("failures", (in Turn t) => t.S.Counters.PeerFail >= t.N, (in Turn t) => $"the peer failed {t.S.Counters.PeerFail} of {t.N} times", Counts: true),
                new("lan", (in Turn t) => t.LanUp, Words.NoLan),
                new("common-cause", (in Turn t) => CommonCause.Of(t).Length == 0, (in Turn t) => $"the same check fails on both servers ({CommonCause.Of(t).Replace(",", ", ", StringComparison.Ordinal)}): switching does not help"),
                new("health", TakeOver.HealthyOrWaived, (in Turn t) => "the own monitor URL does not answer well"),
                new("maintenance", (in Turn t) => !t.InMaintenance(t.S.Rank), Words.Maintenance),
                new("leaving", (in Turn t) => !t.S.Leaving, Words.Leaving),
            ],
            TakeOver.Failover, activates: true, counter: (in Turn t) => t.S.Counters.PeerFail, needed: Words.N),
        new(410, "3.1.2.1, 5.1", "Standby, VIP test on, LAN up, the VIP points here N times in a row, a peer that answers sees this server, own health OK, no hold, flap budget left", "self → Active, peer → Standby",
            [
                .. Guards.Voluntary(),
                new("vip-test", (in Turn t) => t.P.TestVipDestination, (in Turn t) => "the VIP test is off"),
                new("vip-here", (in Turn t) => t.S.Counters.VipHere >= t.N, (in Turn t) => $"the VIP pointed here {t.S.Counters.VipHere} of {t.N} times", Counts: true),
                new("peer-vip", (in Turn t) => !t.PeerAnswers || t.S.Peer!.Vip != VipDestination.Here, (in Turn t) => "the peer says that the VIP points there"),
                new("seen", (in Turn t) => !t.PeerAnswers || t.S.Peer!.SeesPeer is PeerHealth.Healthy or PeerHealth.Unknown, (in Turn t) => "the peer does not see this server as healthy and would take the role again"),
                new("health", (in Turn t) => t.SelfOk, (in Turn t) => "the own monitor URL does not answer well"),
            ],
            (ref Turn t) =>
            {
                FailoverMachine.Activate(ref t, 410, $"The virtual IP address has pointed to this server {t.N} times in a row: it follows.", Severity.Warning);
                FailoverMachine.SpendFlap(ref t);
            },
            activates: true, counter: (in Turn t) => t.S.Counters.VipHere, needed: Words.N),
        new(420, "6.3.2", "Standby, this is #1, auto restart on, the peer Active, LAN up, own health OK N times in a row, configuration synchronised, VIP here or VIP test off, the peer sees this server, no hold, flap budget left", "failback: self → Active, peer → Standby",
            [
                .. Guards.Voluntary(),
                new("primary", (in Turn t) => t.S.Rank == Rank.Primary, (in Turn t) => "this is server #2"),
                new("auto", (in Turn t) => t.P.FirstServerAutoRestart, (in Turn t) => "First server auto restart as Active is off"),
                new("peer-active", (in Turn t) => t.PeerAnswers && t.S.Peer!.Role == Role.Active, (in Turn t) => "the peer has not said that it is Active"),
                new("self-ok", (in Turn t) => t.S.Counters.SelfOk >= t.N, (in Turn t) => $"this server was well {t.S.Counters.SelfOk} of {t.N} times", Counts: true),
                new("in-sync", (in Turn t) => t.InSync, (in Turn t) => "the configuration is not synchronised"),
                new("vip", (in Turn t) => t.VipAllows, Words.VipNotHere),
                new("seen", (in Turn t) => t.S.Peer is { SeesPeer: PeerHealth.Healthy }, (in Turn t) => "the peer does not see this server as healthy"),
            ],
            (ref Turn t) =>
            {
                FailoverMachine.Activate(ref t, 420, $"Automatic failback: server #1 was well {t.N} times in a row and takes the role back.", Severity.Warning);
                FailoverMachine.SpendFlap(ref t);
            },
            activates: true, counter: (in Turn t) => t.S.Counters.SelfOk, needed: Words.N),
        new(430, "1.1.1.2, 5", "both answer and both are Standby or Starting N times in a row (at once when both have just started, are well and heard each other; over HTTP alone 2·N)", "#1 → Active after pulling from the higher epoch; #2 when #1 is unhealthy, in maintenance or out of resumptions",
            [
                new("idle", (in Turn t) => t.Idle, Words.NotIdle),
                new("peer-idle", (in Turn t) => t.PeerIdle, (in Turn t) => "the peer is not Standby or Starting by its own word"),
                new("due", TakeOver.ArbitrationDue, (in Turn t) => $"both were Standby {t.S.Counters.BothStandby} of {TakeOver.ArbitrationNeeds(t)} times", Counts: true),
                new("lan", (in Turn t) => t.S.Local.Lan != LanState.Down, Words.NoLan),
                new("stop-failed", (in Turn t) => !t.PeerStopFailed, Words.StopFailed),
                new("chosen", TakeOver.ChosenByArbitration, TakeOver.WhyNotChosen),
                new("leaving", (in Turn t) => !t.S.Leaving, Words.Leaving),
                new("pulled", (in Turn t) => !t.PeerAnswers || t.S.Peer!.Configuration <= t.P.Revision, (in Turn t) => "the configuration is still being pulled from the peer"),
            ],
            (ref Turn t) => FailoverMachine.Activate(ref t, 430, $"Neither server was Active: {Text.Server(t.S.Rank)} starts to serve.", Severity.Warning),
            activates: true, counter: (in Turn t) => t.S.Counters.BothStandby, needed: (in Turn t) => TakeOver.ArbitrationNeeds(t)),
    ];
}
