using HaConsole.Storage;
using HaConsole.Web.History;
using HaConsole.Web.Live;

namespace HaConsole.Web.Model.Drills;

/// <summary>
/// The drills of both servers, from the history that both have. While the database is down: those that this server has led.
/// </summary>
public sealed class DrillArchive(ConsoleEngine console, Timeline timeline, DrillCoordinator own)
{
    /// <summary>Most drills that are listed.</summary>
    public const int Most = 200;

    /// <summary>A drill has an event at its start and one at its end; proofs one.</summary>
    private const int MostPages = 3;

    private const int PageRows = 1_000;

    /// <summary>Newest first, at most <see cref="Most"/>; those that run included.</summary>
    public async Task<IReadOnlyList<DrillView>> ListAsync(CancellationToken cancellationToken)
    {
        var drills = new Dictionary<string, DrillView>(StringComparer.Ordinal);
        EventCursor? before = null;
        for (var page = 0; page < MostPages && drills.Count < Most; page++)
        {
            var found = (await timeline.QueryAsync(Filter(""), new EventPaging { Before = before, Limit = PageRows }, cancellationToken).ConfigureAwait(false)).Page;
            Add(drills, found);
            if (found.Older is not { } older || found.Rows.Count == 0)
            {
                break;
            }

            before = older;
        }

        // What this server leads or has led it knows best: it is there before its events have arrived anywhere.
        foreach (var drill in own.Results.Concat(own.Current is { } running ? [running] : []))
        {
            drills[drill.Id] = drill;
        }

        return [.. drills.Values.OrderByDescending(drill => drill.StartedAt).ThenBy(drill => drill.Id, StringComparer.Ordinal).Take(Most)];
    }

    /// <summary>One drill with all its steps; null when it is not there (any more).</summary>
    public async Task<DrillView?> FindAsync(string id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        if ((own.Current is { } running && running.Id == id ? running : own.Results.FirstOrDefault(drill => drill.Id == id)) is { } known)
        {
            return known;
        }

        var drills = new Dictionary<string, DrillView>(StringComparer.Ordinal);
        Add(drills, (await timeline.QueryAsync(Filter(id), new EventPaging(), cancellationToken).ConfigureAwait(false)).Page);
        return drills.GetValueOrDefault(id);
    }

    private static void Add(Dictionary<string, DrillView> drills, EventPage page)
    {
        foreach (var drill in page.Rows.Select(row => DrillEvents.Read(row.ToEvent())).OfType<DrillView>())
        {
            if (drill.End != DrillEnd.Running || !drills.ContainsKey(drill.Id))
            {
                drills[drill.Id] = drill;
            }
        }
    }

    private EventFilter Filter(string text) => new() { Pair = console.Engine.Current.Pair, Kinds = [DrillEvents.Kind], Text = text };
}
