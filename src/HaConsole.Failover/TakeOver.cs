namespace HaConsole.Failover;

/// <summary>Conditions and action of failover (row 400) and start-up arbitration (row 430).</summary>
internal static class TakeOver
{
    /// <summary>
    /// A degraded observer must not condemn its peer; but when the peer has not answered at all for 2·N, a server that is not quite
    /// well is better than none.
    /// </summary>
    public static bool HealthyOrWaived(in Turn turn)
        => turn.SelfOk || (turn.S.Counters.PeerFail >= 2 * turn.N && turn.S.Probe.Outcome == ProbeOutcome.NoAnswer && !turn.PeerAnswers);

    public static void Failover(ref Turn turn)
    {
        var how = turn.S.Probe.Outcome == ProbeOutcome.NoAnswer ? "did not answer" : "was not well";
        FailoverMachine.Activate(ref turn, 400, $"{Text.Server(turn.S.Rank.Other())} {how} {turn.S.Counters.PeerFail} times in a row: {Text.Server(turn.S.Rank)} takes over.", Severity.Alarm);
        FailoverMachine.EndHold(ref turn);
    }

    /// <summary>Over HTTP alone a server that is Starting answers STANDBY too: that is no first contact.</summary>
    public static bool PeerHasSettled(in Turn turn)
        => turn.PeerAnswers ? turn.S.Peer!.Role is Role.Active or Role.Standby : turn.PeerRole == Role.Active;

    public static int ArbitrationNeeds(in Turn turn) => turn.PeerAnswers ? turn.N : 2 * turn.N;

    public static bool ArbitrationDue(in Turn turn)
    {
        // At once only when both are well: one failed look at a server that is still warming up must not decide who serves, the more so as
        // it may know better already and choose itself.
        var bothJustStarted = turn.PeerAnswers && turn.S.Role == Role.Starting && turn.S.Peer!.Role == Role.Starting
            && turn.S.Local.Self == SelfHealth.Ok && turn.S.Peer.Self == SelfHealth.Ok;
        return bothJustStarted || turn.S.Counters.BothStandby >= ArbitrationNeeds(turn);
    }

    public static bool ChosenByArbitration(in Turn turn) => Chosen(turn) == turn.S.Rank;

    public static string WhyNotChosen(in Turn turn)
        => Chosen(turn) is { } chosen ? $"{Text.Server(chosen)} is to become Active" : "both servers are in maintenance";

    private static Rank? Chosen(in Turn turn)
    {
        if (!turn.PeerAnswers)
        {
            // By HTTP alone the servers cannot agree on who is fit: only #1 may act.
            return turn.InMaintenance(Rank.Primary) ? null : Rank.Primary;
        }

        var primaryIsFit = Fit(turn, Rank.Primary);
        if (primaryIsFit || Fit(turn, Rank.Backup))
        {
            return primaryIsFit ? Rank.Primary : Rank.Backup;
        }

        return !turn.InMaintenance(Rank.Primary) ? Rank.Primary : !turn.InMaintenance(Rank.Backup) ? Rank.Backup : null;
    }

    private static bool Fit(in Turn turn, Rank rank)
    {
        var own = rank == turn.S.Rank;
        var self = own ? turn.S.Local.Self : turn.S.Peer!.Self;
        var spent = own ? turn.S.Stored.Role == Role.Active && turn.ResumptionsThisHour >= ResumptionBudget.Resumptions : turn.S.Peer!.OutOfResumptions;
        var leaving = own ? turn.S.Leaving : turn.S.Peer!.Leaving;
        return self != SelfHealth.Failed && !turn.InMaintenance(rank) && !spent && !leaving;
    }
}
