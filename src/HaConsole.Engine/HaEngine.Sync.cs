using HaConsole.Engine.Configuration;
using HaConsole.Engine.Peering;
using HaConsole.Engine.Replication;
using HaConsole.Failover;

namespace HaConsole.Engine;

/// <content>Both servers' configurations side by side.</content>
public sealed partial class HaEngine
{
    private readonly ConflictStore conflicts;
    private readonly ConflictExchange conflictExchange;
    private readonly SyncWatch syncWatch;

    /// <inheritdoc/>
    public IConfigurationSync Sync { get; }

    /// <summary>Offers a document as the peer would.</summary>
    internal Task<bool> OfferAsync(ConfigurationDocument document, CancellationToken cancellationToken) => keeper.OfferAsync(document, cancellationToken);

    /// <summary>The connected link to a peer that is Active; null when this server makes changes itself.</summary>
    private IPeerLink? LinkToActive()
    {
        var seen = box;
        var peerIsActive = seen.State.Role != Role.Active && FailoverMachine.PeerRoleOf(seen.State, seen.Settings, clock.Now) == Role.Active;
        return peerIsActive && parts.Link is { Status.State: PeerLinkState.Connected } link ? link : null;
    }

    private async Task<ConfigurationOutcome> ChangeOnActiveAsync(
        PairConfiguration wanted, Revision expected, string owner, ConfigurationDocument? over, CancellationToken cancellationToken)
    {
        if (expected == keeper.Current.Revision && await AddressProblemsAsync(wanted, cancellationToken) is { Count: > 0 } problems)
        {
            return new ConfigurationOutcome(keeper.Current, false, false, problems, null);
        }

        if (LinkToActive() is { } link && await ConfigurationForwarding.ForwardAsync(link, wanted, expected, owner, cancellationToken, over) is { } outcome)
        {
            if (outcome.Saved)
            {
                // The Active pushes it as well; whichever comes first.
                await keeper.OfferAsync(outcome.Document, cancellationToken);
                if (outcome.Document.Content.NeededFormat < wanted.NeededFormat)
                {
                    Event("configuration-incomplete", $"The Active runs an older version: revision {outcome.Document.Revision} lacks what it does not know. Upgrade it, then save again.", Severity.Alarm);
                }
            }

            return outcome;
        }

        return await keeper.ChangeAsync(wanted, expected, owner, parts.Rank, box.State.HighestEpoch, cancellationToken);
    }

    /// <summary>Once begun it is done on both or on none, whether or not whoever asked still waits.</summary>
    private Task<ConfigurationOutcome> TakeAsync(PairConfiguration content, ConfigurationDocument own, ConfigurationDocument peer, string owner)
        => LinkToActive() is not null
            ? ChangeOnActiveAsync(content, peer.Revision, owner, own, CancellationToken.None)
            : keeper.ChangeAsync(content, own.Revision, owner, parts.Rank, box.State.HighestEpoch, CancellationToken.None, peer);

    private ConfigurationSync MakeSync() => new(syncWatch, keeper, conflicts, clock, parts.Rank)
    {
        Change = TakeAsync,
        Event = Event,
        Changed = ConflictsChanged,
    };

    private void ConflictsChanged()
    {
        syncWatch.Recount();
        loop.Post(NodeInput.Wake);
    }
}
