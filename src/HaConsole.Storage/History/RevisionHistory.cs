using Microsoft.EntityFrameworkCore;

namespace HaConsole.Storage;

/// <summary>Saved configurations, for differences and undo. Every method throws <see cref="DatabaseUnavailableException"/> at once while the database is down.</summary>
/// <param name="database">Where to and from.</param>
public sealed class RevisionHistory(HaDatabase database)
{
    private const int MostRows = 1_000;

    /// <summary>Stores a revision; one that is stored already (same pair, revision and hash) is recognised.</summary>
    public async Task AcceptAsync(RevisionRow revision, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(revision);
        await database.RunAsync(
            (context, c) => context.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO revisions ("Pair", "Revision", "Counter", "Server", "Hash", "SavedAt", "SavedBy", "Reason", "Content")
                VALUES ({StoredText.Name(revision.Pair)}, {StoredText.Name(revision.Revision)}, {revision.Counter}, {revision.Server}, {StoredText.Name(revision.Hash)},
                    {revision.SavedAt.ToUniversalTime()}, {StoredText.Name(revision.SavedBy)}, {StoredText.Clean(revision.Reason)}, {JsonText.Clean(revision.Content)}::jsonb)
                ON CONFLICT DO NOTHING
                """,
                c),
            cancellation);
    }

    /// <summary>Revisions, latest first.</summary>
    /// <param name="pair">Pair.</param>
    /// <param name="before">Only those whose key is lower; null for the latest.</param>
    /// <param name="limit">Most rows, 1 … 1,000.</param>
    /// <param name="cancellation">Ends the query.</param>
    public async Task<IReadOnlyList<RevisionRow>> QueryAsync(string pair, long? before = null, int limit = 50, CancellationToken cancellation = default)
        => await database.RunAsync<IReadOnlyList<RevisionRow>>(
            async (context, c) => await context.Revisions.AsNoTracking().Where(r => r.Pair == pair && (before == null || r.Id < before))
                .OrderByDescending(r => r.Id).Take(Math.Clamp(limit, 1, MostRows)).ToListAsync(c),
            cancellation);

    /// <summary>One revision; null when it is not there.</summary>
    public async Task<RevisionRow?> FindAsync(string pair, string revision, CancellationToken cancellation = default)
        => await database.RunAsync(
            (context, c) => context.Revisions.AsNoTracking().Where(r => r.Pair == pair && r.Revision == revision).OrderByDescending(r => r.Id).FirstOrDefaultAsync(c),
            cancellation);
}
