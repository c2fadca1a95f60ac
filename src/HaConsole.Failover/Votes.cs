namespace HaConsole.Failover;

/// <summary>
/// The vote of two of three when a witness is configured: self (unless promised away), a time-bounded promise of the peer, the
/// witness's lease. A promise counts for the listener from the start of its request and for the promiser from the moment of the
/// promise, so that it ends for the listener first whatever the network does. Without a witness the vote is always won.
/// </summary>
internal static class Votes
{
    /// <summary>Two votes, and the one that comes from outside lives long enough not to be given up at once (row 110).</summary>
    public static bool Won(in Turn turn) => !turn.P.Witness || (Count(turn) >= 2 && turn.Now < CarriedUntil(turn) - Margin(turn));

    /// <summary>Row 110: an Active must be gone before the promise or lease that carries it can run out.</summary>
    public static bool Expiring(in Turn turn) => turn.P.Witness && !turn.S.VoteOverridden && turn.Now >= CarriedUntil(turn) - Margin(turn);

    /// <summary>Ask both voters; answers arrive as inputs.</summary>
    public static void BecomeCandidate(ref Turn turn, int row)
    {
        var isNew = turn.S.CandidateRow != row;
        turn.S.CandidateRow = row;
        if (isNew || turn.S.VoteAskedAt is not { } asked || turn.Now - asked >= turn.P.HeartbeatInterval
            || (turn.S.PromisedUntil <= turn.Now && asked < turn.S.PromisedUntil))
        {
            Ask(ref turn);
        }
    }

    public static void NoLongerCandidate(ref Turn turn)
    {
        if (turn.S.CandidateRow == 0 || turn.S.Role == Role.Active)
        {
            turn.S.CandidateRow = 0;
            return;
        }

        turn.S.CandidateRow = 0;
        Drop(ref turn);
    }

    /// <summary>Once a tick: the Active renews, a candidate asks again.</summary>
    public static void AskAgain(ref Turn turn)
    {
        if (turn.P.Witness && (turn.S.Role == Role.Active || turn.S.HandOver == HandOverPhase.Stopping))
        {
            turn.S.VoteAskedAt = turn.Now;
            turn.Do(new NodeEffect.RequestLease(turn.P.VoteDuration));
        }
    }

    /// <summary>No longer (to become) Active: give everything back, as soon as no service of this server can run under these votes.</summary>
    public static void Drop(ref Turn turn)
    {
        turn.S.VoteOverridden = false;
        if (turn.S.Services != ServicesState.Stopped)
        {
            return;
        }

        turn.S.PeerPromiseUntil = TimeSpan.Zero;
        turn.S.VotesDroppedAt = turn.Now;
        if (turn.P.Witness && turn.S.LeaseUntil > TimeSpan.Zero)
        {
            turn.S.LeaseUntil = TimeSpan.Zero;
            turn.Do(NodeEffect.ReleaseLease.Instance);
        }
    }

    /// <summary>The services of a server that is not Active any more are stopped: now the votes can go.</summary>
    public static void ServicesStopped(ref Turn turn)
    {
        if (turn.S.Role is Role.Standby or Role.Starting && !Wanted(turn))
        {
            Drop(ref turn);
        }
    }

    /// <summary>The peer asks: promise when this server neither serves nor is about to.</summary>
    public static void Consider(ref Turn turn, PeerReport report)
    {
        if (!turn.P.Witness)
        {
            return;
        }

        // Heard only, so the order of what was said must be in it: the own requests may fail while those of the peer arrive.
        var givenBack = UsesNoVote(report) && report.VotesDroppedAt > turn.S.PromisedAfterDrop;
        if (givenBack || (report.Offer != OfferReason.None && !report.HoldsVote))
        {
            turn.S.PromisedUntil = TimeSpan.Zero;
        }

        var mayPromise = turn.S.Role is Role.Standby or Role.Starting || turn.S.HandOver == HandOverPhase.Offering;
        if (report.VoteWanted && mayPromise && turn.S.Services is ServicesState.Stopped or ServicesState.StartFailed && turn.S.LeaseUntil <= turn.Now && turn.S.PeerPromiseUntil <= turn.Now)
        {
            // Both ask at once (both just started): server #1 goes first.
            if (turn.S.CandidateRow != 0 && turn.S.Rank == Rank.Primary && report.Role != Role.Active)
            {
                return;
            }

            turn.S.PromisedUntil = turn.Now + turn.P.VoteDuration;
            turn.S.PromisedAt = turn.Now;
            turn.S.PromisedAfterDrop = report.VotesDroppedAt;
        }
    }

