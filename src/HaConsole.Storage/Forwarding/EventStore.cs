using System.Text.Json;
using HaConsole.Engine.Journal;
using Npgsql;
using NpgsqlTypes;

namespace HaConsole.Storage;

/// <summary>Puts batches of events into the database: all of a batch with its position, or nothing. Acknowledgements and notes are applied on the way.</summary>
/// <param name="database">Where to.</param>
/// <param name="pair">Pair of the positions.</param>
internal sealed class EventStore(HaDatabase database, string pair)
{
    /// <summary>
    /// An event that is there already (same number, time and kind) is left out. Another event under a number that is taken belongs to a later generation:
    /// its server numbers from the start again.
    /// </summary>
    private const string Insert = """
        WITH given AS (
            SELECT DISTINCT ON (pair, server, sequence, at, kind) *
            FROM unnest(@pairs, @servers, @sequences, @epochs, @ats, @kinds, @rows, @severities, @sentences, @evidences)
                AS g(pair, server, sequence, epoch, at, kind, row, severity, sentence, evidence)
            ORDER BY pair, server, sequence, at, kind, epoch),
        added AS (
            INSERT INTO events ("Pair", "Server", "Sequence", "Generation", "Epoch", "At", "Kind", "Row", "Severity", "Sentence", "Evidence")
            SELECT g.pair, g.server, g.sequence,
                coalesce((SELECT max(e."Generation") + 1 FROM events e WHERE e."Pair" = g.pair AND e."Server" = g.server AND e."Sequence" = g.sequence), 0)
                    + row_number() OVER (PARTITION BY g.pair, g.server, g.sequence ORDER BY g.at) - 1,
                g.epoch, g.at, g.kind, g.row, g.severity, g.sentence, g.evidence
            FROM given g
            WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e."Pair" = g.pair AND e."Server" = g.server AND e."Sequence" = g.sequence
                AND e."At" = g.at AND e."Kind" = g.kind AND e."Epoch" = g.epoch)
            ORDER BY g.epoch, g.sequence
            ON CONFLICT DO NOTHING
            RETURNING "Pair", "Server", "At", "Epoch", "Sequence")
        INSERT INTO event_hours ("Pair", "Server", "Hour", "FirstEpoch", "FirstSequence", "LastEpoch", "LastSequence")
        SELECT "Pair", "Server", date_trunc('hour', "At" AT TIME ZONE 'UTC') AT TIME ZONE 'UTC',
            (min(ARRAY["Epoch", "Sequence"]))[1], (min(ARRAY["Epoch", "Sequence"]))[2],
            (max(ARRAY["Epoch", "Sequence"]))[1], (max(ARRAY["Epoch", "Sequence"]))[2]
        FROM added GROUP BY 1, 2, 3
        ORDER BY 1, 2, 3
        ON CONFLICT ("Pair", "Server", "Hour") DO UPDATE SET
            "FirstEpoch" = CASE WHEN (excluded."FirstEpoch", excluded."FirstSequence") < (event_hours."FirstEpoch", event_hours."FirstSequence")
                THEN excluded."FirstEpoch" ELSE event_hours."FirstEpoch" END,
            "FirstSequence" = CASE WHEN (excluded."FirstEpoch", excluded."FirstSequence") < (event_hours."FirstEpoch", event_hours."FirstSequence")
                THEN excluded."FirstSequence" ELSE event_hours."FirstSequence" END,
            "LastEpoch" = CASE WHEN (excluded."LastEpoch", excluded."LastSequence") > (event_hours."LastEpoch", event_hours."LastSequence")
                THEN excluded."LastEpoch" ELSE event_hours."LastEpoch" END,
            "LastSequence" = CASE WHEN (excluded."LastEpoch", excluded."LastSequence") > (event_hours."LastEpoch", event_hours."LastSequence")
                THEN excluded."LastSequence" ELSE event_hours."LastSequence" END
        """;

