using HaConsole.Engine.Journal;
using HaConsole.Failover;
using HaConsole.Migrations;
using HaConsole.Storage.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace HaConsole.Storage.Tests;

public sealed class MigrationTests
{
    [Fact]
    public void Model_ComparedWithTheLastMigration_HasNoPendingChanges()
    {
        using var context = new DesignTimeFactory().CreateDbContext([]);

        Assert.False(context.Database.HasPendingModelChanges());
        Assert.NotEmpty(context.Database.GetMigrations());
    }

    [Fact]
    public void Script_FromNothing_MakesTheEventsTableWithItsUniqueIndex()
    {
        using var context = new DesignTimeFactory().CreateDbContext([]);

        var script = context.GetService<IMigrator>().GenerateScript(options: MigrationsSqlGenerationOptions.Idempotent);

        Assert.Contains("CREATE TABLE events", script, StringComparison.Ordinal);
        Assert.Contains("jsonb NOT NULL", script, StringComparison.Ordinal);
        Assert.Matches("CREATE UNIQUE INDEX \\S+ ON events \\(\"Pair\", \"Server\", \"Sequence\", \"Generation\"\\)", script);
    }

    [Fact]
    public async Task Upgrade_OfADatabaseWithEvents_FindsThemByTheNewIndex()
    {
        await using var server = await TestDatabase.StartAsync();
        await server.ExecuteAsync("CREATE DATABASE former");
        var former = server.ConnectionString.Replace("Database=postgres", "Database=former", StringComparison.Ordinal);
        await using (var context = new HaDbContext(DesignTimeFactory.Options(former)))
        {
            await context.GetService<IMigrator>().MigrateAsync("Initial");
            await context.Database.ExecuteSqlRawAsync(
                """
                CREATE EXTENSION pg_trgm;
                INSERT INTO events ("Pair", "Server", "Sequence", "Generation", "Epoch", "At", "Kind", "Row", "Severity", "Sentence", "Evidence")
                SELECT 'default', 1 + i % 2, i, 0, 1 + i / 1000, now(), 'probe-failed', 0, 0, CASE WHEN i % 5000 = 7 THEN 'A needle' ELSE 'Hay number ' || i END, '{{}}'
                FROM generate_series(1, 40000) i;
                CREATE INDEX "IX_events_text" ON events USING gin ((lower("Kind" || ' ' || "Sentence" || ' ' || "Evidence"::text)) gin_trgm_ops);
                """);
        }

        await using var database = await TestDatabase.StartAsync(o => o with { ConnectionString = former });
        await TestDatabase.UntilAsync(() => database.Database.Status.TextSearch == TextSearch.Indexed, $"the index: {database.Database.Status}");
        var page = await database.Events.QueryAsync(new EventFilter { Text = "needle" }, new EventPaging { Limit = 5 });
        var rest = await database.Events.QueryAsync(new EventFilter { Text = "needle" }, new EventPaging { Limit = 5, Before = page.Older });

        Assert.Equal([35_007L, 30_007, 25_007, 20_007, 15_007, 10_007, 5_007, 7], page.Rows.Concat(rest.Rows).Select(r => r.Sequence));
        await using var asked = new Npgsql.NpgsqlConnection(former);
        await asked.OpenAsync();
        await using var indexes = new Npgsql.NpgsqlCommand("SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relname IN ('IX_events_text', 'IX_events_search', 'IX_audit_search')", asked);
        Assert.Equal("IX_audit_search IX_events_search", await indexes.ExecuteScalarAsync());
    }

    [Fact]
    public void ToRow_AndBack_KeepsTheEvent()
    {
        var entry = new HaEvent
        {
            Pair = "b",
            Epoch = 7,
            Sequence = 12,
            Server = 2,
            At = new DateTimeOffset(2026, 11, 20, 10, 0, 0, TimeSpan.FromHours(1)),
            Kind = "role-changed",
            Row = 400,
            Severity = Severity.Alarm,
            Sentence = "The peer is dead.",
            Evidence = new Dictionary<string, string> { ["peer"] = "Unreachable" },
        };

        var row = entry.ToRow();

        Assert.Equal(TimeSpan.Zero, row.At.Offset);
        Assert.Equal(entry, row.ToEvent());
    }
}
