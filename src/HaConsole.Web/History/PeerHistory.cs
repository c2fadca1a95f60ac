using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Peering;
using HaConsole.Engine.Status;
using HaConsole.Storage;
using HaConsole.Web.Api;
using HaConsole.Web.Live;

namespace HaConsole.Web.History;

/// <summary>
/// Brings the other server's events and audit entries into this server's database. Asks only when its numbers in the snapshot say that
/// there is something new: the peer link carries nothing for it otherwise.
/// </summary>
internal sealed partial class PeerHistory(ConsoleEngine engine, LiveStatus live, HistoryParts parts, ILogger logger)
{
    /// <summary>Path of the raw journal of the answering server.</summary>
    public const string EventsPath = "/api/v1/journal/events";

    /// <summary>Path of the raw audit log of the answering server.</summary>
    public const string AuditPath = "/api/v1/journal/audit";

    /// <summary>Entries asked for at once; fits the longest answer of the peer link.</summary>
    public const int BatchSize = 500;

    /// <summary>Audit entries asked for at once: theirs may be long texts.</summary>
    public const int AuditBatchSize = 100;

    /// <summary>Several events of one moment come in one answer.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);
    private readonly Signal signal = new();
    private long seenEvents = -1;
    private long seenAudit = -1;
    private long shownOwn = -1;

    /// <summary>Works until cancelled.</summary>
    /// <param name="arrived">Called when events have come into the database.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(Action arrived, CancellationToken cancellationToken)
    {
        void Look(StatusSnapshot snapshot) => signal.Set();
        void StateChanged(DatabaseStatus status) => signal.Set();
        live.Changed += Look;
        parts.Database.StatusChanged += StateChanged;
        try
        {
            signal.Set();
            while (true)
            {
                await signal.WaitAsync(cancellationToken).ConfigureAwait(false);
                while (!await CatchUpAsync(arrived, cancellationToken).ConfigureAwait(false))
                {
                    await signal.WaitAsync(AfterFailure, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            live.Changed -= Look;
            parts.Database.StatusChanged -= StateChanged;
        }
    }

    /// <summary>False when it must be tried again although nothing new is said.</summary>
    private async Task<bool> CatchUpAsync(Action arrived, CancellationToken cancellationToken)
    {
        var snapshot = live.Current;
        if (parts.Database.Status.State != DatabaseState.Ready)
        {
            (seenEvents, seenAudit, shownOwn) = (-1, -1, -1);
            return true;
        }

        try
        {
            var own = await OwnArrivedAsync(snapshot, cancellationToken).ConfigureAwait(false);
            var peer = Servers.Peer(snapshot);
            var news = false;
            if (peer is { LastEvent: > 0 } && snapshot.PeerLink.State == "Connected" && (peer.LastEvent, peer.LastAudit) != (seenEvents, seenAudit))
            {
                await Task.Delay(Gathering, cancellationToken).ConfigureAwait(false);
                peer = Servers.Peer(live.Current) ?? peer;
                news = await PullEventsAsync(peer, cancellationToken).ConfigureAwait(false);
                await PullAuditAsync(peer, cancellationToken).ConfigureAwait(false);
                (seenEvents, seenAudit) = (peer.LastEvent, peer.LastAudit);
            }

            if (own || news)
            {
                arrived();
            }

            return true;
        }
        catch (DatabaseUnavailableException)
        {
            // Told again when it is back.
            (seenEvents, seenAudit, shownOwn) = (-1, -1, -1);
            return true;
        }
        catch (PeerSilentException)
        {
            return false;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(e);
            return false;
        }
    }

    /// <summary>Whether own events have come into the database since the last look; waits a little for those that are on their way.</summary>
    private async Task<bool> OwnArrivedAsync(StatusSnapshot snapshot, CancellationToken cancellationToken)
    {
        var local = snapshot.Servers.FirstOrDefault(s => s.Local);
        if (local is not { Server: > 0, LastEvent: > 0 } || local.LastEvent == shownOwn)
        {
            return false;
        }

        var arrived = 0L;
        for (var attempt = 0; attempt < 20; attempt++)
        {
            arrived = await parts.Forwarder.LastOfAsync(local.Server, cancellationToken).ConfigureAwait(false);
            if (arrived >= local.LastEvent)
            {
                break;
            }

            await Task.Delay(Gathering, cancellationToken).ConfigureAwait(false);
        }

        shownOwn = local.LastEvent;
        return true;
    }

    private async Task<bool> PullEventsAsync(ServerStatus peer, CancellationToken cancellationToken)
    {
        var known = await parts.Forwarder.LastOfAsync(peer.Server, cancellationToken).ConfigureAwait(false);
        if (known == peer.LastEvent)
        {
            return false;
        }

        // A lower number than the one known: its numbering has begun again.
        var after = known > peer.LastEvent ? 0 : known;
        while (after < peer.LastEvent)
        {
            var batch = await AskAsync(EventsPath, after, BatchSize, ApiJson.Default.IReadOnlyListHaEvent, cancellationToken).ConfigureAwait(false);
            if (batch.Count == 0)
            {
                break;
            }

            await parts.Forwarder.AcceptAsync([.. batch.Select(e => e with { Pair = parts.Pair })], cancellationToken).ConfigureAwait(false);
            after = batch[^1].Sequence;
        }

        return true;
    }

    private async Task PullAuditAsync(ServerStatus peer, CancellationToken cancellationToken)
    {
        var known = await parts.Forwarder.LastAuditOfAsync(peer.Server, cancellationToken).ConfigureAwait(false);
        var after = known > peer.LastAudit ? 0 : known;
        while (known != peer.LastAudit && after < peer.LastAudit)
        {
            var batch = await AskAsync(AuditPath, after, AuditBatchSize, ApiJson.Default.IReadOnlyListAuditEntry, cancellationToken).ConfigureAwait(false);
            if (batch.Count == 0)
            {
                break;
            }

            await parts.Forwarder.AcceptAuditAsync([.. batch.Select(e => AuditForwarding.RowOf(e, parts.Pair))], cancellationToken).ConfigureAwait(false);
            after = batch[^1].Sequence;
        }
    }

    private async Task<IReadOnlyList<T>> AskAsync<T>(string path, long after, int limit, JsonTypeInfo<IReadOnlyList<T>> type, CancellationToken cancellationToken)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"{path}?after={after}&limit={limit}");
        var request = new ForwardedRequest("GET", address, "", new Dictionary<string, string>());
        var answer = await engine.Run.ForwardToPeerAsync(request, cancellationToken).ConfigureAwait(false);
        return answer is { Status: StatusCodes.Status200OK }
            ? JsonSerializer.Deserialize(answer.Body, type) ?? []
            : throw new PeerSilentException();
    }

    [LoggerMessage(2203, LogLevel.Warning, "The other server's events could not be taken over; it is tried again")]
    private partial void LogFailed(Exception exception);

    /// <summary>The peer does not answer now, or is of a version that has no such call.</summary>
    private sealed class PeerSilentException : Exception;
}
