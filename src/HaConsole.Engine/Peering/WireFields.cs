using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace HaConsole.Engine.Peering;

/// <summary>
/// Writes tagged fields: a varint of field number and kind, then the value. Fields with their default value are left out, which keeps
/// an exchange within some tens of bytes.
/// </summary>
internal sealed class WireWriter
{
    private readonly ArrayBufferWriter<byte> buffer = new(128);

    public ReadOnlySpan<byte> Written => buffer.WrittenSpan;

    public byte[] ToArray() => buffer.WrittenSpan.ToArray();

    public void Byte(byte value)
    {
        buffer.GetSpan(1)[0] = value;
        buffer.Advance(1);
    }

    public void Number(int field, long value)
    {
        if (value != 0)
        {
            Varint(((ulong)field << 3) | (ulong)WireKind.Varint);
            Varint((ulong)value);
        }
    }

    public void Flag(int field, bool value) => Number(field, value ? 1 : 0);

    public void Fixed(int field, ulong value)
    {
        if (value != 0)
        {
            Varint(((ulong)field << 3) | (ulong)WireKind.Fixed64);
            BinaryPrimitives.WriteUInt64LittleEndian(buffer.GetSpan(8), value);
            buffer.Advance(8);
        }
    }

    public void Text(int field, string value)
    {
        if (value.Length > 0)
        {
            Bytes(field, Encoding.UTF8.GetBytes(value));
        }
    }

    /// <summary>Always written: an empty value is one too.</summary>
    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint(((ulong)field << 3) | (ulong)WireKind.Bytes);
        Varint((ulong)value.Length);
        buffer.Write(value);
    }

    public void Varint(ulong value)
    {
        var span = buffer.GetSpan(10);
        var used = 0;
        while (value >= 0x80)
        {
            span[used++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[used++] = (byte)value;
        buffer.Advance(used);
    }
}

/// <summary>How a value is stored; tells how to skip an unknown field.</summary>
internal enum WireKind
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
}

/// <summary>Reads what <see cref="WireWriter"/> writes. Anything torn or malformed throws <see cref="FormatException"/>.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> rest = data;
    private ulong number;
    private ReadOnlySpan<byte> bytes;

    /// <summary>Number of the field that <see cref="Next"/> came to.</summary>
    public int Field { get; private set; }

    public readonly long Number => (long)number;

    public readonly bool Flag => number != 0;

    public readonly ulong Fixed => number;

    public readonly ReadOnlySpan<byte> Bytes => bytes;

    public readonly string Text => Encoding.UTF8.GetString(bytes);

    /// <summary>Goes to the next field; false at the end.</summary>
    public bool Next()
    {
        if (rest.IsEmpty)
        {
            return false;
        }

        var tag = Varint();
        Field = checked((int)Math.Min(tag >> 3, int.MaxValue));
        number = 0;
        bytes = default;
        switch ((WireKind)(tag & 7))
        {
            case WireKind.Varint:
                number = Varint();
                break;
            case WireKind.Fixed64:
                number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case WireKind.Bytes:
                var length = Varint();
                bytes = Take(length > int.MaxValue ? throw new FormatException("A field is too long.") : (int)length);
                break;
            default:
                throw new FormatException("A field has an unknown kind.");
        }

        return true;
    }

    public ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new FormatException("A number is too long.");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > rest.Length)
        {
            throw new FormatException("The message is torn.");
        }

        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }
}
