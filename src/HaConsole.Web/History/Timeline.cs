using HaConsole.Engine.Journal;
using HaConsole.Failover;
using HaConsole.Storage;
using HaConsole.Web.Live;

namespace HaConsole.Web.History;

/// <summary>A page of the timeline.</summary>
/// <param name="Page">Events, newest first.</param>
/// <param name="FromJournal">The database could not be asked: these are the last events of this server's journal, without notes. The text says why.</param>
public sealed record TimelinePage(EventPage Page, string? FromJournal);

/// <summary>The events of both servers for pages and calls: from the database, and from this server's journal while the database is down.</summary>
public sealed class Timeline(ConsoleEngine engine, HistoryHost history)
{
    /// <summary>Last events of the journal that are looked through while the database is down.</summary>
    public const int MostFromJournal = 5_000;

    private const int MostOnTheirWay = 50;

    /// <summary>A page of events.</summary>
    public async Task<TimelinePage> QueryAsync(EventFilter filter, EventPaging paging, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(paging);
        try
        {
            var page = await history.Events.QueryAsync(filter, paging, cancellationToken).ConfigureAwait(false);
            return new TimelinePage(paging is { Before: null, After: null } ? WithLatest(page, filter, paging.Limit) : page, null);
        }
        catch (DatabaseUnavailableException e)
        {
            return new TimelinePage(OfJournal(filter, paging), e.Message);
        }
    }

    /// <summary>One event with its notes; null when it is not there.</summary>
    public async Task<EventRow?> FindAsync(int server, long sequence, CancellationToken cancellationToken)
    {
        try
        {
            return await history.Events.FindAsync(engine.Engine.Current.Pair, server, sequence, cancellationToken).ConfigureAwait(false);
        }
        catch (DatabaseUnavailableException)
        {
            var found = server == Servers.Local(engine.Engine.Current) ? engine.Journal.Read(sequence - 1, 1) : [];
            return found.Count == 1 && found[0].Sequence == sequence ? found[0].ToRow() : null;
        }
    }

    /// <summary>Events of both servers around one: the same epoch, at most <paramref name="within"/> before or after; oldest first.</summary>
    public async Task<IReadOnlyList<EventRow>> AroundAsync(EventRow row, TimeSpan within, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        var filter = new EventFilter { Pair = row.Pair, From = row.At - within, To = row.At + within };
        var page = await QueryAsync(filter, new EventPaging { Limit = 60 }, cancellationToken).ConfigureAwait(false);
        return [.. page.Page.Rows.Reverse()];
    }

    /// <summary>All events of a filter, newest first. While the database is down: those of the journal.</summary>
    public async IAsyncEnumerable<EventRow> ExportAsync(EventFilter filter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (!history.IsReady)
        {
            foreach (var row in OfJournal(filter, new EventPaging { Limit = MostFromJournal }).Rows)
            {
                yield return row;
            }

            yield break;
        }

        await foreach (var row in history.Events.ExportAsync(filter, cancellationToken).ConfigureAwait(false))
        {
            yield return row;
        }
    }

    /// <summary>Whether an event is wanted.</summary>
    public static bool Matches(EventFilter filter, EventRow row)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(row);
        return row.Severity >= filter.MinSeverity
            && (filter.Servers.Count == 0 || filter.Servers.Contains(row.Server))
            && (filter.Kinds.Count == 0 || filter.Kinds.Contains(row.Kind))
            && (filter.From is not { } from || row.At >= from)
            && (filter.To is not { } to || row.At <= to)
            && (filter.FromEpoch is not { } least || row.Epoch >= least)
            && (filter.ToEpoch is not { } most || row.Epoch <= most)
            && (!filter.OnlyDecisions || row.Row > 0)
            && (!filter.OnlyUnacknowledged || (row.Severity > Severity.Info && row.AcknowledgedAt is null))
            && filter.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word => Has(row, word));
    }

    private static bool Has(EventRow row, string word)
        => row.Kind.Contains(word, StringComparison.OrdinalIgnoreCase)
            || row.Sentence.Contains(word, StringComparison.OrdinalIgnoreCase)
            || row.Evidence.Any(fact => fact.Key.Contains(word, StringComparison.OrdinalIgnoreCase) || fact.Value.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>What has just happened here is on its way to the database: it is shown already.</summary>
    private EventPage WithLatest(EventPage page, EventFilter filter, int limit)
    {
        var known = page.Rows.Select(row => (row.Server, row.Sequence)).ToHashSet();
        var oldest = page.Rows.Count > 0 ? EventCursor.Of(page.Rows[^1]) : default;
        var missing = engine.Journal.Latest(MostOnTheirWay).Select(e => e.ToRow())
            .Where(row => EventCursor.Of(row) > oldest && !known.Contains((row.Server, row.Sequence)) && Matches(filter, row)).ToList();
        if (missing.Count == 0)
        {
            return page;
        }

        List<EventRow> rows = [.. page.Rows.Concat(missing).OrderByDescending(EventCursor.Of)];
        return rows.Count <= limit
            ? page with { Rows = rows, Newer = EventCursor.Of(rows[0]) }
            : page with { Rows = rows[..limit], Newer = EventCursor.Of(rows[0]), Older = EventCursor.Of(rows[limit - 1]) };
    }

    private EventPage OfJournal(EventFilter filter, EventPaging paging)
    {
        var rows = engine.Journal.Latest(MostFromJournal).Select(e => e.ToRow()).Where(row => Matches(filter, row)).OrderByDescending(EventCursor.Of).ToList();
        if (paging.After is { } after)
        {
            var newer = rows.Where(row => EventCursor.Of(row) > after).Reverse().Take(paging.Limit).Reverse().ToList();
            return new EventPage { Rows = newer, Older = null, Newer = newer.Count > 0 ? EventCursor.Of(newer[0]) : null };
        }

        var wanted = rows.Where(row => paging.Before is not { } before || EventCursor.Of(row) < before).ToList();
        List<EventRow> shown = [.. wanted.Take(paging.Limit)];
        return new EventPage
        {
            Rows = shown,
            Older = wanted.Count > shown.Count ? EventCursor.Of(shown[^1]) : null,
            Newer = shown.Count > 0 ? EventCursor.Of(shown[0]) : null,
        };
    }
}
