using HaConsole.Engine.Configuration;
using HaConsole.Failover;

namespace HaConsole.Engine.Replication;

/// <summary>What differs between the two servers, object by object, and since when. Safe for several threads.</summary>
internal sealed class DriftTable(Rank rank)
{
    private readonly Lock gate = new();
    private IReadOnlyList<DriftItem> items = [];
    private (string Own, string Peer) compared;

    /// <summary>Empty when both are in sync, or not compared yet.</summary>
    public IReadOnlyList<DriftItem> Items
    {
        get
        {
            lock (gate)
            {
                return items;
            }
        }
    }

    /// <summary>Those two were compared last.</summary>
    public bool Knows(string own, string peer)
    {
        lock (gate)
        {
            return compared == (own, peer);
        }
    }

    /// <summary>Both are in sync.</summary>
    public void Clear()
    {
        lock (gate)
        {
            items = [];
            compared = default;
        }
    }

    /// <summary>Compares both documents.</summary>
    /// <param name="own">In force here.</param>
    /// <param name="peer">In force on the other server.</param>
    /// <param name="began">When the two began to differ.</param>
    /// <param name="now">Time (UTC).</param>
    public void Compare(ConfigurationDocument own, ConfigurationDocument peer, DateTimeOffset began, DateTimeOffset now)
    {
        var (first, second) = rank == Rank.Primary ? (own, peer) : (peer, own);
        var found = ConfigurationTree.Between(first.Content, second.Content).GroupBy(f => f.Item, StringComparer.OrdinalIgnoreCase).ToList();
        lock (gate)
        {
            // An object that begins to differ later than the rest does so now.
            var since = items.ToDictionary(i => i.Item, i => i.Since, StringComparer.OrdinalIgnoreCase);
            var fresh = items.Count == 0 ? began : now;
            items = [.. found.Select(group => new DriftItem(group.Key, since.GetValueOrDefault(group.Key, fresh), [.. group]))];
            compared = (KeyOf(own), KeyOf(peer));
        }
    }

    /// <summary>A document, as <see cref="Knows"/> means it.</summary>
    public static string KeyOf(ConfigurationDocument document) => $"{document.Revision} {document.Hash}";
}
