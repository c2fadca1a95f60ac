using System.Text.Json;
using HaConsole.Engine.Journal;
using Npgsql;
using NpgsqlTypes;

namespace HaConsole.Storage;

/// <summary>
/// Applies acknowledgements and notes to the events that they name, in the transaction that stores entries: those of the batch, and those that have
/// arrived before their event. Applying again changes nothing.
/// </summary>
internal static class RemarkStore
{
    /// <summary>Any number that nobody else uses as the first half of an advisory lock.</summary>
    private const int LockKey = 0x4861_726b;

    private const string Kinds = $"('{EventRemark.AcknowledgedKind}', '{EventRemark.NoteKind}')";

    /// <summary>Remarks about the events of a batch that are there already.</summary>
    private const string Earlier = $"""
        SELECT DISTINCT "Server", "Sequence", "Epoch", "At", "Kind", "Evidence" FROM events
        WHERE "Pair" = @pair AND "Kind" IN {Kinds} AND "Evidence" ->> 'server' = @server AND "Evidence" ->> 'sequence' = ANY(@sequences)
        """;

    private const string Given = """
        WITH r AS (
            SELECT * FROM unnest(@servers, @sequences, @epochs, @ats, @ofServers, @ofSequences, @ofGenerations, @ofAts, @users, @texts, @acknowledges)
                AS g(server, sequence, epoch, at, of_server, of_sequence, of_generation, of_at, "user", text, acknowledges)),
        named AS (
            SELECT e."Id", r.* FROM r JOIN events e ON e."Pair" = @pair AND e."Server" = r.of_server AND e."Sequence" = r.of_sequence
                AND CASE WHEN r.of_at IS NULL THEN e."Generation" = r.of_generation ELSE e."At" = r.of_at END)
        """;

    /// <summary>The first acknowledgement in the order of its own entry wins, whatever arrives first.</summary>
    private const string Acknowledge = $"""
        {Given}, firsts AS (
            SELECT DISTINCT ON ("Id") * FROM named WHERE acknowledges ORDER BY "Id", epoch, sequence, server, at)
        UPDATE events e SET "AcknowledgedAt" = f.at, "AcknowledgedBy" = f."user",
            "AcknowledgedEpoch" = f.epoch, "AcknowledgedSequence" = f.sequence, "AcknowledgedServer" = f.server
        FROM firsts f
        WHERE e."Id" = f."Id" AND (e."AcknowledgedAt" IS NULL
            OR (f.epoch, f.sequence, f.server, f.at) < (e."AcknowledgedEpoch", e."AcknowledgedSequence", e."AcknowledgedServer", e."AcknowledgedAt"))
        """;

    private const string Note = $"""
        {Given}
        INSERT INTO event_notes ("EventId", "At", "User", "Text", "Server", "Sequence")
        SELECT "Id", at, "user", text, server, sequence FROM named WHERE text <> '' ORDER BY at, server, sequence
        ON CONFLICT DO NOTHING
        """;

    /// <summary>
    /// Keeps the writers of one pair apart until their transaction ends. Without it one could store an event and the other its acknowledgement, neither
    /// seeing what the other has not committed yet.
    /// </summary>
    public static async Task LockAsync(NpgsqlConnection connection, string pair, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"SELECT pg_advisory_xact_lock({LockKey}, hashtext(@pair))", connection);
        command.Parameters.AddWithValue("pair", pair);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Applies what belongs to events of a batch, or is in it. The batch is of one server and stored already.</summary>
    public static async Task ApplyAsync(NpgsqlConnection connection, IReadOnlyList<HaEvent> batch, CancellationToken cancellation)
    {
        foreach (var ofPair in batch.GroupBy(e => StoredText.Name(e.Pair)))
        {
            var entries = ofPair.Where(e => EventRemark.IsKind(e.Kind)).ToList();
            entries.AddRange(await EarlierAsync(connection, ofPair.Key, ofPair, cancellation));
            var remarks = entries.Select(e => (Entry: e, Remark: EventRemark.Read(e))).Where(r => r.Remark is not null).Select(r => (r.Entry, r.Remark!)).ToList();
            if (remarks.Count == 0)
            {
                continue;
            }

            foreach (var sql in (string[])[Acknowledge, Note])
            {
                await using var command = Command(connection, sql, ofPair.Key, remarks);
                await command.ExecuteNonQueryAsync(cancellation);
            }
        }
    }

    private static async Task<List<HaEvent>> EarlierAsync(NpgsqlConnection connection, string pair, IEnumerable<HaEvent> batch, CancellationToken cancellation)
    {
        var found = new List<HaEvent>();
        foreach (var ofServer in batch.GroupBy(e => e.Server))
        {
            await using var command = new NpgsqlCommand(Earlier, connection);
            command.Parameters.AddWithValue("pair", pair);
            command.Parameters.AddWithValue("server", ofServer.Key.ToString(System.Globalization.CultureInfo.InvariantCulture));
            command.Parameters.AddWithValue("sequences", ofServer.Select(e => e.Sequence.ToString(System.Globalization.CultureInfo.InvariantCulture)).ToArray());
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                found.Add(new HaEvent
                {
                    Pair = pair,
                    Server = reader.GetInt16(0),
                    Sequence = reader.GetInt64(1),
                    Epoch = reader.GetInt64(2),
                    At = reader.GetFieldValue<DateTimeOffset>(3),
                    Kind = reader.GetString(4),
                    Sentence = "",
                    Evidence = JsonSerializer.Deserialize<Dictionary<string, string>>(reader.GetString(5), JsonSerializerOptions.Default)!,
                });
            }
        }

        return found;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, string pair, List<(HaEvent Entry, EventRemark Remark)> remarks)
    {
        var command = new NpgsqlCommand(sql, connection);
        void Add<T>(string name, NpgsqlDbType type, Func<HaEvent, EventRemark, T> value)
            => command.Parameters.Add(new NpgsqlParameter<T[]>(name, NpgsqlDbType.Array | type) { TypedValue = [.. remarks.Select(r => value(r.Entry, r.Remark))] });

        command.Parameters.AddWithValue("pair", pair);
        Add("servers", NpgsqlDbType.Smallint, (e, _) => (short)e.Server);
        Add("sequences", NpgsqlDbType.Bigint, (e, _) => e.Sequence);
        Add("epochs", NpgsqlDbType.Bigint, (e, _) => e.Epoch);
        Add("ats", NpgsqlDbType.TimestampTz, (e, _) => e.At.ToUniversalTime());
        Add("ofServers", NpgsqlDbType.Smallint, (_, r) => (short)r.Server);
        Add("ofSequences", NpgsqlDbType.Bigint, (_, r) => r.Sequence);
        Add("ofGenerations", NpgsqlDbType.Integer, (_, r) => r.Generation);
        Add("ofAts", NpgsqlDbType.TimestampTz, (_, r) => r.At?.ToUniversalTime());
        Add("users", NpgsqlDbType.Text, (_, r) => StoredText.Name(r.User));
        Add("texts", NpgsqlDbType.Text, (_, r) => StoredText.Clean(r.Text));
        Add("acknowledges", NpgsqlDbType.Boolean, (_, r) => r.Acknowledges);
        return command;
    }
}
