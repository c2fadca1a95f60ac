namespace HaConsole.Failover;

/// <content>What this server tells its peer.</content>
public static partial class FailoverMachine
{
    /// <summary>What this server says of itself; <paramref name="previous"/> is returned again when nothing in it has changed.</summary>
    public static PeerReport Report(in NodeState state, FailoverSettings settings, TimeSpan now, PeerReport? previous)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var turn = new Turn(state, settings, now, default);
        var offer = state.HandOver == HandOverPhase.Offering ? state.HandOverReason : OfferReason.None;
        var promise = state.PromisedAt == now && state.PromisedUntil > now ? settings.VoteDuration : TimeSpan.Zero;
        var wanted = Votes.Wanted(turn);
        var holds = Votes.Holds(turn);
        var outOfResumptions = state.Stored.Role == Role.Active && state.Resumptions.Count >= ResumptionBudget.Resumptions && state.Role != Role.Active;
        var dropped = settings.Witness ? state.VotesDroppedAt ?? TimeSpan.Zero : TimeSpan.Zero;
        var sees = turn.PeerHealth;
        var handOverWanted = WantsHandOver(state, settings) ? state.CandidateRow : 0;
        var failing = CommonCause.Told(state.FailingChecks);
        if (previous is not null
            && previous.Role == state.Role && previous.Epoch == state.Epoch && previous.HighestEpoch == state.HighestEpoch
            && previous.Self == state.Local.Self && previous.SeesPeer == sees && previous.Lan == state.Local.Lan && previous.Vip == state.Local.Vip
            && previous.Services == state.Services && previous.LongestStop == settings.LongestStop && previous.OutOfResumptions == outOfResumptions
            && previous.Configuration == settings.Revision && previous.ConfigurationHash == settings.ConfigurationHash
            && ReferenceEquals(previous.Version, settings.Version) && ReferenceEquals(previous.Controls, state.Controls)
            && previous.StepDown == state.StepDown && previous.Offer == offer && previous.HandOverWanted == handOverWanted
            && previous.VoteWanted == wanted && previous.HoldsVote == holds && previous.VotesDroppedAt == dropped && previous.Promise == promise && previous.Leaving == state.Leaving
            && previous.FailingChecks == failing)
        {
            return previous;
        }

        return new PeerReport
        {
            Rank = state.Rank,
            Role = state.Role,
            Epoch = state.Epoch,
            HighestEpoch = state.HighestEpoch,
            Self = state.Local.Self,
            SeesPeer = sees,
            Lan = state.Local.Lan,
            Vip = state.Local.Vip,
            Services = state.Services,
            LongestStop = settings.LongestStop,
            OutOfResumptions = outOfResumptions,
            FailingChecks = failing,
            Configuration = settings.Revision,
            ConfigurationHash = settings.ConfigurationHash,
            Version = settings.Version,
            Controls = state.Controls,
            StepDown = state.StepDown,
            Offer = offer,
            HandOverWanted = handOverWanted,
            VoteWanted = wanted && handOverWanted == 0,
            HoldsVote = holds,
            VotesDroppedAt = dropped,
            Promise = promise,
            Leaving = state.Leaving,
        };
    }

    /// <summary>With a witness, rows 410 and 420 ask the Active to hand over: its votes cannot be won while it lives.</summary>
    private static bool WantsHandOver(in NodeState state, FailoverSettings settings) => settings.Witness && state.CandidateRow is 410 or 420 && state.Peer?.Role is Role.Active or Role.Yielding;
}
