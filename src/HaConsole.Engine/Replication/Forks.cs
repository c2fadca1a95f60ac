using HaConsole.Engine.Configuration;
using HaConsole.Failover;

namespace HaConsole.Engine.Replication;

/// <summary>Tells a document that is merely old from one that was edited apart from the document that replaces it.</summary>
internal static class Forks
{
    /// <summary>
    /// What would be lost if <paramref name="winner"/> replaced <paramref name="own"/>; null when nothing would.
    /// </summary>
    /// <param name="own">In force here.</param>
    /// <param name="winner">Of the peer, with a higher revision.</param>
    /// <param name="rank">This server.</param>
    /// <param name="shared">The own document was seen in force on the peer.</param>
    /// <param name="history">Superseded revisions of this server; read only when there is a fork.</param>
    /// <param name="now">Time (UTC).</param>
    public static ConflictRecord? Of(ConfigurationDocument own, ConfigurationDocument winner, Rank rank, bool shared, Func<IReadOnlyList<ConfigurationDocument>> history, DateTimeOffset now)
    {
        // What nobody has ever saved is in the file that it came from.
        if (own.Revision == Revision.None || own.Hash == winner.Hash)
        {
            return null;
        }

        // Where the lineage does not say it: what the peer has made or had in force it has built upon.
        if (ConfigurationLineage.Descends(winner, own) ?? (shared || own.Revision.Origin != rank.Number()))
        {
            return null;
        }

        var kept = history();
        var entry = ConfigurationLineage.Common(own, winner);
        var common = entry is null ? null : kept.FirstOrDefault(d => ConfigurationLineage.EntryOf(d) == entry);
        var record = new ConflictRecord
        {
            Id = ConflictRecord.IdOf(own),
            Server = rank.Number(),
            At = now,
            Lost = own,
            Common = common,
            Winner = winner.Revision,
            WinnerSavedBy = winner.SavedBy,
            Saved = [.. kept.Where(d => ConfigurationLineage.EntryOf(d) == ConfigurationLineage.EntryOf(own) || (entry is not null && d.Revision > ConfigurationLineage.RevisionOf(entry) && ConfigurationLineage.Names(own, d)))
                .Select(d => new SavedRevision(d.Revision, d.SavedAt, d.SavedBy))],
        };

        // Both sides may have made the same changes.
        return record.Open(winner.Content).Count == 0 ? null : record;
    }

    /// <summary>The event that reports a conflict, the same on both servers.</summary>
    public static string Sentence(ConflictRecord record, PairConfiguration now)
    {
        var fields = record.Open(now);
        var names = string.Join(", ", fields.Take(5).Select(f => f.Key)) + (fields.Count > 5 ? " …" : "");
        return $"Both servers were edited while they did not hear each other: revision {record.Winner}, saved by {record.WinnerSavedBy}, is in force; revision {record.Lost.Revision} of server #{record.Server}, saved by {record.Lost.SavedBy}, is kept as conflict {record.Id}: {fields.Count} settings of it are not in force ({names}).";
    }
}
