using System.Globalization;
using System.Text.Json;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Peering;
using HaConsole.Failover;
using HaConsole.Storage;
using HaConsole.Web.Api;
using HaConsole.Web.Live;

namespace HaConsole.Web.History;

/// <summary>A page of the timeline.</summary>
/// <param name="Page">Events, newest first.</param>
/// <param name="FromJournal">The database could not be asked: these are the last events of this server's journal, with what was noted here. The text says why.</param>
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
            return new TimelinePage(WithRemarks(paging is { Before: null, After: null } ? WithLatest(page, filter, paging.Limit) : page, filter), null);
        }
        catch (DatabaseUnavailableException e)
        {
            return new TimelinePage(OfJournal(filter, paging), e.Message);
        }
    }

    /// <summary>
    /// One event with its notes; null when it is not there. While the database is down: of this server's journal, or of the other server's
    /// when that answers.
    /// </summary>
    public async Task<EventRow?> FindAsync(int server, long sequence, CancellationToken cancellationToken)
    {
        try
        {
            var row = await history.Events.FindAsync(engine.Engine.Current.Pair, server, sequence, cancellationToken).ConfigureAwait(false)
                ?? engine.Journal.Latest(MostOnTheirWay).FirstOrDefault(e => e.Server == server && e.Sequence == sequence)?.ToRow();
            return row is null ? null : WithRemarks(row, MostOnTheirWay);
        }
        catch (DatabaseUnavailableException)
        {
            var found = server == Servers.Local(engine.Engine.Current) ? engine.Journal.Read(sequence - 1, 1) : await OfPeerAsync(sequence, cancellationToken).ConfigureAwait(false);
            return found is [{ } entry, ..] && entry.Sequence == sequence ? WithRemarks((entry with { Server = server }).ToRow(), MostFromJournal) : null;
        }
    }

    /// <summary>Events of both servers around one: the same epoch, at most <paramref name="within"/> before or after; oldest first.</summary>
    public async Task<IReadOnlyList<EventRow>> AroundAsync(EventRow row, TimeSpan within, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        var filter = new EventFilter { Pair = row.Pair, From = row.At - within, To = row.At + within, WithoutRemarks = true };
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
            && !(filter.HidesRemarks && EventRemark.IsKind(row.Kind))
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

    private EventPage WithRemarks(EventPage page, EventFilter filter)
    {
        Remarks.Add(page.Rows, engine.Journal.Latest(MostOnTheirWay));
        return filter.OnlyUnacknowledged && page.Rows.Any(row => row.AcknowledgedAt is not null)
            ? page with { Rows = [.. page.Rows.Where(row => row.AcknowledgedAt is null)] }
            : page;
    }

    private EventRow WithRemarks(EventRow row, int most)
    {
        Remarks.Add([row], engine.Journal.Latest(most));
        return row;
    }

    /// <summary>An event of the other server by its sequence; empty when it does not answer.</summary>
    private async Task<IReadOnlyList<HaEvent>> OfPeerAsync(long sequence, CancellationToken cancellationToken)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"{PeerHistory.EventsPath}?after={sequence - 1}&limit=1");
        var answer = await engine.Run.ForwardToPeerAsync(new ForwardedRequest("GET", path, "", new Dictionary<string, string>()), cancellationToken).ConfigureAwait(false);
        return answer is { Status: StatusCodes.Status200OK } ? JsonSerializer.Deserialize(answer.Body, ApiJson.Default.IReadOnlyListHaEvent) ?? [] : [];
    }

    private EventPage OfJournal(EventFilter filter, EventPaging paging)
    {
        var entries = engine.Journal.Latest(MostFromJournal);
        var all = entries.Select(e => e.ToRow()).ToList();
        Remarks.Add(all, entries);
        var rows = all.Where(row => Matches(filter, row)).OrderByDescending(EventCursor.Of).ToList();
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
