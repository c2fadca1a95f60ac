using System.Text.Json;
using HaConsole.Failover;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HaConsole.Storage;

/// <summary>What people look at later. Nothing that the pair needs to run is here: the engine never waits for it.</summary>
public class HaDbContext(DbContextOptions<HaDbContext> options) : DbContext(options)
{
    /// <summary>Events of both servers.</summary>
    public DbSet<EventRow> Events => Set<EventRow>();

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        modelBuilder.Entity<EventRow>(MapEvents);
    }

    private static void MapEvents(EntityTypeBuilder<EventRow> row)
    {
        row.ToTable("events");
        row.HasKey(e => e.Id);
        row.Property(e => e.Pair).HasMaxLength(64);
        row.Property(e => e.Kind).HasMaxLength(64);
        row.Property(e => e.Severity).HasConversion<string>().HasMaxLength(16);
        row.Property(e => e.Evidence).HasColumnType("jsonb").HasConversion(
            e => JsonSerializer.Serialize(e, JsonSerializerOptions.Default),
            text => JsonSerializer.Deserialize<Dictionary<string, string>>(text, JsonSerializerOptions.Default)!,
            new ValueComparer<IReadOnlyDictionary<string, string>>(
                (a, b) => a!.Count == b!.Count && !a.Except(b).Any(),
                e => e.Count,
                e => new Dictionary<string, string>(e)));

        // An event that is delivered twice (a lost acknowledgement, both servers' copies) is stored once.
        row.HasIndex(e => new { e.Pair, e.Server, e.Sequence }).IsUnique();
        row.HasIndex(e => new { e.Pair, e.Epoch, e.Sequence });
        row.HasIndex(e => e.At);
    }
}
