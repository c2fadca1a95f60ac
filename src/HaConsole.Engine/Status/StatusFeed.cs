using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace HaConsole.Engine.Status;

/// <summary>The last snapshot and a stream of the later ones. A slow reader skips intermediate snapshots, never sees an older one.</summary>
internal sealed class StatusFeed
{
    private readonly Lock gate = new();
    private readonly List<Channel<long>> readers = [];
    private long version;

    /// <summary>Version of the last change.</summary>
    public long Version => Volatile.Read(ref version);

    /// <summary>Something changed.</summary>
    public void Changed()
    {
        lock (gate)
        {
            version++;
            foreach (var reader in readers)
            {
                reader.Writer.TryWrite(version);
            }
        }
    }

    /// <summary>Builds a snapshot now and after each later change.</summary>
    public async IAsyncEnumerable<StatusSnapshot> WatchAsync(Func<StatusSnapshot> build, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<long>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (gate)
        {
            readers.Add(channel);
        }

        try
        {
            yield return build();
            await foreach (var _ in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return build();
            }
        }
        finally
        {
            lock (gate)
            {
                readers.Remove(channel);
            }
        }
    }
}
