using System.Runtime.CompilerServices;
using HaConsole.Failover;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace HaConsole.Storage;

/// <summary>The events of both servers as people look at them. Every method throws <see cref="DatabaseUnavailableException"/> at once while the database is down.</summary>
/// <param name="database">Where from.</param>
public sealed class EventHistory(HaDatabase database)
{
    private const int MostRows = 1_000;

    /// <summary>A page of events.</summary>
    public async Task<EventPage> QueryAsync(EventFilter filter, EventPaging? paging = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        paging ??= new EventPaging();
        var limit = Math.Clamp(paging.Limit, 1, MostRows);
        var backwards = paging.After is null;
        var from = paging.After ?? paging.Before;
        var indexed = database.Status.TextSearch == TextSearch.Indexed;
        return await database.WithConnectionAsync(
            async connection =>
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellation);
                var (rows, endedAt) = await new EventReader(connection, filter, indexed).ReadAsync(from, backwards, limit + 1, cancellation);
                await transaction.RollbackAsync(cancellation);
                var hasMore = rows.Count > limit;
                rows = hasMore ? rows[..limit] : rows;
                if (!backwards)
                {
                    rows.Reverse();
                }

                await AddNotesAsync(connection, rows, cancellation);
                return Page(rows, hasMore, backwards, from, endedAt);
            },
            cancellation);
    }

    /// <summary>How many events there are: exact when few, else estimated. Cheap.</summary>
    public async Task<EventCount> CountAsync(EventFilter filter, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var indexed = database.Status.TextSearch == TextSearch.Indexed;
        return await database.WithConnectionAsync(connection => new EventCounter(connection, filter, indexed).CountAsync(cancellation), cancellation);
    }

    /// <summary>All events of a filter, newest first, page by page.</summary>
    public async IAsyncEnumerable<EventRow> ExportAsync(EventFilter filter, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        EventCursor? before = null;
        do
        {
            var page = await QueryAsync(filter, new EventPaging { Before = before, Limit = MostRows }, cancellation);
            foreach (var row in page.Rows)
            {
                yield return row;
            }

            before = page.Older;
        }
        while (before is not null);
    }

    /// <summary>One event with its notes; of several generations the latest. Null when it is not there.</summary>
    public async Task<EventRow?> FindAsync(string pair, int server, long sequence, CancellationToken cancellation = default)
        => await database.RunAsync(
            async (context, c) => await context.Events.AsNoTracking().Include(e => e.Notes.OrderBy(n => n.At).ThenBy(n => n.Server).ThenBy(n => n.Sequence).ThenBy(n => n.Id))
                .Where(e => e.Pair == StoredText.Name(pair) && e.Server == server && e.Sequence == sequence)
                .OrderByDescending(e => e.Generation).FirstOrDefaultAsync(c),
            cancellation);

    /// <summary>Ranges of events that were gone from a journal before the database could take them, latest first.</summary>
    public async Task<IReadOnlyList<JournalGapRow>> GapsAsync(string pair, CancellationToken cancellation = default)
        => await database.RunAsync<IReadOnlyList<JournalGapRow>>(
            async (context, c) => await context.JournalGaps.AsNoTracking().Where(g => g.Pair == pair && g.Log == JournalPosition.Events)
                .OrderByDescending(g => g.Id).Take(MostRows).ToListAsync(c),
            cancellation);

    private static EventPage Page(List<EventRow> rows, bool hasMore, bool backwards, EventCursor? from, EventCursor? endedAt)
    {
        EventCursor? newest = rows.Count > 0 ? EventCursor.Of(rows[0]) : null;
        EventCursor? oldest = rows.Count > 0 ? EventCursor.Of(rows[^1]) : null;
        var unfinished = hasMore ? null : endedAt;
        return backwards
            ? new EventPage { Rows = rows, Older = unfinished ?? (hasMore ? oldest : null), Newer = newest, Complete = unfinished is null }
            : new EventPage { Rows = rows, Older = oldest ?? from, Newer = unfinished ?? newest ?? from, Complete = unfinished is null };
    }

    private static async Task AddNotesAsync(NpgsqlConnection connection, List<EventRow> rows, CancellationToken cancellation)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var byId = rows.ToDictionary(r => r.Id);
        await using var command = new NpgsqlCommand(
            """SELECT "Id", "EventId", "At", "User", "Text", "Server", "Sequence" FROM event_notes WHERE "EventId" = ANY(@ids) ORDER BY "At", "Server", "Sequence", "Id" """, connection);
        command.Parameters.AddWithValue("ids", byId.Keys.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            byId[reader.GetInt64(1)].Notes.Add(new EventNoteRow
            {
                Id = reader.GetInt64(0),
                EventId = reader.GetInt64(1),
                At = reader.GetFieldValue<DateTimeOffset>(2),
                User = reader.GetString(3),
                Text = reader.GetString(4),
                Server = reader.GetInt16(5),
                Sequence = reader.GetInt64(6),
            });
        }
    }
}
