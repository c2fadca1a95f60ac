using HaConsole.Engine.Configuration;
using HaConsole.Engine.Peering;
using HaConsole.Failover;
using Microsoft.Extensions.Logging;

namespace HaConsole.Engine.Replication;

/// <summary>
/// The replicated configuration: changed on the Active, pushed at once to the peer, pulled by a server that hears of a higher
/// revision. The higher (epoch, counter, origin) wins as a whole; the other stays in the history, and as a conflict when it was edited
/// apart from the one that wins.
/// </summary>
internal sealed partial class ConfigurationKeeper(ConfigurationStore store, ConflictStore conflicts, IPeerLink? link, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan TransferTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A listener that hangs must not keep a configuration out of force.</summary>
    private static readonly TimeSpan LongestHearing = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim oneAtATime = new(1, 1);
    private volatile ConfigurationDocument current = store.Current!;
    private (Revision Revision, string Sentence, bool Serving) refused;
    private volatile string shared = "";
    private volatile RefusedRevision? refusal;
    private int pulling;
    private int asserting;

    /// <summary>Every problem of a configuration on this server; errors keep it out of force.</summary>
    public required Func<PairConfiguration, IReadOnlyList<ConfigurationProblem>> Validate { get; init; }

    /// <summary>This server serves, or is about to: a document that it could not run with would end that.</summary>
    public required Func<bool> Serves { get; init; }

    /// <summary>A document is in force now.</summary>
    public required Action<ConfigurationDocument> Applied { get; init; }

    /// <summary>Something that people must see.</summary>
    public required Action<string, string, Severity> Event { get; init; }

    /// <summary>This server, for revisions that it makes by itself.</summary>
    public Rank Rank { get; init; } = Rank.Primary;

    /// <summary>In force; never waits for a disk, unlike the store that may be writing.</summary>
    public ConfigurationDocument Current => current;

    public IReadOnlyList<ConfigurationDocument> History => store.History;

    /// <summary>What this server does not put in force although its revision is higher; null when there is nothing.</summary>
    public RefusedRevision? Refused => refusal is { } last && last.Revision > current.Revision ? last : null;

    /// <summary>Hears of each change before it is put in force, so that it can be announced the way the old configuration says; null: nobody.</summary>
    public Func<PairConfiguration, PairConfiguration, CancellationToken, Task>? Hearing { get; set; }

    /// <summary>The peer has a document in force that is in force here, too: what it makes from now on is built on that.</summary>
    public void SeenOnPeer(ConfigurationDocument document) => shared = ConfigurationLineage.EntryOf(document);

    /// <summary>A change made on this server.</summary>
    /// <param name="wanted">Wanted.</param>
    /// <param name="expected">Revision in force that it was made from.</param>
    /// <param name="owner">Who.</param>
    /// <param name="rank">This server.</param>
    /// <param name="epoch">Its epoch.</param>
    /// <param name="cancellationToken">Ends the wait for the peer.</param>
    /// <param name="over">Document of the peer that the change replaces knowingly, whatever its revision; null when there is none.</param>
    public async Task<ConfigurationOutcome> ChangeAsync(
        PairConfiguration wanted, Revision expected, string owner, Rank rank, Epoch epoch, CancellationToken cancellationToken, ConfigurationDocument? over = null)
    {
        var outcome = await ChangeHereAsync(wanted, expected, owner, rank, epoch, over, cancellationToken);
        if (!outcome.Saved || link is null)
        {
            return outcome;
        }

        // Not while the next change is kept waiting: the peer may be waiting for this server in the same way.
        var onPeer = link.Status.State == PeerLinkState.Connected && await link.PushConfigurationAsync(outcome.Document, TransferTimeout, cancellationToken);
        if (onPeer)
        {
            SeenOnPeer(outcome.Document);
        }

        return outcome with { OnPeer = onPeer };
    }

    /// <summary>
    /// Two servers were started for the first time with different files: both have revision 0.0.0, and no order says whose wins. The
    /// Active makes its own a revision, which the peer then takes over.
    /// </summary>
    public void Assert(Revision revision, Rank rank, Epoch epoch)
    {
        if (Current.Revision == revision && Interlocked.Exchange(ref asserting, 1) == 0)
        {
            // The caller is the engine's loop, which waits for no disk.
            _ = Task.Run(() => AssertAsync(revision, rank, epoch));
        }
    }

    /// <summary>The peer says that it has a higher revision: fetch it, once at a time.</summary>
    public void Pull(Revision revision)
    {
        if (link is null || revision <= Current.Revision || (revision == refused.Revision && refused.Serving == Serves()) || Interlocked.Exchange(ref pulling, 1) == 1)
        {
            return;
        }

        _ = Task.Run(() => PullAsync(link));
    }

    /// <summary>
    /// A document of the peer: put in force when its revision is higher and it is valid here. What it would lose of this server's changes is
    /// on disk before that. <paramref name="joining"/>: this server joins a pair and gives up what it had.
    /// </summary>
    public async Task<bool> OfferAsync(ConfigurationDocument document, CancellationToken cancellationToken, bool joining = false)
    {
        await oneAtATime.WaitAsync(cancellationToken);
        try
        {
            var own = Current;
            if (document.Revision <= own.Revision)
            {
                return document.Revision == own.Revision && document.Hash == own.Hash;
            }

            document = joining ? document : WithOwnParts(document, own);
            if (Problem(document) is { } problem)
            {
                Refuse(document, problem);
                return false;
            }

            await AnnounceAsync(own, document);
            var conflict = joining ? null : Keep(own, document);
            if (store.Adopt(document) is { } refusal)
            {
                Refuse(document, refusal);
                return false;
            }

            current = document;
            Applied(document);
            Event("configuration-adopted", $"Revision {document.Revision} of the peer, saved by {document.SavedBy}, replaces {own.Revision}.", Severity.Info);
            if (conflict is not null)
            {
                Report(conflict);
            }

            return true;
        }
        catch (IOException e)
        {
            // The peer says again that it has a higher revision; the disk may have recovered by then.
            LogPullFailed(logger, e);
            return false;
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    /// <summary>Reports a conflict once on this server.</summary>
    /// <param name="conflict">What is reported.</param>
    /// <param name="told">The journal has it already.</param>
    public void Report(ConflictRecord conflict, bool told = false)
    {
        if (!told)
        {
            Event("configuration-conflict", Forks.Sentence(conflict, Current.Content), Severity.Warning);
        }

        try
        {
            conflicts.Change(conflict.Id, record => record with { Reported = true });
        }
        catch (IOException e)
        {
            // The next start looks into the journal.
            LogPullFailed(logger, e);
        }
    }

    public void Dispose() => oneAtATime.Dispose();

    private async Task<ConfigurationOutcome> ChangeHereAsync(
        PairConfiguration wanted, Revision expected, string owner, Rank rank, Epoch epoch, ConfigurationDocument? over, CancellationToken cancellationToken)
    {
        await oneAtATime.WaitAsync(cancellationToken);
        try
        {
            var before = Current;
            if (before.Revision != expected)
            {
                return new ConfigurationOutcome(before, false, true, [], null);
            }

            wanted = wanted with { Format = wanted.FormatAfter(before.Content) };
            var problems = AccessConfigurationValidator.LockOut(before.Content, wanted) is { } lockOut ? [.. Validate(wanted), lockOut] : Validate(wanted);
            if (problems.Any(problem => !problem.IsWarning))
            {
                return new ConfigurationOutcome(before, false, false, problems, null);
            }

            var latest = over is not null && over.Revision > before.Revision ? over.Revision : before.Revision;
            var document = store.Make(wanted, latest.NextBy(rank, epoch), owner) with { Lineage = ConfigurationLineage.After(before, over) };
            await AnnounceAsync(before, document);
            store.Save(document);
            current = document;
            Applied(document);
            Event("configuration-changed", $"{owner} changed the configuration: revision {document.Revision}.", Severity.Info);
            return new ConfigurationOutcome(document, true, false, problems, null);
        }
        catch (IOException e)
        {
            var problem = new ConfigurationProblem("Node:DataDirectory", $"The change could not be stored and is not in force: {e.Message}");
            return new ConfigurationOutcome(Current, false, false, [problem], null);
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    /// <summary>
    /// A peer of a version that does not know users, tokens and mutes, or what came after them, drops it from what it saves. This server keeps
    /// its own: its document is then one revision ahead, which the peer refuses by its format until it is updated, too.
    /// </summary>
    private ConfigurationDocument WithOwnParts(ConfigurationDocument document, ConfigurationDocument own)
    {
        if (document.Content is not { } content)
        {
            return document;
        }

        var lacksAccess = content is { Format: PairConfiguration.BasicFormat, Access.IsEmpty: true } && own.Content.Access.Users.Count > 0;
        var lacksFiles = content.Format < PairConfiguration.FilesFormat && own.Content.Format >= PairConfiguration.FilesFormat && own.Revision != Revision.None;
        if ((!lacksAccess && !lacksFiles) || store.Make(content, document.Revision, document.SavedBy).Hash != document.Hash)
        {
            return document;
        }

        var kept = lacksAccess ? content with { Access = own.Content.Access, Mutes = own.Content.Mutes } : content;
        kept = lacksFiles ? OlderVersions.WithLaterParts(kept, own.Content) : kept;
        return store.Make(kept with { Format = kept.FormatAfter(own.Content) }, document.Revision.NextBy(Rank, Epoch.None), document.SavedBy) with { Lineage = ConfigurationLineage.After(document) };
    }

    /// <summary>Writes down what the document would lose; null when that is nothing.</summary>
    private ConflictRecord? Keep(ConfigurationDocument own, ConfigurationDocument document)
    {
        if (Forks.Of(own, document, Rank, shared == ConfigurationLineage.EntryOf(own), () => store.History, time.GetUtcNow()) is not { } conflict)
        {
            return null;
        }

        conflicts.Keep(conflict);

        // Left by an end of the process before the document was replaced, and edited since: part of this one.
        foreach (var earlier in conflicts.All.Where(r => !r.Reported && r.Id != conflict.Id && ConfigurationLineage.Names(own, r.Lost)))
        {
            conflicts.Remove(earlier.Id);
        }

        return conflict;
    }

    private async Task AnnounceAsync(ConfigurationDocument before, ConfigurationDocument after)
    {
        if (Hearing is not { } hear)
        {
            return;
        }

        try
        {
            using var limit = new CancellationTokenSource(LongestHearing, time);
            await hear(before.Content, after.Content, limit.Token).WaitAsync(limit.Token);
        }
        catch (Exception e)
        {
            LogUnheard(logger, after.Revision.ToString(), e);
        }
    }

    /// <summary>Why the document must not be put in force here; null when it may.</summary>
    private string? Problem(ConfigurationDocument document)
    {
        if (document is not { Content: not null, Hash: not null } || store.Make(document.Content, document.Revision, document.SavedBy).Hash != document.Hash)
        {
            return "its hash is not that of its content";
        }

        // A Standby takes over what moves it to another address, so that it finds it after its restart there; a change never demotes.
        if (Serves() && Validate(document.Content).FirstOrDefault(problem => !problem.IsWarning) is { } wrong)
        {
            return wrong.Message;
        }

        return ConfigurationStore.RefusalOf(document);
    }

    /// <summary>Says it once: the peer says in every exchange that it has that revision.</summary>
    private void Refuse(ConfigurationDocument document, string why)
    {
        var seen = (document.Revision, why, Serves());
        if (refused != seen)
        {
            refused = seen;
            refusal = new RefusedRevision(Rank.Number(), document.Revision, document.SavedBy, why, time.GetUtcNow());
            Event("configuration-refused", $"Revision {document.Revision} of the peer is not put in force: {why}", Severity.Alarm);
        }
    }

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

    [LoggerMessage(1031, LogLevel.Warning, "Revision {Revision} was not heard of before it is put in force.")]
    private static partial void LogUnheard(ILogger logger, string revision, Exception exception);

    [LoggerMessage(1030, LogLevel.Error, "Bringing both servers to the same configuration failed.")]
    private static partial void LogPullFailed(ILogger logger, Exception exception);
}
