using HaConsole.Engine.Journal;
using HaConsole.Failover;
using HaConsole.Migrations;
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
