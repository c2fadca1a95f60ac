using Microsoft.EntityFrameworkCore;

namespace HaConsole.Storage;

/// <summary>
/// Users, tokens and holds for reports. The truth is in files beside the engine; the host hands over what they say, at every change and when the
/// database is back. Every method throws <see cref="DatabaseUnavailableException"/> at once while the database is down.
/// </summary>
/// <param name="database">Where to and from.</param>
/// <param name="time">Clock for removals; null for the system's.</param>
public sealed class Projections(HaDatabase database, TimeProvider? time = null)
{
    private const int MostRows = 1_000;
    private readonly TimeProvider time = time ?? TimeProvider.System;

    /// <summary>All users there are: those missing in the list are marked as removed now.</summary>
    public async Task ReplaceUsersAsync(string pair, IReadOnlyList<UserRow> users, CancellationToken cancellation = default)
        => await ReplaceAsync(
            users,
            (context, c) => context.Users.Where(u => u.Pair == pair).ToListAsync(c),
            u => u.Id,
            u => u with
            {
                Pair = pair,
                Name = StoredText.Clean(u.Name),
                Role = StoredText.Clean(u.Role),
                CreatedAt = u.CreatedAt.ToUniversalTime(),
                RemovedAt = u.RemovedAt?.ToUniversalTime(),
            },
            u => u.RemovedAt is null ? u with { RemovedAt = time.GetUtcNow() } : u,
            cancellation);

    /// <summary>All tokens there are: those missing in the list are marked as removed now.</summary>
    public async Task ReplaceTokensAsync(string pair, IReadOnlyList<TokenRow> tokens, CancellationToken cancellation = default)
        => await ReplaceAsync(
            tokens,
            (context, c) => context.Tokens.Where(t => t.Pair == pair).ToListAsync(c),
            t => t.Id,
            t => t with
            {
                Pair = pair,
                Name = StoredText.Clean(t.Name),
                Owner = StoredText.Clean(t.Owner),
                Role = StoredText.Clean(t.Role),
                Scopes = StoredText.Clean(t.Scopes),
                CreatedAt = t.CreatedAt.ToUniversalTime(),
                ExpiresAt = t.ExpiresAt?.ToUniversalTime(),
                RemovedAt = t.RemovedAt?.ToUniversalTime(),
            },
            t => t.RemovedAt is null ? t with { RemovedAt = time.GetUtcNow() } : t,
            cancellation);

    /// <summary>All holds that last: those missing in the list end now.</summary>
    public async Task ReplaceHoldsAsync(string pair, IReadOnlyList<HoldRow> holds, CancellationToken cancellation = default)
        => await ReplaceAsync(
            holds,
            (context, c) => context.Holds.Where(h => h.Pair == pair && h.EndedAt == null).ToListAsync(c),
            h => (h.Kind, h.Server, Microseconds(h.Since)),
            h => h with
            {
                Id = 0,
                Pair = pair,
                Owner = StoredText.Clean(h.Owner),
                Reason = StoredText.Clean(h.Reason),
                Since = Microseconds(h.Since),
                Until = h.Until?.ToUniversalTime(),
                EndedAt = h.EndedAt?.ToUniversalTime(),
            },
            h => h.EndedAt is null ? h with { EndedAt = time.GetUtcNow() } : h,
            cancellation);

    /// <summary>Users with those removed, by name.</summary>
    public async Task<IReadOnlyList<UserRow>> UsersAsync(string pair, CancellationToken cancellation = default)
        => await database.RunAsync<IReadOnlyList<UserRow>>(
            async (context, c) => await context.Users.AsNoTracking().Where(u => u.Pair == pair).OrderBy(u => u.Name).ThenBy(u => u.Id).ToListAsync(c), cancellation);

    /// <summary>Tokens with those removed, by name.</summary>
    public async Task<IReadOnlyList<TokenRow>> TokensAsync(string pair, CancellationToken cancellation = default)
        => await database.RunAsync<IReadOnlyList<TokenRow>>(
            async (context, c) => await context.Tokens.AsNoTracking().Where(t => t.Pair == pair).OrderBy(t => t.Name).ThenBy(t => t.Id).ToListAsync(c), cancellation);

    /// <summary>Holds, latest first.</summary>
    /// <param name="pair">Pair.</param>
    /// <param name="limit">Most rows, 1 … 1,000.</param>
    /// <param name="cancellation">Ends the query.</param>
    public async Task<IReadOnlyList<HoldRow>> HoldsAsync(string pair, int limit = 100, CancellationToken cancellation = default)
        => await database.RunAsync<IReadOnlyList<HoldRow>>(
            async (context, c) => await context.Holds.AsNoTracking().Where(h => h.Pair == pair)
                .OrderByDescending(h => h.Since).ThenByDescending(h => h.Id).Take(Math.Clamp(limit, 1, MostRows)).ToListAsync(c),
            cancellation);

    private async Task ReplaceAsync<T, TKey>(
        IReadOnlyList<T> given, Func<HaDbContext, CancellationToken, Task<List<T>>> read, Func<T, TKey> key, Func<T, T> clean, Func<T, T> end, CancellationToken cancellation)
        where T : class
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(given);
        await database.RunAsync(
            async (context, c) =>
            {
                var wanted = given.Select(clean).DistinctBy(key).ToDictionary(key);
                foreach (var stored in await read(context, c))
                {
                    var next = wanted.Remove(key(stored), out var same) ? same : end(stored);
                    var entry = context.Entry(stored);
                    foreach (var property in entry.Properties.Where(p => !p.Metadata.IsKey()))
                    {
                        property.CurrentValue = property.Metadata.PropertyInfo!.GetValue(next);
                    }
                }

                context.AddRange(wanted.Values);
                return await context.SaveChangesAsync(c);
            },
            cancellation);
    }

    /// <summary>PostgreSQL keeps microseconds.</summary>
    private static DateTimeOffset Microseconds(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
}
