using HaConsole.Engine.Configuration;
using HaConsole.Engine.Peering;
using HaConsole.Failover;
using Microsoft.Extensions.Logging;

namespace HaConsole.Engine.Replication;

/// <summary>
/// The replicated configuration: changed on the Active, pushed at once to the peer, pulled by a server that hears of a higher
/// revision. The higher (epoch, counter, origin) wins as a whole; the other stays in the history.
/// </summary>
internal sealed partial class ConfigurationKeeper(ConfigurationStore store, IPeerLink? link, ILogger logger) : IDisposable
{
    private static readonly TimeSpan TransferTimeout = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim oneAtATime = new(1, 1);
    private int pulling;
    private int asserting;

    /// <summary>Every problem of a configuration on this server; errors keep it out of force.</summary>
    public required Func<PairConfiguration, IReadOnlyList<ConfigurationProblem>> Validate { get; init; }

    /// <summary>A document is in force now.</summary>
    public required Action<ConfigurationDocument> Applied { get; init; }

    /// <summary>Something that people must see.</summary>
    public required Action<string, string, Severity> Event { get; init; }

    public ConfigurationDocument Current => store.Current!;

    public IReadOnlyList<ConfigurationDocument> History => store.History;

    /// <summary>A change made on this server.</summary>
    public async Task<ConfigurationOutcome> ChangeAsync(PairConfiguration wanted, Revision expected, string owner, Rank rank, Epoch epoch, CancellationToken cancellationToken)
    {
        await oneAtATime.WaitAsync(cancellationToken);
        try
        {
            var before = Current;
            if (before.Revision != expected)
            {
                return new ConfigurationOutcome(before, false, true, [], null);
            }

            var problems = Validate(wanted);
            if (problems.Any(problem => !problem.IsWarning))
            {
                return new ConfigurationOutcome(before, false, false, problems, null);
            }

            var document = store.Make(wanted, before.Revision.NextBy(rank, epoch), owner);
            store.Save(document);
            Applied(document);
            Event("configuration-changed", $"{owner} changed the configuration: revision {document.Revision}.", Severity.Info);
            bool? onPeer = link is { Status.State: PeerLinkState.Connected } ? await link.PushConfigurationAsync(document, TransferTimeout, cancellationToken) : link is null ? null : false;
            return new ConfigurationOutcome(document, true, false, problems, onPeer);
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    /// <summary>
    /// Two servers were started for the first time with different files: both have revision 0.0.0, and no order says whose wins. The
    /// Active makes its own a revision, which the peer then takes over.
    /// </summary>
    public void Assert(Revision revision, Rank rank, Epoch epoch)
    {
        if (Current.Revision == revision && Interlocked.Exchange(ref asserting, 1) == 0)
        {
            _ = AssertAsync(revision, rank, epoch);
        }
    }

    /// <summary>The peer says that it has a higher revision: fetch it, once at a time.</summary>
    public void Pull(Revision revision)
    {
        if (link is null || revision <= Current.Revision || Interlocked.Exchange(ref pulling, 1) == 1)
        {
            return;
        }

        _ = PullAsync(link);
    }

    /// <summary>A document of the peer: put in force when its revision is higher and it is valid here.</summary>
    public async Task<bool> OfferAsync(ConfigurationDocument document, CancellationToken cancellationToken)
    {
        await oneAtATime.WaitAsync(cancellationToken);
        try
        {
            var own = Current;
            if (document.Revision <= own.Revision)
            {
                return document.Revision == own.Revision && document.Hash == own.Hash;
            }

            var refusal = store.Make(document.Content, document.Revision, document.SavedBy).Hash != document.Hash
                ? "its hash is not that of its content"
                : store.Adopt(document);
            if (refusal is not null)
            {
                Event("configuration-refused", $"Revision {document.Revision} of the peer is not put in force: {refusal}", Severity.Alarm);
                return false;
            }

            Applied(document);
            Event("configuration-adopted", $"Revision {document.Revision} of the peer, saved by {document.SavedBy}, replaces {own.Revision}.", Severity.Info);
            return true;
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    public void Dispose() => oneAtATime.Dispose();

    private async Task AssertAsync(Revision revision, Rank rank, Epoch epoch)
    {
        try
        {
            await ChangeAsync(Current.Content, revision, "first start", rank, epoch, CancellationToken.None);
        }
        catch (Exception e)
        {
            // The next exchange finds the difference again.
            LogPullFailed(logger, e);
        }
        finally
        {
            Volatile.Write(ref asserting, 0);
        }
    }

    private async Task PullAsync(IPeerLink peer)
    {
        try
        {
            if (await peer.PullConfigurationAsync(TransferTimeout, CancellationToken.None) is { } document)
            {
                await OfferAsync(document, CancellationToken.None);
            }
        }
        catch (Exception e)
        {
            // The next exchange says again that the peer has a higher revision.
            LogPullFailed(logger, e);
        }
        finally
        {
            Volatile.Write(ref pulling, 0);
        }
    }

    [LoggerMessage(1030, LogLevel.Error, "Bringing both servers to the same configuration failed.")]
    private static partial void LogPullFailed(ILogger logger, Exception exception);
}
