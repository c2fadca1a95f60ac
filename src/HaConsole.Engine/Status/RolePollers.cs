using System.Net;

namespace HaConsole.Engine.Status;

/// <summary>Who asks this server again and again whether it is the Active (<c>mod=FT</c>), the two servers themselves aside: a load balancer that follows the role.</summary>
/// <param name="time">Clock.</param>
public sealed class RolePollers(TimeProvider time)
{
    /// <summary>Questions within <see cref="Window"/> that make somebody a poller.</summary>
    public const int Enough = 5;

    /// <summary>Longest time for which a question counts.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private const int MostAskers = 64;
    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, Queue<long>> askers = [];
    private volatile bool watching;
    private HashSet<IPAddress> pair = [];

    /// <summary>Whether the questions are looked at: only while it matters, because a balancer asks often.</summary>
    /// <param name="on">They are.</param>
    /// <param name="servers">Addresses of the two servers, which ask each other.</param>
    public void Watch(bool on, IEnumerable<string> servers)
    {
        ArgumentNullException.ThrowIfNull(servers);
        lock (gate)
        {
            pair = [.. servers.Select(text => IPAddress.TryParse(text, out var address) ? address : IPAddress.Loopback)];
            watching = on;
            if (!on)
            {
                askers.Clear();
            }
        }
    }

    /// <summary>Somebody asked. Costs nothing while nobody watches.</summary>
    public void Asked(IPAddress? from)
    {
        if (!watching || from is null || IPAddress.IsLoopback(from))
        {
            return;
        }

        var asker = from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from;
        lock (gate)
        {
            if (pair.Contains(asker) || (!askers.ContainsKey(asker) && askers.Count >= MostAskers))
            {
                return;
            }

            var times = askers.TryGetValue(asker, out var known) ? known : askers[asker] = new Queue<long>();
            times.Enqueue(time.GetTimestamp());
            if (times.Count > Enough)
            {
                times.Dequeue();
            }
        }
    }

    /// <summary>Those that ask again and again now, in the order of their addresses as text.</summary>
    public IReadOnlyList<IPAddress> Now
    {
        get
        {
            if (!watching)
            {
                return [];
            }

            lock (gate)
            {
                foreach (var gone in askers.Where(asker => time.GetElapsedTime(asker.Value.Last()) > Window).Select(asker => asker.Key).ToList())
                {
                    askers.Remove(gone);
                }

                return [.. askers.Where(asker => asker.Value.Count == Enough && time.GetElapsedTime(asker.Value.Peek()) <= Window).Select(asker => asker.Key).OrderBy(address => address.ToString(), StringComparer.Ordinal)];
            }
        }
    }
}
