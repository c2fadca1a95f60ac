using HaConsole.Engine.FileSets.Wire;

namespace HaConsole.Engine.FileSets;

/// <summary>Keeps a file channel alive, and ends it when the other server has been silent for too long.</summary>
internal sealed class ChannelPulse : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private const long LongestSilence = 30_000;
    private readonly CancellationTokenSource stop;
    private readonly Timer timer;
    private readonly FileChannel channel;
    private int beating;

    public ChannelPulse(FileChannel channel, CancellationToken cancellationToken)
    {
        this.channel = channel;
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer = new Timer(_ => _ = BeatAsync(), null, Period, Period);
    }

    public CancellationToken Token => stop.Token;

    public void Dispose()
    {
        timer.Dispose();
        stop.Dispose();
    }

    private async Task BeatAsync()
    {
        // Before anything that may itself wait for the other server.
        if (channel.WaitingFor > LongestSilence)
        {
            try
            {
                await stop.CancelAsync();
            }
            catch (ObjectDisposedException)
            {
                // The channel has ended.
            }

            return;
        }

        if (Interlocked.Exchange(ref beating, 1) == 1)
        {
            return;
        }

        try
        {
            if (channel.SilentFor >= (long)Period.TotalMilliseconds)
            {
                await channel.WriteAsync(w => w.Begin(FrameType.Ping), stop.Token, flush: true);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The reader finds the same.
        }
        finally
        {
            Volatile.Write(ref beating, 0);
        }
    }
}