    /// <summary>Stores events of one server, in ascending order, and moves its position. Gaps after the position are recorded.</summary>
    /// <param name="events">One or more events.</param>
    /// <param name="after">The position they were read after; null to take the stored one.</param>
    /// <param name="cancellation">Rolls back.</param>
    /// <exception cref="DatabaseUnavailableException">Nothing is stored.</exception>
    public async Task StoreAsync(IReadOnlyList<HaEvent> events, long? after, CancellationToken cancellation)
    {
        try
        {
            await StoreOnceAsync(events, after, cancellation);
        }
        catch (PostgresException e) when (!DatabaseSentences.IsLoss(e))
        {
            // One event that the database refuses must not keep the others out: it is stored with a sentence about itself.
            foreach (var one in events)
            {
                await StoreOneAsync(one, after, cancellation);
                after = one.Sequence;
            }
        }
    }

    private async Task StoreOneAsync(HaEvent one, long? after, CancellationToken cancellation)
    {
        try
        {
            await StoreOnceAsync([one], after, cancellation);
        }
        catch (PostgresException e) when (!DatabaseSentences.IsLoss(e))
        {
            database.Log($"Event {one.Sequence} of server {one.Server} is refused by the database ({e.SqlState}); the journal has it.");
            var stand = one with { Sentence = $"The database refuses this event ({e.SqlState}); the journal has it.", Evidence = new Dictionary<string, string>() };
            await StoreOnceAsync([stand], after, cancellation);
        }
    }

    private async Task StoreOnceAsync(IReadOnlyList<HaEvent> events, long? after, CancellationToken cancellation)
        => await database.WithConnectionAsync(
            async connection =>
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellation);
                var server = events[0].Server;
                await RemarkStore.LockAsync(connection, pair, cancellation);
                var position = await JournalPosition.LockAsync(connection, pair, server, JournalPosition.Events, cancellation);
                await using (var command = Command(connection, events))
                {
                    await command.ExecuteNonQueryAsync(cancellation);
                }

                await RemarkStore.ApplyAsync(connection, events, cancellation);
                await JournalPosition.AddGapsAsync(
                    connection, pair, server, JournalPosition.Events, after ?? position, [.. events.Select(e => e.Sequence)], database.Time.GetUtcNow(), cancellation);
                await JournalPosition.MoveAsync(
                    connection, pair, server, JournalPosition.Events, events[^1].Sequence, JournalPosition.MarkOf(events[^1]), cancellation);
                await transaction.CommitAsync(cancellation);
                return true;
            },
            cancellation);

    private static NpgsqlCommand Command(NpgsqlConnection connection, IReadOnlyList<HaEvent> events)
    {
        var command = new NpgsqlCommand(Insert, connection);
        void Add<T>(string name, NpgsqlDbType type, Func<HaEvent, T> value)
            => command.Parameters.Add(new NpgsqlParameter<T[]>(name, NpgsqlDbType.Array | type) { TypedValue = [.. events.Select(value)] });

        Add("pairs", NpgsqlDbType.Text, e => StoredText.Name(e.Pair));
        Add("servers", NpgsqlDbType.Smallint, e => (short)e.Server);
        Add("sequences", NpgsqlDbType.Bigint, e => e.Sequence);
        Add("epochs", NpgsqlDbType.Bigint, e => e.Epoch);
        Add("ats", NpgsqlDbType.TimestampTz, e => e.At.ToUniversalTime());
        Add("kinds", NpgsqlDbType.Text, e => StoredText.Name(e.Kind));
        Add("rows", NpgsqlDbType.Integer, e => e.Row);
        Add("severities", NpgsqlDbType.Smallint, e => (short)e.Severity);
        Add("sentences", NpgsqlDbType.Text, e => StoredText.Clean(e.Sentence));
        Add("evidences", NpgsqlDbType.Jsonb, e => JsonSerializer.Serialize(StoredText.Clean(e.Evidence), JsonSerializerOptions.Default));
        return command;
    }
}
