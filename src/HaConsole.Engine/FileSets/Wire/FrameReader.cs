using System.Buffers.Binary;

namespace HaConsole.Engine.FileSets.Wire;

/// <summary>
/// Takes frames from a stream ahead of who reads them, so that receiving (and deciphering) goes on while the frames before are worked on. Holds a
/// bounded number of buffers: when they are full, the other end has to wait.
/// </summary>
internal sealed class FrameReader(Stream stream) : IAsyncDisposable
{
    private const int BufferBytes = 512 * 1024;
    private const int MostBuffers = 3;
    private const int LengthBytes = 4;
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stop = new();
    private readonly SemaphoreSlim free = new(MostBuffers - 1);
    private readonly Stack<byte[]> spare = new();
    private Part at = new(new byte[BufferBytes]);
    private TaskCompletionSource? reader;
    private Exception? failure;
    private bool hasEnded;
    private Task? filling;
    private long waitingSince;

    /// <summary>Whole frames, and the beginning of one more.</summary>
    private sealed class Part(byte[] bytes)
    {
        public byte[] Bytes => bytes;

        /// <summary>Where the next frame for the reader begins.</summary>
        public int Start { get; set; }

        /// <summary>Where the last whole frame ends.</summary>
        public int Whole { get; set; }

        /// <summary>Where what was received ends; only the filling task knows.</summary>
        public int End { get; set; }

        /// <summary>What follows; null as long as this one is filled.</summary>
        public Part? Next { get; set; }
    }

    /// <summary>Milliseconds for which the other end is waited for; 0 while nobody does.</summary>
    public long WaitingFor => Volatile.Read(ref waitingSince) is > 0 and var since ? Environment.TickCount64 - since : 0;

    /// <summary>A whole frame can be read without waiting.</summary>
    public bool HasFrame
    {
        get
        {
            lock (gate)
            {
                return at.Start < at.Whole || at.Next is { Whole: > 0 };
            }
        }
    }

    /// <summary>The next frame, valid until the one after it is asked for; null when the other end has closed.</summary>
    public async ValueTask<Frame?> ReadAsync(CancellationToken cancellationToken)
    {
        filling ??= Task.Run(FillAsync, CancellationToken.None);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task arrival;
            lock (gate)
            {
                if (at.Start < at.Whole)
                {
                    return Take();
                }

                if (at.Next is { } next)
                {
                    Leave(at);
                    at = next;
                    continue;
                }

                if (failure is not null)
                {
                    throw failure is WireException ? failure : new IOException(failure.Message, failure);
                }

                if (hasEnded)
                {
                    return null;
                }

                arrival = (reader = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await arrival.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        if (filling is not null)
        {
            await Task.WhenAny(filling, Task.Delay(Farewell));
        }
    }

    private Frame Take()
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(at.Bytes.AsSpan(at.Start));
        var frame = new Frame((FrameType)at.Bytes[at.Start + LengthBytes], at.Bytes.AsMemory(at.Start + LengthBytes + 1, length - 1));
        at.Start += LengthBytes + length;
        return frame;
    }

    private void Leave(Part read)
    {
        if (read.Bytes.Length == BufferBytes)
        {
            spare.Push(read.Bytes);
        }

        free.Release();
    }

    private async Task FillAsync()
    {
        try
        {
            var part = at;
            while (true)
            {
                if (Needed(part) is var needed && part.Bytes.Length - part.Whole < needed)
                {
                    part = await NextAsync(part, needed);
                }

                Volatile.Write(ref waitingSince, Environment.TickCount64);
                var read = await stream.ReadAsync(part.Bytes.AsMemory(part.End), stop.Token);
                Volatile.Write(ref waitingSince, 0);
                if (read == 0)
                {
                    End(null);
                    return;
                }

                part.End += read;
                Show(part);
            }
        }
        catch (Exception e)
        {
            // Who reads finds it after the frames that came before.
            Volatile.Write(ref waitingSince, 0);
            End(e);
        }
    }

    /// <summary>Bytes that the frame takes which has begun.</summary>
    private static int Needed(Part part)
    {
        if (part.End - part.Whole < LengthBytes)
        {
            // One more byte than there are, at least.
            return Math.Max(LengthBytes, part.End - part.Whole + 1);
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(part.Bytes.AsSpan(part.Whole));
        return length is >= 1 and <= FileChannel.LongestFrame ? LengthBytes + length : throw new WireException("a frame of an impossible length");
    }

    private async Task<Part> NextAsync(Part full, int needed)
    {
        await free.WaitAsync(stop.Token);
        lock (gate)
        {
            var next = new Part(needed > BufferBytes ? new byte[needed] : spare.TryPop(out var used) ? used : new byte[BufferBytes]) { End = full.End - full.Whole };
            full.Bytes.AsSpan(full.Whole, next.End).CopyTo(next.Bytes);
            full.Next = next;
            return next;
        }
    }

    private void Show(Part part)
    {
        var whole = part.Whole;
        while (part.End - whole >= LengthBytes
            && BinaryPrimitives.ReadInt32LittleEndian(part.Bytes.AsSpan(whole)) is >= 1 and <= FileChannel.LongestFrame and var length
            && part.End - whole - LengthBytes >= length)
        {
            whole += LengthBytes + length;
        }

        if (whole == part.Whole)
        {
            return;
        }

        lock (gate)
        {
            part.Whole = whole;
        }

        Wake();
    }

    private void End(Exception? cause)
    {
        lock (gate)
        {
            (failure, hasEnded) = (cause, true);
        }

        Wake();
    }

    private void Wake()
    {
        TaskCompletionSource? waiting;
        lock (gate)
        {
            (waiting, reader) = (reader, null);
        }

        waiting?.TrySetResult();
    }
}
