using Npgsql;
using NpgsqlTypes;

namespace HaConsole.Storage;

/// <summary>Puts batches of audit entries into the database: all of a batch with its position, or nothing.</summary>
/// <param name="database">Where to.</param>
/// <param name="pair">Pair of the positions.</param>
internal sealed class AuditStore(HaDatabase database, string pair)
{
    private static readonly (string Column, Func<AuditRow, string> Value)[] Texts =
    [
        ("User", a => StoredText.Name(a.User)), ("Role", a => StoredText.Name(a.Role)), ("Origin", a => StoredText.Name(a.Origin)),
        ("Address", a => StoredText.Clean(a.Address)), ("Action", a => StoredText.Clean(a.Action)), ("Target", a => StoredText.Clean(a.Target)),
        ("CommandLine", a => StoredText.Clean(a.CommandLine)), ("Before", a => StoredText.Clean(a.Before)), ("After", a => StoredText.Clean(a.After)),
        ("Result", a => StoredText.Name(a.Result)), ("Sentence", a => StoredText.Clean(a.Sentence)),
        ("PreviousHash", a => StoredText.Name(a.PreviousHash)), ("Hash", a => StoredText.Name(a.Hash)),
    ];

    private static readonly string Insert =
        $"""
        INSERT INTO audit ("Pair", "Server", "Sequence", "At", {string.Join(", ", Texts.Select(t => $"\"{t.Column}\""))})
        SELECT @pair, * FROM unnest(@servers, @sequences, @ats, {string.Join(", ", Texts.Select(t => "@" + t.Column))})
        ON CONFLICT DO NOTHING
        """;

    /// <summary>Stores entries of one server, in ascending order, and moves its position.</summary>
    /// <exception cref="DatabaseUnavailableException">Nothing is stored.</exception>
    public async Task StoreAsync(IReadOnlyList<AuditRow> entries, CancellationToken cancellation)
        => await database.WithConnectionAsync(
            async connection =>
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellation);
                var server = entries[0].Server;
                var position = await JournalPosition.LockAsync(connection, pair, server, JournalPosition.Audit, cancellation);
                await using (var command = Command(connection, entries))
                {
                    await command.ExecuteNonQueryAsync(cancellation);
                }

                await JournalPosition.AddGapsAsync(
                    connection, pair, server, JournalPosition.Audit, position, [.. entries.Select(e => e.Sequence)], database.Time.GetUtcNow(), cancellation);
                await JournalPosition.MoveAsync(connection, pair, server, JournalPosition.Audit, entries[^1].Sequence, entries[^1].Hash, cancellation);
                await transaction.CommitAsync(cancellation);
                return true;
            },
            cancellation);

    private NpgsqlCommand Command(NpgsqlConnection connection, IReadOnlyList<AuditRow> entries)
    {
        var command = new NpgsqlCommand(Insert, connection);
        void Add<T>(string name, NpgsqlDbType type, Func<AuditRow, T> value)
            => command.Parameters.Add(new NpgsqlParameter<T[]>(name, NpgsqlDbType.Array | type) { TypedValue = [.. entries.Select(value)] });

        command.Parameters.AddWithValue("pair", pair);
        Add("servers", NpgsqlDbType.Integer, a => a.Server);
        Add("sequences", NpgsqlDbType.Bigint, a => a.Sequence);
        Add("ats", NpgsqlDbType.TimestampTz, a => a.At.ToUniversalTime());
        foreach (var (column, value) in Texts)
        {
            Add(column, NpgsqlDbType.Text, value);
        }

        return command;
    }
}
