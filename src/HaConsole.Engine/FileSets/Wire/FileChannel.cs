namespace HaConsole.Engine.FileSets.Wire;

/// <summary>
/// Frames over one duplex stream. One reader; writers take turns. Written frames are gathered and sent when there are enough of them, or when
/// somebody flushes; sending goes on while the next are gathered, and receiving while the ones before are worked on.
/// </summary>
internal sealed class FileChannel(Stream stream) : IAsyncDisposable
{
    /// <summary>Longest frame that is taken, in bytes: a block of the longest kind with its heading.</summary>
    public const int LongestFrame = (1 << 26) + 64;

    private const int SendAbove = 256 * 1024;

    /// <summary>Less is enciphered faster than another thread takes over.</summary>
    private const int SendAside = 32 * 1024;

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly FrameReader reader = new(stream);
    private FrameWriter writer = new();
    private FrameWriter spare = new();
    private Task sending = Task.CompletedTask;
    private long lastWrite = Environment.TickCount64;

    /// <summary>Bytes sent so far.</summary>
    public long Sent { get; private set; }

    /// <summary>Milliseconds since something was sent.</summary>
    public long SilentFor => Environment.TickCount64 - Volatile.Read(ref lastWrite);

    /// <summary>Milliseconds for which the other end is waited for; 0 while nobody reads.</summary>
    public long WaitingFor => reader.WaitingFor;

    /// <summary>A whole frame can be read without waiting.</summary>
    public bool HasFrame => reader.HasFrame;

    /// <summary>Adds frames; sends them when there are enough of them. What could not be sent is thrown by one of the next calls.</summary>
    public async ValueTask WriteAsync(Action<FrameWriter> write, CancellationToken cancellationToken, bool flush = false)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            write(writer);
            writer.End();
            if (flush || writer.Length >= SendAbove)
            {
                await SendAsync(cancellationToken);
            }
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Sends what is gathered.</summary>
    public ValueTask FlushAsync(CancellationToken cancellationToken) => WriteAsync(static _ => { }, cancellationToken, flush: true);

    /// <summary>The next frame, valid until the one after it is asked for; null when the other end has closed.</summary>
    public ValueTask<Frame?> ReadAsync(CancellationToken cancellationToken) => reader.ReadAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        // A last word, like a refusal, is still to arrive.
        await Task.WhenAny(sending, Task.Delay(Farewell));
        await reader.DisposeAsync();
        await stream.DisposeAsync();
        turn.Dispose();
    }

    private async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        if (writer.Length == 0)
        {
            return;
        }

        await sending;
        (writer, spare) = (spare, writer);
        var full = spare;
        sending = full.Length < SendAside ? TransmitAsync(full, cancellationToken) : Task.Run(() => TransmitAsync(full, cancellationToken), cancellationToken);
    }

    private async Task TransmitAsync(FrameWriter full, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(full.Written, cancellationToken);
        await stream.FlushAsync(cancellationToken);
        Sent += full.Length;
        full.Clear();
        Volatile.Write(ref lastWrite, Environment.TickCount64);
    }
}
