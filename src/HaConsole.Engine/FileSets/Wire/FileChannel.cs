using System.Buffers.Binary;

namespace HaConsole.Engine.FileSets.Wire;

/// <summary>
/// Frames over one duplex stream. One reader; writers take turns. Written frames are gathered and sent when there are enough of them, or when
/// somebody flushes.
/// </summary>
internal sealed class FileChannel(Stream stream) : IAsyncDisposable
{
    /// <summary>Longest frame that is taken, in bytes: a block of the longest kind with its heading.</summary>
    public const int LongestFrame = (1 << 26) + 64;

    private const int SendAbove = 256 * 1024;
    private const int HeadBytes = 5;
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly FrameWriter writer = new();
    private byte[] buffer = new byte[512 * 1024];
    private int start;
    private int end;
    private long lastWrite = Environment.TickCount64;
    private long waitingSince;

    /// <summary>Bytes sent so far.</summary>
    public long Sent { get; private set; }

    /// <summary>Milliseconds since something was sent.</summary>
    public long SilentFor => Environment.TickCount64 - Volatile.Read(ref lastWrite);

    /// <summary>Milliseconds for which the other end is waited for; 0 while nobody reads.</summary>
    public long WaitingFor => Volatile.Read(ref waitingSince) is > 0 and var since ? Environment.TickCount64 - since : 0;

    /// <summary>Adds frames; sends them when there are enough of them.</summary>
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

    /// <summary>The next frame; null when the other end has closed.</summary>
    public async ValueTask<Frame?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!await FillAsync(4, cancellationToken))
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(start));
        if (length is < 1 or > LongestFrame)
        {
            throw new WireException("a frame of an impossible length");
        }

        if (!await FillAsync(4 + length, cancellationToken))
        {
            return null;
        }

        var frame = new Frame((FrameType)buffer[start + 4], buffer.AsMemory(start + HeadBytes, length - 1));
        start += 4 + length;
        return frame;
    }

    /// <summary>A whole frame can be read without waiting.</summary>
    public bool HasFrame
    {
        get
        {
            var there = end - start;
            return there >= 4 && there >= 4 + BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(start));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        turn.Dispose();
    }

    private async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        if (writer.Length == 0)
        {
            return;
        }

        await stream.WriteAsync(writer.Written, cancellationToken);
        await stream.FlushAsync(cancellationToken);
        Sent += writer.Length;
        writer.Clear();
        Volatile.Write(ref lastWrite, Environment.TickCount64);
    }

    private async ValueTask<bool> FillAsync(int needed, CancellationToken cancellationToken)
    {
        while (end - start < needed)
        {
            if (buffer.Length - start < needed)
            {
                var larger = needed > buffer.Length ? new byte[needed] : buffer;
                buffer.AsSpan(start, end - start).CopyTo(larger);
                (buffer, end, start) = (larger, end - start, 0);
            }
            else if (start == end)
            {
                start = end = 0;
            }

            Volatile.Write(ref waitingSince, Environment.TickCount64);
            var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
            Volatile.Write(ref waitingSince, 0);
            if (read == 0)
            {
                return false;
            }

            end += read;
        }

        return true;
    }
}
