using System.Buffers.Binary;
using HaConsole.Engine.FileSets.Posix;

namespace HaConsole.Engine.FileSets.Wire;

/// <summary>Builds frames in one buffer until they are sent: length (4 bytes, little endian), type, content.</summary>
internal sealed class FrameWriter
{
    private byte[] buffer = new byte[64 * 1024];
    private int length;
    private int frame = -1;

    public int Length => length;

    public ReadOnlyMemory<byte> Written => buffer.AsMemory(0, length);

    public void Clear() => length = 0;

    public FrameWriter Begin(FrameType type)
    {
        End();
        frame = length;
        Room(5)[4] = (byte)type;
        return this;
    }

    /// <summary>Closes the frame that is open.</summary>
    public void End()
    {
        if (frame >= 0)
        {
            BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(frame), length - frame - 4);
            frame = -1;
        }
    }

    public FrameWriter Byte(byte value)
    {
        Room(1)[0] = value;
        return this;
    }

    public FrameWriter Flag(bool value) => Byte(value ? (byte)1 : (byte)0);

    public FrameWriter Number(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Room(4), value);
        return this;
    }

    public FrameWriter Long(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Room(8), value);
        return this;
    }

    public FrameWriter Hash(UInt128 value)
    {
        BinaryPrimitives.WriteUInt128LittleEndian(Room(16), value);
        return this;
    }

    /// <summary>A text for people.</summary>
    public FrameWriter Text(string value)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(value);
        return Number(bytes.Length).Bytes(bytes);
    }

    /// <summary>A name or path, byte by byte.</summary>
    public FrameWriter Path(string value)
    {
        var at = length;
        Room(4 + (value.Length * 3));
        var written = PathName.Encode(value, buffer.AsSpan(at + 4));
        BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(at), written);
        length = at + 4 + written;
        return this;
    }

    public FrameWriter Bytes(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Room(value.Length));
        return this;
    }

    private Span<byte> Room(int size)
    {
        if (buffer.Length - length < size)
        {
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + size));
        }

        length += size;
        return buffer.AsSpan(length - size, size);
    }
}
