using HaConsole.Storage;

namespace HaConsole.Web.Model.History;

/// <summary>
/// The events that a page holds, newest first: grows downwards page by page as one scrolls, for as long as there are older ones, and starts
/// anew at the top when new ones are let in.
/// </summary>
/// <param name="query">Asks for the page before a place; null: the newest.</param>
/// <param name="most">Most events held.</param>
public sealed class EventList(Func<EventCursor?, CancellationToken, Task<EventPage>> query, int most = EventList.Most)
{
    /// <summary>Most events that one open page holds; who needs older ones narrows the time.</summary>
    public const int Most = 20_000;

    /// <summary>Events asked for at once.</summary>
    public const int PageRows = 200;

    private readonly List<EventRow> rows = [];
    private readonly Dictionary<(int Server, int Generation), long> seen = [];
    private EventCursor? older;

    /// <summary>Events, newest first.</summary>
    public IReadOnlyList<EventRow> Rows => rows;

    /// <summary>There are older ones that can be asked for.</summary>
    public bool HasOlder => older is not null && rows.Count < most;

    /// <summary>There are older ones, but no room for them.</summary>
    public bool IsFull => older is not null && rows.Count >= most;

    /// <summary>Rows of a list that one can scroll: those held, and one page more while there is more.</summary>
    public int Total => rows.Count + (HasOlder ? PageRows : 0);

    /// <summary>Begins anew with this page.</summary>
    public void Set(EventPage page)
    {
        ArgumentNullException.ThrowIfNull(page);
        rows.Clear();
        rows.AddRange(page.Rows);
        older = page.Older;
        foreach (var row in page.Rows)
        {
            seen[(row.Server, row.Generation)] = Math.Max(row.Sequence, seen.GetValueOrDefault((row.Server, row.Generation)));
        }
    }

    /// <summary>Rows from an index on; asks for older ones until there are enough.</summary>
    public async Task<IReadOnlyList<EventRow>> RangeAsync(int start, int count, CancellationToken cancellationToken)
    {
        while (rows.Count < start + count && HasOlder)
        {
            var before = older;
            var page = await query(before, cancellationToken).ConfigureAwait(true);
            if (before != older)
            {
                // The list has begun anew while this was asked.
                break;
            }

            rows.AddRange(page.Rows);
            older = page.Older;
        }

        return start >= rows.Count ? [] : rows.GetRange(start, Math.Min(count, rows.Count - start));
    }

    /// <summary>How many of these were not there when the list began: both servers count their events by themselves.</summary>
    public int News(IEnumerable<EventRow> latest)
    {
        ArgumentNullException.ThrowIfNull(latest);
        return latest.Count(row => row.Sequence > seen.GetValueOrDefault((row.Server, row.Generation)));
    }

    /// <summary>Puts another state of an event in its place.</summary>
    public void Replace(EventRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var at = rows.FindIndex(r => r.Server == row.Server && r.Sequence == row.Sequence);
        if (at >= 0)
        {
            rows[at] = row;
        }
    }
}
