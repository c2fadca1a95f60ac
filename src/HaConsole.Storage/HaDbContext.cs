using Microsoft.EntityFrameworkCore;

namespace HaConsole.Storage;

/// <summary>What people look at later. Nothing that the pair needs to run is here: the engine never waits for it.</summary>
public class HaDbContext(DbContextOptions<HaDbContext> options) : DbContext(options)
{
    /// <summary>Events of both servers.</summary>
    public DbSet<EventRow> Events => Set<EventRow>();

    /// <summary>Notes about events.</summary>
    public DbSet<EventNoteRow> EventNotes => Set<EventNoteRow>();

    /// <summary>Keys of the events of each hour.</summary>
    public DbSet<EventHourRow> EventHours => Set<EventHourRow>();

    /// <summary>Keys of the events of each bucket of rows.</summary>
    public DbSet<EventBucketRow> EventBuckets => Set<EventBucketRow>();

    /// <summary>How far the journals have arrived.</summary>
    public DbSet<JournalPositionRow> JournalPositions => Set<JournalPositionRow>();

    /// <summary>What was gone from the journals before it could arrive.</summary>
    public DbSet<JournalGapRow> JournalGaps => Set<JournalGapRow>();

    /// <summary>Audit entries of both servers.</summary>
    public DbSet<AuditRow> Audit => Set<AuditRow>();

    /// <summary>Saved configurations.</summary>
    public DbSet<RevisionRow> Revisions => Set<RevisionRow>();

    /// <summary>Users, for reports.</summary>
    public DbSet<UserRow> Users => Set<UserRow>();

    /// <summary>API tokens, for reports.</summary>
    public DbSet<TokenRow> Tokens => Set<TokenRow>();

    /// <summary>Holds, pauses and maintenance, for reports.</summary>
    public DbSet<HoldRow> Holds => Set<HoldRow>();

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        HaModel.Events(modelBuilder);
        HaModel.Journals(modelBuilder);
        HaModel.Reports(modelBuilder);
    }
}
