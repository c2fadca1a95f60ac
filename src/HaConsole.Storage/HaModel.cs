using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace HaConsole.Storage;

/// <summary>Tables, keys and indexes.</summary>
internal static class HaModel
{
    /// <summary>Events, their notes and the way from a time to a place in their order.</summary>
    public static void Events(ModelBuilder model)
    {
        model.Entity<EventRow>(row =>
        {
            row.ToTable("events");
            row.HasKey(e => e.Id);
            row.Property(e => e.Server).HasColumnType("smallint");
            row.Property(e => e.AcknowledgedServer).HasColumnType("smallint");
            row.Property(e => e.Severity).HasConversion<short>();
            row.Property(e => e.Evidence).HasColumnType("jsonb").HasConversion(
                e => JsonSerializer.Serialize(e, JsonSerializerOptions.Default),
                text => JsonSerializer.Deserialize<Dictionary<string, string>>(text, JsonSerializerOptions.Default)!,
                new ValueComparer<IReadOnlyDictionary<string, string>>(
                    (a, b) => a!.Count == b!.Count && !a.Except(b).Any(),
                    e => e.Count,
                    e => new Dictionary<string, string>(e)));
            row.HasMany(e => e.Notes).WithOne().HasForeignKey(n => n.EventId).OnDelete(DeleteBehavior.Cascade);

            // An event that is delivered twice (a lost acknowledgement, both servers' copies) is stored once.
            row.HasIndex(e => new { e.Pair, e.Server, e.Sequence, e.Generation }).IsUnique();

            // A page is merged from one ordered range for each server; each of the usual filters has its own index in that order.
            row.HasIndex(e => new { e.Pair, e.Server, e.Epoch, e.Sequence, e.Generation }, "IX_events_order");
            row.HasIndex(e => new { e.Pair, e.Kind, e.Server, e.Epoch, e.Sequence, e.Generation }, "IX_events_kind");
            row.HasIndex(e => new { e.Pair, e.Server, e.Epoch, e.Sequence, e.Generation }, "IX_events_warnings").HasFilter("\"Severity\" >= 1");
            row.HasIndex(e => new { e.Pair, e.Server, e.Epoch, e.Sequence, e.Generation }, "IX_events_alarms").HasFilter("\"Severity\" >= 2");
            row.HasIndex(e => new { e.Pair, e.Server, e.Epoch, e.Sequence, e.Generation }, "IX_events_decisions").HasFilter("\"Row\" > 0");
            row.HasIndex(e => new { e.Pair, e.Server, e.Epoch, e.Sequence, e.Generation }, "IX_events_open")
                .HasFilter("\"Severity\" >= 1 AND \"AcknowledgedAt\" IS NULL");
            row.HasIndex(e => e.At);
        });
        model.Entity<EventNoteRow>(row =>
        {
            row.ToTable("event_notes");
            row.HasKey(n => n.Id);
            row.Property(n => n.Server).HasColumnType("smallint");
            row.HasIndex(n => n.EventId);

            // A note whose entry is delivered twice is stored once.
            row.HasIndex(n => new { n.EventId, n.Server, n.Sequence, n.At }).IsUnique().HasFilter("\"Sequence\" > 0");
        });
        model.Entity<EventHourRow>(row =>
        {
            row.ToTable("event_hours");
            row.HasKey(h => new { h.Pair, h.Server, h.Hour });
            row.Property(h => h.Server).HasColumnType("smallint");
        });
        model.Entity<EventBucketRow>(row =>
        {
            row.ToTable("event_buckets");
            row.HasKey(b => new { b.Pair, b.Server, b.Bucket });
            row.Property(b => b.Server).HasColumnType("smallint");
        });
    }

    /// <summary>How far the journals have arrived, and what was missing.</summary>
    public static void Journals(ModelBuilder model)
    {
        model.Entity<JournalPositionRow>(row =>
        {
            row.ToTable("journal_positions");
            row.HasKey(p => new { p.Pair, p.Server, p.Log });
        });
        model.Entity<JournalGapRow>(row =>
        {
            row.ToTable("journal_gaps");
            row.HasKey(g => g.Id);
            row.HasIndex(g => new { g.Pair, g.Server, g.Log, g.From }).IsUnique();
        });
    }

    /// <summary>Audit, revisions, users, tokens and holds.</summary>
    public static void Reports(ModelBuilder model)
    {
        model.Entity<AuditRow>(row =>
        {
            row.ToTable("audit");
            row.HasKey(a => a.Id);
            row.HasIndex(a => new { a.Pair, a.Server, a.Sequence, a.Hash }).IsUnique();
            row.HasIndex(a => new { a.Pair, a.At, a.Id });
            row.HasIndex(a => new { a.Pair, a.User, a.At, a.Id });
        });
        model.Entity<RevisionRow>(row =>
        {
            row.ToTable("revisions");
            row.HasKey(r => r.Id);
            row.Property(r => r.Content).HasColumnType("jsonb");
            row.HasIndex(r => new { r.Pair, r.Revision, r.Hash }).IsUnique();
        });
        model.Entity<UserRow>(row =>
        {
            row.ToTable("users");
            row.HasKey(u => new { u.Pair, u.Id });
        });
        model.Entity<TokenRow>(row =>
        {
            row.ToTable("tokens");
            row.HasKey(t => new { t.Pair, t.Id });
        });
        model.Entity<HoldRow>(row =>
        {
            row.ToTable("holds");
            row.HasKey(h => h.Id);
            row.HasIndex(h => new { h.Pair, h.Kind, h.Server, h.Since }).IsUnique();
        });
    }
}
