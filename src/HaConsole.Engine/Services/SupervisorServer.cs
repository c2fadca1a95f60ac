using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using HaConsole.Engine.VirtualIp;

namespace HaConsole.Engine.Services;

/// <summary>The supervisor's end of the link: one service set for each pair, which outlives the worker's connections.</summary>
internal sealed class SupervisorServer : IAsyncDisposable
{
    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(5);
    private readonly SupervisorOptions options;
    private readonly ServiceLedger claim;
    private readonly string dataDirectory;
    private readonly string token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Lock gate = new();
    private readonly Dictionary<string, ServiceSet> sets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SupervisorConnection> connections = new(StringComparer.Ordinal);
    private readonly DeadlineFile? deadline;
    private LeaseSign? sign;
    private Task? cleaned;
    private Task rehearsal = Task.CompletedTask;
    private bool rehearsed;
    private bool disposed;

    /// <summary>Claims the data directory and listens; nobody is answered before <see cref="Open"/>.</summary>
    /// <exception cref="IOException">Another supervisor has the data directory.</exception>
    internal SupervisorServer(SupervisorOptions options)
    {
        this.options = options;
        dataDirectory = Path.GetFullPath(options.DataDirectory).TrimEnd('/');
        claim = ServiceLedger.Open(dataDirectory, ".supervisor");
        // Before anything else: the other server may hold them already.
        AddressLeftovers.RemoveAll(dataDirectory);
        // A name in the abstract space: no file that a kill -9 leaves behind and no limit by the length of a path. The token keeps
        // other users of the machine out.
        var name = $"haconsole-{Environment.ProcessId}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        listener.Bind(new UnixDomainSocketEndPoint("\0" + name));
        listener.Listen(16);
        deadline = DeadlineFile.Create();
        GroupGuardian.WatchDeadline(deadline);
        Address = string.Create(CultureInfo.InvariantCulture, $"{name}:{token}:{Environment.ProcessId}:{deadline?.Descriptor}");
    }

    /// <summary>Value of <see cref="SupervisorLink.Variable"/> for the worker.</summary>
    internal string Address { get; }

    /// <summary>Whether an engine has ever renewed a lease.</summary>
    internal bool EngineSeen { get; private set; }

    /// <summary>Cleans up after a previous run and answers the worker; called when the worker is on its way. Again: does nothing.</summary>
    internal void Open()
    {
        if (cleaned is null)
        {
            cleaned = Task.Run(Prepare);
            _ = AcceptAsync();
        }
    }

    /// <summary>The services of a pair; made when it is asked for the first time.</summary>
    internal async Task<ServiceSet?> AttachAsync(SupervisorConnection connection, SupervisorMessage hello)
    {
        if (hello.Version != SupervisorLink.Version || hello.Pair is null
            || !CryptographicOperations.FixedTimeEquals(System.Text.Encoding.UTF8.GetBytes(hello.Token ?? ""), System.Text.Encoding.UTF8.GetBytes(token)))
        {
            return null;
        }

        await cleaned!;
        lock (gate)
        {
            if (disposed)
            {
                return null;
            }

            if (!this.sets.TryGetValue(hello.Pair, out var set))
            {
                set = new ServiceSet(new ServiceSetOptions { DataDirectory = dataDirectory, Pair = hello.Pair, Server = hello.Server, LocalAddress = hello.LocalAddress ?? "", Time = options.Time, LatestSign = () => deadline?.Read() });
                this.sets.Add(hello.Pair, set);
            }

            if (connections.Remove(hello.Pair, out var former))
            {
                former.Close();
            }

            connections.Add(hello.Pair, connection);
            return set;
        }
    }

    /// <summary>The first worker is served: the rest of what is needed later is made ready now.</summary>
    internal void Rehearse()
    {
        if (!Interlocked.Exchange(ref rehearsed, true))
        {
            rehearsal = ServiceRehearsal.RunAsync(options.Time);
        }
    }

    /// <summary>The worker's connection is gone: the services go on for the rest of their lease.</summary>
    internal void Detach(SupervisorConnection connection, ServiceSet set)
    {
        lock (gate)
        {
            foreach (var (pair, _) in connections.Where(entry => entry.Value == connection).ToList())
            {
                connections.Remove(pair);
                // It left by itself: whether its process ends is another matter.
                sign = null;
            }
        }

        set.RenewIfNever(options.OrphanLease);
    }

    /// <summary>The engine gave a sign of life.</summary>
    internal void SawEngine(LeaseSign sign)
    {
        lock (gate)
        {
            EngineSeen = true;
            this.sign = sign;
        }
    }

    /// <summary>There is a new worker, which has shown no sign of life yet and need not until its engine runs.</summary>
    internal void NewWorker()
    {
        lock (gate)
        {
            sign = null;
        }
    }

    /// <summary>
    /// Time until a worker that shows no sign of life is given up: the services are gone by then, and a worker that was merely slow has had
    /// as long again (at least 5 s) to come back. Null while nothing can be said.
    /// </summary>
    internal TimeSpan? UntilHung()
    {
        lock (gate)
        {
            // Messages may wait here when it was this process that stood still.
            return this.sign is not { } sign ? null
                : sign.GoneBy + (sign.GoneBy > LeastPatience ? sign.GoneBy : LeastPatience) - options.Time.GetElapsedTime(Math.Max(sign.At, deadline?.Read()?.At ?? 0));
        }
    }

    /// <summary>Has the next engine tell it.</summary>
    internal void Note(string kind, string sentence)
    {
        List<ServiceSet> all;
        lock (gate)
        {
            all = [.. this.sets.Values];
        }

        all.ForEach(set => set.Note(kind, sentence));
    }

    /// <summary>Stops all services, for as long as that takes by their own timeouts.</summary>
    public async ValueTask DisposeAsync()
    {
        List<ServiceSet> sets;
        lock (gate)
        {
            disposed = true;
            // All is stopped now, for as long as that takes.
            deadline?.Clear();
            listener.Dispose();
            foreach (var connection in connections.Values)
            {
                connection.Close();
            }

            sets = [.. this.sets.Values];
        }

        await Task.WhenAll(sets.Select(set => set.DisposeAsync().AsTask()));
        await rehearsal;
        GroupGuardian.WatchDeadline(null);
        deadline?.Dispose();
        claim.Dispose();
    }

    // While the worker loads. Leftovers of every pair go, also of those that are not configured any more.
    private void Prepare()
    {
        ServiceLedger.KillMarked(marker => marker.Split('/', 3) is { Length: 3 } parts && "/" + parts[2] == dataDirectory, TimeSpan.FromSeconds(5));
        SupervisorConnection.WarmUp();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptAsync();
                _ = new SupervisorConnection(this, socket).RunAsync();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }
}
