using System.Collections.Concurrent;
using System.Net;

namespace HaConsole.Engine.Peering;

/// <summary>
/// Connections that the peer has made on one path and offers to this server, which uses them as if it had made them itself. An offer
/// is idle until it is taken: one byte says so, one byte of the peer says that it is ready. What follows is the same protocol with the same mutual
/// TLS as on any other connection.
/// </summary>
internal sealed class ReversePool(TimeProvider time)
{
    private static readonly TimeSpan HandOverTimeout = TimeSpan.FromSeconds(2);
    private readonly Lock gate = new();
    private readonly List<Offer> idle = [];
    private TaskCompletionSource arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int served;

    /// <summary>Raised when an offer has arrived.</summary>
    public event Action? Arrived;

    /// <summary>The peer offers connections now: one is idle or in use. While one is in use the next is on its way.</summary>
    public bool IsServed => Volatile.Read(ref served) > 0;

    /// <summary>Keeps the offer until it is taken and used up, or ends.</summary>
    public async Task ServeAsync(Stream stream, CancellationToken cancellationToken)
    {
        var offer = new Offer(stream);
        Interlocked.Increment(ref served);
        TaskCompletionSource waiting;
        lock (gate)
        {
            idle.Add(offer);
            waiting = arrival;
            arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        waiting.TrySetResult();
        Arrived?.Invoke();
        try
        {
            await Task.WhenAny(offer.Ready, offer.Over.Task).WaitAsync(cancellationToken);
            bool unused;
            lock (gate)
            {
                unused = idle.Remove(offer);
            }

            if (!unused)
            {
                await offer.Over.Task.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            Interlocked.Decrement(ref served);
            lock (gate)
            {
                idle.Remove(offer);
            }
        }
    }

    /// <summary>Takes an offer that lives; waits for one.</summary>
    public async Task<Stream> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Offer? offer = null;
            Task next;
            lock (gate)
            {
                next = arrival.Task;
                if (idle.Count > 0)
                {
                    // The newest: the others may be from before a cut.
                    offer = idle[^1];
                    idle.RemoveAt(idle.Count - 1);
                }
            }

            if (offer is null)
            {
                await next.WaitAsync(cancellationToken);
                continue;
            }

            if (await offer.HandOverAsync(HandOverTimeout, time, cancellationToken))
            {
                return new LeasedStream(offer.Stream, offer.Over);
            }
        }
    }

    private sealed class Offer
    {
        private readonly byte[] first = new byte[1];

        public Offer(Stream stream)
        {
            Stream = stream;
            Ready = ReadyAsync();
        }

        public Stream Stream { get; }

        public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>False when the offer has ended.</summary>
        public Task<bool> Ready { get; }

        public async Task<bool> HandOverAsync(TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
        {
            var isReady = false;
            try
            {
                await Stream.WriteAsync(new byte[] { 1 }, cancellationToken).AsTask().WaitAsync(timeout, time, cancellationToken);
                await Stream.FlushAsync(cancellationToken);
                isReady = await Ready.WaitAsync(timeout, time, cancellationToken);
                return isReady;
            }
            catch (Exception e) when (e is IOException or TimeoutException or ObjectDisposedException or InvalidOperationException)
            {
                return false;
            }
            finally
            {
                if (!isReady)
                {
                    Over.TrySetResult();
                }
            }
        }

        private async Task<bool> ReadyAsync()
        {
            try
            {
                return await Stream.ReadAsync(first) == 1;
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
            {
                return false;
            }
        }
    }
}

/// <summary>The pools of all paths, by local address; and on which of them the peer reaches this server by itself.</summary>
internal sealed class ReversePools
{
    private readonly Dictionary<IPAddress, ReversePool> pools;
    private readonly ConcurrentDictionary<IPAddress, int> reached = new();
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<IPAddress, long> lastReached = new();

    public ReversePools(PeerLinkOptions options)
    {
        time = options.Time;
        pools = options.Paths.Where(path => IPAddress.TryParse(path.Local, out _)).DistinctBy(path => IPAddress.Parse(path.Local))
            .ToDictionary(path => IPAddress.Parse(path.Local), _ => new ReversePool(options.Time));
    }

    /// <summary>The pool of a path; null when its address cannot be read.</summary>
    public ReversePool? Of(PeerPath path) => IPAddress.TryParse(path.Local, out var address) ? pools.GetValueOrDefault(address) : null;

    /// <summary>An offer has arrived at a local address.</summary>
    public Task ServeAsync(IPAddress? at, Stream stream, CancellationToken cancellationToken)
        => at is not null && pools.TryGetValue(at, out var pool) ? pool.ServeAsync(stream, cancellationToken) : Task.CompletedTask;

    /// <summary>The peer is connected to a local address by a connection of its own, until the result is disposed.</summary>
    public IDisposable Reached(IPAddress at)
    {
        reached.AddOrUpdate(at, 1, (_, count) => count + 1);
        return new Ending(() =>
        {
            lastReached[at] = time.GetTimestamp();
            reached.AddOrUpdate(at, 0, (_, count) => count - 1);
        });
    }

    /// <summary>Whether the peer is, or was until a moment ago, connected to a path of this server by a connection of its own.</summary>
    public bool IsReached(PeerPath path, TimeSpan moment)
        => IPAddress.TryParse(path.Local, out var at)
            && (reached.GetValueOrDefault(at) > 0 || (lastReached.TryGetValue(at, out var last) && time.GetElapsedTime(last) < moment));

    private sealed class Ending(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
