using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HaConsole.Engine.Journal;
using Npgsql;

namespace HaConsole.Storage;

/// <summary>The rows that say how far a journal has arrived. They change in the transaction that stores the entries.</summary>
internal static class JournalPosition
{
    public const string Events = "events";
    public const string Audit = "audit";

    /// <summary>Sequence and mark of a log; 0 and empty when nothing has arrived.</summary>
    public static async Task<(long Last, string Mark)> ReadAsync(NpgsqlConnection connection, string pair, int server, string log, CancellationToken cancellation)
    {
        await using var command = Of(
            connection, """SELECT "Last", "Mark" FROM journal_positions WHERE "Pair" = @pair AND "Server" = @server AND "Log" = @log""", pair, server, log);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? (reader.GetInt64(0), reader.GetString(1)) : (0, "");
    }

    /// <summary>The sequence, with the row locked: two writers of the same log come one after the other.</summary>
    public static async Task<long> LockAsync(NpgsqlConnection connection, string pair, int server, string log, CancellationToken cancellation)
    {
        await using var command = Of(
            connection,
            """
            INSERT INTO journal_positions ("Pair", "Server", "Log", "Last", "Mark") VALUES (@pair, @server, @log, 0, '')
            ON CONFLICT ("Pair", "Server", "Log") DO UPDATE SET "Last" = journal_positions."Last" RETURNING "Last"
            """,
            pair, server, log);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Everything up to a sequence has arrived.</summary>
    public static async Task MoveAsync(NpgsqlConnection connection, string pair, int server, string log, long last, string mark, CancellationToken cancellation)
    {
        await using var command = Of(
            connection,
            """UPDATE journal_positions SET "Last" = @last, "Mark" = @mark WHERE "Pair" = @pair AND "Server" = @server AND "Log" = @log""",
            pair, server, log);
        command.Parameters.AddWithValue("last", last);
        command.Parameters.AddWithValue("mark", mark);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Records the numbers that are missing after a position and between the entries.</summary>
    public static async Task AddGapsAsync(
        NpgsqlConnection connection, string pair, int server, string log, long after, IReadOnlyList<long> sequences, DateTimeOffset at, CancellationToken cancellation)
    {
        var last = after;
        foreach (var sequence in sequences)
        {
            if (sequence > last + 1)
            {
                await using var command = Of(
                    connection,
                    """
                    INSERT INTO journal_gaps ("Pair", "Server", "Log", "From", "To", "At") VALUES (@pair, @server, @log, @from, @to, @at)
                    ON CONFLICT DO NOTHING
                    """,
                    pair, server, log);
                command.Parameters.AddWithValue("from", last + 1);
                command.Parameters.AddWithValue("to", sequence - 1);
                command.Parameters.AddWithValue("at", at.ToUniversalTime());
                await command.ExecuteNonQueryAsync(cancellation);
            }

            last = Math.Max(last, sequence);
        }
    }

    /// <summary>Tells an event from another one with the same number.</summary>
    public static string MarkOf(HaEvent entry)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{entry.Sequence} {entry.Epoch} {entry.At.UtcTicks} {entry.Kind} {entry.Sentence}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }

    private static NpgsqlCommand Of(NpgsqlConnection connection, string sql, string pair, int server, string log)
    {
        var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddWithValue("pair", pair);
        command.Parameters.AddWithValue("server", server);
        command.Parameters.AddWithValue("log", log);
        return command;
    }
}
