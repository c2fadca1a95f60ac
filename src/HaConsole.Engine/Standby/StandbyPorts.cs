using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using HaConsole.Engine.Configuration;
using HaConsole.Failover;

namespace HaConsole.Engine.Standby;

/// <summary>What is shown of the answer on one service's port.</summary>
/// <param name="Service">Name of the service.</param>
/// <param name="Port">Its port.</param>
/// <param name="State">Listening, Off (not Standby, or released for the service) or Failed.</param>
/// <param name="Detail">Why, when it failed; else where clients are sent, or empty.</param>
internal sealed record StandbyPort(string Service, int Port, string State, string Detail);

/// <summary>
/// The ports of the services on a Standby: opened when this server is Standby and nothing of the services runs, released before they start.
/// A port that cannot be had is told and tried again; it never keeps anything from happening.
/// </summary>
internal sealed class StandbyPorts : IDisposable
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(2);

    /// <summary>Tries before a port that is taken is told: a service that has just stopped may leave it a moment later.</summary>
    private const int TriesUntold = 3;

    private readonly Lock gate = new();
    private readonly Dictionary<string, Entry> entries = new(StringComparer.OrdinalIgnoreCase);
    private readonly string localAddress;
    private readonly ITimer timer;
    private bool wanted;
    private bool disposed;

    /// <summary>Makes it; nothing listens before <see cref="Look"/>.</summary>
    /// <param name="localAddress">Own address of this server.</param>
    /// <param name="time">Clock.</param>
    public StandbyPorts(string localAddress, TimeProvider time)
    {
        this.localAddress = localAddress;
        timer = time.CreateTimer(_ => Open(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Records an event; on any thread.</summary>
    public required Action<string, string, Severity> Event { get; init; }

    /// <summary>Writes a line of the fault tolerant log.</summary>
    public required Action<string> Log { get; init; }

    /// <summary>What is shown has changed.</summary>
    public required Action Changed { get; init; }

    /// <summary>All of them as they are.</summary>
    public IReadOnlyList<StandbyPort> Shown
    {
        get
        {
            lock (gate)
            {
                return [.. entries.Values.Select(entry => new StandbyPort(
                    entry.Name,
                    entry.Port,
                    entry.Listener is not null ? "Listening" : entry.Problem.Length > 0 ? "Failed" : "Off",
                    entry.Problem.Length > 0 ? entry.Problem : entry.Target))];
            }
        }
    }

    /// <summary>The configuration in force.</summary>
    public void Configure(PairConfiguration content, string peerAddress)
    {
        lock (gate)
        {
            var kept = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            foreach (var service in content.Services.Where(service => service.StandbyResponder != StandbyResponder.None && service.Port > 0))
            {
                kept.Add(service.Name);
                if (entries.TryGetValue(service.Name, out var same) && same.Port != service.Port)
                {
                    same.Release();
                    entries.Remove(service.Name);
                }

                if (!entries.TryGetValue(service.Name, out var entry))
                {
                    entries.Add(service.Name, entry = new Entry(service.Name, service.Port));
                }

                entry.Target = service.StandbyResponder == StandbyResponder.Redirect ? StandbyAnswer.Target(service, content.HotStandby, peerAddress) : "";
                entry.RetryAfter = (int)Math.Clamp(Math.Ceiling(content.HotStandby.HeartbeatInterval), 1, 60);
            }

            foreach (var gone in entries.Keys.Where(name => !kept.Contains(name)).ToList())
            {
                entries[gone].Release();
                entries.Remove(gone);
            }

            Schedule(TimeSpan.Zero);
        }
    }

    /// <summary>The state of this server: listening is wanted while it is Standby and its services are stopped. Returns at once.</summary>
    public void Look(Role role, ServicesState services)
    {
        var now = role == Role.Standby && services == ServicesState.Stopped;
        lock (gate)
        {
            if (now == wanted)
            {
                return;
            }

            if (!now)
            {
                // From Standby to Active the ports are kept until the services start; see Release. And an order to stop what is stopped
                // already, as each switch gives it, starts nothing.
                if (role is Role.Active or Role.Standby && services is ServicesState.Stopped or ServicesState.Stopping)
                {
                    return;
                }

                ReleaseAll();
                return;
            }

            wanted = true;
            Schedule(TimeSpan.Zero);
        }
    }

    /// <summary>The services are about to start: when it returns, the ports are free.</summary>
    public void Release()
    {
        lock (gate)
        {
            ReleaseAll();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            timer.Dispose();
            foreach (var entry in entries.Values)
            {
                entry.Release();
            }
        }
    }

    private void ReleaseAll()
    {
        wanted = false;
        var begin = Stopwatch.GetTimestamp();
        var released = entries.Values.Where(entry => entry.Release()).Select(entry => entry.Port).ToList();
        if (released.Count > 0)
        {
            Log(string.Create(CultureInfo.InvariantCulture, $"Standby responder: port {string.Join(", ", released)} released for the service in {Stopwatch.GetElapsedTime(begin).TotalMilliseconds:0.0} ms"));
            Changed();
        }
    }

    private void Schedule(TimeSpan after)
    {
        if (!disposed && wanted)
        {
            timer.Change(after, Timeout.InfiniteTimeSpan);
        }
    }

    // On a thread of the pool: nothing of it may hold up the loop.
    private void Open()
    {
        List<(string Kind, string Sentence, Severity Severity)> news = [];
        var changed = false;
        lock (gate)
        {
            if (disposed || !wanted)
            {
                return;
            }

            foreach (var entry in entries.Values.Where(entry => entry.Listener is null))
            {
                var toldBefore = entry.Tries >= TriesUntold;
                if (entry.Open(localAddress))
                {
                    changed = true;
                    if (toldBefore)
                    {
                        news.Add(("standby-port-back", $"The Standby answers on port {entry.Port} of service {entry.Name} now.", Severity.Info));
                    }
                }
                else if (entry.Tries == TriesUntold)
                {
                    changed = true;
                    news.Add(("standby-port-taken", $"The Standby cannot answer on port {entry.Port} of service {entry.Name}: {entry.Problem}. A switch is not held up by it.", Severity.Warning));
                }
            }

            if (entries.Values.Any(entry => entry.Listener is null))
            {
                Schedule(Again);
            }
        }

        news.ForEach(one => Event(one.Kind, one.Sentence, one.Severity));
        if (changed)
        {
            Changed();
        }
    }

    private sealed class Entry(string name, int port)
    {
        public string Name => name;

        public int Port => port;

        public string Target { get; set; } = "";

        public int RetryAfter { get; set; } = 1;

        public int Tries { get; private set; }

        public string Problem => Tries >= TriesUntold ? problem : "";

        public StandbyListener? Listener { get; private set; }

        private string problem = "";

        public bool Open(string localAddress)
        {
            try
            {
                Listener = new StandbyListener(IPAddress.Parse(localAddress), port, (head, length) => StandbyAnswer.To(head.AsSpan(0, length), Target, RetryAfter));
                (Tries, problem) = (0, "");
                return true;
            }
            catch (Exception e) when (e is SocketException or FormatException)
            {
                Tries++;
                problem = e is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } ? "another program listens there" : e.Message;
                return false;
            }
        }

        public bool Release()
        {
            (Tries, problem) = (0, "");
            if (Listener is not { } listener)
            {
                return false;
            }

            Listener = null;
            listener.Dispose();
            return true;
        }
    }
}
