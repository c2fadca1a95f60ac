using HaConsole.Engine.Journal;
using HaConsole.Storage;

namespace HaConsole.Web.History;

/// <summary>
/// Acknowledgements and notes of this server's journal on events that do not show them yet: they are on their way to the database, or it is down.
/// </summary>
internal static class Remarks
{
    /// <summary>Adds what rows do not have; an acknowledgement that a row has stays.</summary>
    public static void Add(IEnumerable<EventRow> rows, IReadOnlyList<HaEvent> entries)
    {
        var remarks = entries.Select(e => (Entry: e, Remark: EventRemark.Read(e))).Where(r => r.Remark is not null).ToLookup(r => (r.Remark!.Server, r.Remark.Sequence));
        if (remarks.Count == 0)
        {
            return;
        }

        foreach (var row in rows)
        {
            foreach (var (entry, remark) in remarks[(row.Server, row.Sequence)].Where(r => r.Remark!.Names(row.Server, row.Sequence, row.At, row.Generation)))
            {
                Add(row, entry, remark!);
            }
        }
    }

    private static void Add(EventRow row, HaEvent entry, EventRemark remark)
    {
        if (remark.Acknowledges && row.AcknowledgedAt is null)
        {
            (row.AcknowledgedAt, row.AcknowledgedBy) = (entry.At, remark.User);
            (row.AcknowledgedEpoch, row.AcknowledgedSequence, row.AcknowledgedServer) = (entry.Epoch, entry.Sequence, entry.Server);
        }

        if (remark.Text.Length > 0 && row.Notes.All(n => (n.Server, n.Sequence) != (entry.Server, entry.Sequence)))
        {
            row.Notes.Add(new EventNoteRow { At = entry.At, User = remark.User, Text = remark.Text, Server = entry.Server, Sequence = entry.Sequence });
        }
    }
}
