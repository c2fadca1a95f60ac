using HaConsole.Engine.Journal;

namespace HaConsole.Storage;

/// <summary>
/// Brings the journals of both servers into the database: the own one by itself, the peer's as the host hands it over. None is lost and none arrives twice.
/// </summary>
/// <param name="database">Where to.</param>
/// <param name="journal">Journal of this server.</param>
/// <param name="pair">Pair that the events belong to.</param>
/// <param name="server">Asked before each batch for the number of this server, 1 or 2; 0 while it is not known.</param>
/// <param name="log">Takes lines for the log; null for none.</param>
public sealed class EventForwarder(HaDatabase database, IJournal journal, string pair, Func<int> server, Action<string>? log = null) : IAsyncDisposable
{
    private const int MostPerBatch = 5_000;
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(5);

    private readonly EventStore events = new(database, pair);
    private readonly AuditStore audit = new(database, pair);
    private readonly CancellationTokenSource ending = new();
    private readonly Lock gate = new();
    private Task? work;
    private long? position;
    private DateTimeOffset positionSince;

    /// <summary>Begins to forward the own journal in the background and returns at once.</summary>
    public void Start()
    {
        lock (gate)
        {
            work ??= Task.Run(WorkAsync);
        }
    }

    /// <summary>Stores events of the other server (any that are stored already are recognised), oldest first.</summary>
    /// <exception cref="DatabaseUnavailableException">Nothing more is stored; hand them over again later.</exception>
    public async Task AcceptAsync(IReadOnlyList<HaEvent> peerEvents, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(peerEvents);
        foreach (var ofServer in peerEvents.GroupBy(e => e.Server))
        {
            foreach (var batch in ofServer.OrderBy(e => e.Sequence).Chunk(MostPerBatch))
            {
                await events.StoreAsync(batch, null, cancellation);
            }
        }
    }

    /// <summary>
    /// Sequence of the last event of a server that has arrived: ask its journal for what comes after. When that journal's own last sequence is lower,
    /// its numbering has begun again: ask from 0, what is known is recognised.
    /// </summary>
    /// <exception cref="DatabaseUnavailableException">The database cannot be used now.</exception>
    public async Task<long> LastOfAsync(int ofServer, CancellationToken cancellation = default)
        => (await PositionAsync(ofServer, JournalPosition.Events, cancellation)).Last;

    /// <summary>Stores audit entries (any that are stored already are recognised), oldest first.</summary>
    /// <exception cref="DatabaseUnavailableException">Nothing more is stored; hand them over again later.</exception>
    public async Task AcceptAuditAsync(IReadOnlyList<AuditRow> entries, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(entries);
        foreach (var ofServer in entries.GroupBy(e => e.Server))
        {
            foreach (var batch in ofServer.OrderBy(e => e.Sequence).Chunk(MostPerBatch))
            {
                await audit.StoreAsync(batch, cancellation);
            }
        }
    }

    /// <summary>Sequence of the last audit entry of a server that has arrived, as <see cref="LastOfAsync"/>.</summary>
    /// <exception cref="DatabaseUnavailableException">The database cannot be used now.</exception>
    public async Task<long> LastAuditOfAsync(int ofServer, CancellationToken cancellation = default)
        => (await PositionAsync(ofServer, JournalPosition.Audit, cancellation)).Last;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!ending.IsCancellationRequested)
        {
            await ending.CancelAsync();
        }

        if (work is { } running)
        {
            await running.WaitAsync(EndTimeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WorkAsync()
    {
        while (!ending.IsCancellationRequested)
        {
            var pause = Idle;
            try
            {
                pause = await ForwardAsync(ending.Token) ? TimeSpan.Zero : Idle;
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                return;
            }
            catch (DatabaseUnavailableException)
            {
                // The journal keeps them; how far they have arrived is asked anew when the database is back.
                (position, pause) = (null, AfterFailure);
            }
            catch (Exception e)
            {
                log?.Invoke($"Events could not be forwarded to the database: {e.Message}");
                (position, pause) = (null, AfterFailure);
            }

            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Forwards a batch; true when more may wait.</summary>
    private async Task<bool> ForwardAsync(CancellationToken cancellation)
    {
        var own = server();
        var newest = journal.Latest(1) is [.., var latest] ? latest.Sequence : 0;
        ReportWaiting(newest);
        if (own == 0 || newest == 0 || database.Status.State != DatabaseState.Ready)
        {
            if (database.Status.State != DatabaseState.Ready)
            {
                position = null;
            }

            return false;
        }

        if (position is null || positionSince != database.Status.Since)
        {
            positionSince = database.Status.Since;
            position = await FindPlaceAsync(own, newest, cancellation);
        }

        // Only what is on the journal's disk may go to the database: a crash must not give its number to another event.
        if (newest <= position || !journal.Flush(FlushTimeout))
        {
            return false;
        }

        var after = position.Value;
        var batch = journal.Read(after, MostPerBatch).Where(e => e.Sequence <= newest).Select(e => e with { Server = own, Pair = pair }).ToList();
        if (batch.Count == 0)
        {
            return false;
        }

        await events.StoreAsync(batch, after, cancellation);
        position = batch[^1].Sequence;
        ReportWaiting(newest);
        return position < newest;
    }

    /// <summary>Where to read on: after what has arrived, or from the start when the journal is not the one that it came from.</summary>
    private async Task<long> FindPlaceAsync(int own, long newest, CancellationToken cancellation)
    {
        var (last, mark) = await PositionAsync(own, JournalPosition.Events, cancellation);
        if (last == 0)
        {
            return 0;
        }

        var there = last <= newest && journal.Read(last - 1, 1) is [var entry, ..] && entry.Sequence == last ? entry : null;
        var isSame = there is not null ? JournalPosition.MarkOf(there) == mark : last < newest;
        if (!isSame)
        {
            log?.Invoke($"The journal is not the one that the database knows up to event {last}: all of its events are compared.");
        }

        return isSame ? last : journal.Read(0, 1) is [var first, ..] ? first.Sequence - 1 : 0;
    }

    private void ReportWaiting(long newest)
    {
        var waiting = Math.Max(0, newest - (position ?? database.Status.LastForwarded));
        var forwarded = position ?? database.Status.LastForwarded;
        database.Report(s => s.WaitingEvents == waiting && s.LastForwarded == forwarded ? s : s with { WaitingEvents = waiting, LastForwarded = forwarded });
    }

    private async Task<(long Last, string Mark)> PositionAsync(int ofServer, string of, CancellationToken cancellation)
        => await database.WithConnectionAsync(c => JournalPosition.ReadAsync(c, pair, ofServer, of, cancellation), cancellation);
}
