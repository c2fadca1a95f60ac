using HaConsole.Engine.Journal;

namespace HaConsole.Web.Model.Drills;

/// <summary>Drills of this server's journal, newest first.</summary>
public sealed class DrillHistory
{
    private const int Page = 1000;

    /// <summary>How far back it looks, in events.</summary>
    private const int Reach = 50_000;

    private const int Most = 200;
    private readonly Lock gate = new();
    private readonly List<DrillView> drills = [];

    /// <summary>Newest first.</summary>
    public IReadOnlyList<DrillView> All
    {
        get
        {
            lock (gate)
            {
                return [.. drills.AsEnumerable().Reverse()];
            }
        }
    }

    /// <summary>Reads the journal; drills that have begun and not ended are returned, since nobody leads them any more.</summary>
    public IReadOnlyList<DrillView> Load(IJournal journal)
    {
        ArgumentNullException.ThrowIfNull(journal);
        var last = journal.Latest(1) is [var newest] ? newest.Sequence : 0;
        for (var after = Math.Max(0, last - Reach); after < last;)
        {
            var events = journal.Read(after, Page);
            if (events.Count == 0)
            {
                break;
            }

            foreach (var drill in events.Select(DrillEvents.Read).OfType<DrillView>())
            {
                Put(drill);
            }

            after = events[^1].Sequence;
        }

        return [.. All.Where(drill => drill.End == DrillEnd.Running)];
    }

    /// <summary>A drill that has begun or ended.</summary>
    public void Put(DrillView drill)
    {
        ArgumentNullException.ThrowIfNull(drill);
        lock (gate)
        {
            drills.RemoveAll(other => other.Id == drill.Id);
            drills.Add(drill);
            if (drills.Count > Most)
            {
                drills.RemoveAt(0);
            }
        }
    }
}