    public static void TakeAnswer(ref Turn turn, PeerReport report, TimeSpan startedAt)
    {
        if (!turn.P.Witness)
        {
            return;
        }

        if (report.Promise > TimeSpan.Zero && Wanted(turn) && !AskedBeforeDrop(turn, startedAt))
        {
            turn.S.PeerPromiseUntil = startedAt + report.Promise;
            turn.S.VoteOverridden = false;
        }

        // A fresh word from an idle peer that neither holds nor wants our vote frees us from what we promised before.
        if (UsesNoVote(report) && (turn.S.PromisedAt is not { } promised || promised < startedAt))
        {
            turn.S.PromisedUntil = TimeSpan.Zero;
        }
    }

    public static void TakeLease(ref Turn turn, TimeSpan startedAt, TimeSpan duration)
    {
        if (Wanted(turn) || (turn.P.Witness && turn.S.Services != ServicesState.Stopped))
        {
            // What was asked for before the votes were given back is void: the witness may have heard of the return after the request.
            if (!AskedBeforeDrop(turn, startedAt))
            {
                turn.S.LeaseUntil = startedAt + duration;
                turn.S.VoteOverridden = false;
            }
        }
        else
        {
            // Also when the votes were given back while this was on its way: kept, it would refuse the peer for its whole duration.
            turn.Do(NodeEffect.ReleaseLease.Instance);
        }
    }

    private static bool UsesNoVote(PeerReport report)
        => report is { Role: Role.Standby or Role.Starting, Services: ServicesState.Stopped, HoldsVote: false, VoteWanted: false };

    private static bool AskedBeforeDrop(in Turn turn, TimeSpan startedAt) => turn.S.VotesDroppedAt is { } dropped && startedAt <= dropped;

    public static bool Wanted(in Turn turn)
        => turn.P.Witness && (turn.S.Role == Role.Active || turn.S.CandidateRow != 0 || turn.S.HandOver == HandOverPhase.Stopping);

    public static bool Holds(in Turn turn) => turn.P.Witness && turn.S.PeerPromiseUntil > turn.Now;

    /// <summary>When votes change by themselves.</summary>
    public static TimeSpan NextMoment(in Turn turn)
    {
        if (turn.S.Role == Role.Active)
        {
            return turn.S.VoteOverridden ? TimeSpan.MaxValue : CarriedUntil(turn) - Margin(turn);
        }

        return turn.S.CandidateRow != 0 && turn.S.PromisedUntil > turn.Now ? turn.S.PromisedUntil : TimeSpan.MaxValue;
    }

    private static int Count(in Turn turn)
        => (turn.S.PromisedUntil <= turn.Now ? 1 : 0) + (turn.S.PeerPromiseUntil > turn.Now ? 1 : 0) + (turn.S.LeaseUntil > turn.Now ? 1 : 0);

    private static TimeSpan CarriedUntil(in Turn turn) => turn.S.PeerPromiseUntil > turn.S.LeaseUntil ? turn.S.PeerPromiseUntil : turn.S.LeaseUntil;

    /// <summary>Time to stop the services, but never so long that one missed renewal (H + T) would cost the role.</summary>
    private static TimeSpan Margin(in Turn turn)
    {
        var wanted = turn.P.HeartbeatTimeout + turn.P.LongestStop;
        var most = (turn.P.VoteDuration - turn.P.HeartbeatInterval - turn.P.HeartbeatTimeout) / 2;
        return wanted < most ? wanted : most;
    }

    private static void Ask(ref Turn turn)
    {
        turn.S.VoteAskedAt = turn.Now;
        turn.Do(new NodeEffect.RequestLease(turn.P.VoteDuration));
        turn.Do(NodeEffect.ExchangeNow.Instance);
    }
}
