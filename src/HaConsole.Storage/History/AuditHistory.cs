using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;

namespace HaConsole.Storage;

/// <summary>The audit log of both servers as people look at it. Every method throws <see cref="DatabaseUnavailableException"/> at once while the database is down.</summary>
/// <param name="database">Where from.</param>
public sealed class AuditHistory(HaDatabase database)
{
    private const int MostRows = 1_000;

    /// <summary>A page of entries, newest first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="before">Older than this place; null for the newest.</param>
    /// <param name="limit">Most rows, 1 … 1,000.</param>
    /// <param name="cancellation">Ends the query.</param>
    public async Task<AuditPage> QueryAsync(AuditFilter filter, AuditCursor? before = null, int limit = 100, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        limit = Math.Clamp(limit, 1, MostRows);
        var rows = await database.RunAsync((context, c) => Filtered(context, filter, before).Take(limit + 1).ToListAsync(c), cancellation);
        var hasMore = rows.Count > limit;
        rows = hasMore ? rows[..limit] : rows;
        return new AuditPage { Rows = rows, Older = hasMore ? new AuditCursor(rows[^1].At, rows[^1].Id) : null };
    }

    /// <summary>All entries of a filter, newest first, page by page.</summary>
    public async IAsyncEnumerable<AuditRow> ExportAsync(AuditFilter filter, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        AuditCursor? before = null;
        do
        {
            var page = await QueryAsync(filter, before, MostRows, cancellation);
            foreach (var row in page.Rows)
            {
                yield return row;
            }

            before = page.Older;
        }
        while (before is not null);
    }

    private static IQueryable<AuditRow> Filtered(HaDbContext context, AuditFilter filter, AuditCursor? before)
    {
        var pair = StoredText.Name(filter.Pair);
        var rows = context.Audit.AsNoTracking().Where(a => a.Pair == pair);
        rows = filter.User.Length == 0 ? rows : rows.Where(a => a.User == StoredText.Name(filter.User));
        rows = filter.Action.Length == 0 ? rows : rows.Where(a => a.Action == StoredText.Clean(filter.Action));
        rows = filter.Result.Length == 0 ? rows : rows.Where(a => a.Result == StoredText.Name(filter.Result));
        if (filter.From is { } from)
        {
            rows = rows.Where(a => a.At >= from.ToUniversalTime());
        }

        if (filter.To is { } to)
        {
            rows = rows.Where(a => a.At <= to.ToUniversalTime());
        }

        foreach (var word in SearchTerms.Words(filter.Text))
        {
            var pattern = SearchTerms.Pattern(word);

            // The text that the index is built on; without naming the escape character there would be none.
            rows = rows.Where(a => EF.Functions.ILike(
                a.Action + " " + a.Target + " " + a.CommandLine + " " + a.Sentence + " " + a.Before + " " + a.After + " " + a.User + " " + a.Address, pattern, "\\"));
        }

        if (before is { } place)
        {
            rows = rows.Where(a => a.At < place.At.ToUniversalTime() || (a.At == place.At.ToUniversalTime() && a.Id < place.Id));
        }

        return rows.OrderByDescending(a => a.At).ThenByDescending(a => a.Id);
    }
}
