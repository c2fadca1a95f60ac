using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace HaConsole.Storage;

/// <summary>Brings the tables to this version's state; two processes on one database do it one after the other.</summary>
internal static class DatabaseMigration
{
    private const int OldestVersion = 120000;

    /// <summary>Any number that nobody else uses as an advisory lock in this database.</summary>
    private const long LockKey = 0x4861_436f_6e73_6f6c;
    private const int LockSeconds = 60;

    /// <summary>Migrates; returns the server's version.</summary>
    public static async Task<string> RunAsync(DatabaseSource source, CancellationToken cancellation)
    {
        await using var guard = await source.OpenAsync(cancellation);
        var version = (string)(await ScalarAsync(guard, "SHOW server_version", cancellation))!;
        var number = int.Parse((string)(await ScalarAsync(guard, "SHOW server_version_num", cancellation))!, CultureInfo.InvariantCulture);
        if (number < OldestVersion)
        {
            throw new DatabaseUnavailableException($"The database at {source.Place} is PostgreSQL {version}: version 12 or newer is needed.");
        }

        await ScalarAsync(guard, $"SELECT pg_advisory_lock({LockKey})", cancellation);
        try
        {
            await using var context = source.NewContext();
            var known = context.Database.GetMigrations().ToHashSet();
            var applied = (await context.Database.GetAppliedMigrationsAsync(cancellation)).ToList();
            if (applied.FirstOrDefault(m => !known.Contains(m)) is { } newer)
            {
                throw new DatabaseUnavailableException($"The database at {source.Place} was made by a newer version of this program ({newer}): install that version, or name another database.");
            }

            if (applied.Count < known.Count)
            {
                // A migration may have to read all rows; nobody waits for it except the pages that need the database.
                context.Database.SetCommandTimeout(TimeSpan.FromHours(1));
                await context.Database.MigrateAsync(cancellation);
            }
        }
        finally
        {
            // A lost connection has released it already.
            if (guard.FullState.HasFlag(System.Data.ConnectionState.Open))
            {
                await ScalarAsync(guard, $"SELECT pg_advisory_unlock({LockKey})", CancellationToken.None);
            }
        }

        return version.Split(' ')[0];
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = LockSeconds };
        return await command.ExecuteScalarAsync(cancellation);
    }
}
