using System.Buffers.Binary;
using System.Text;
using HaConsole.Engine.FileSets.Posix;

namespace HaConsole.Engine.FileSets.Wire;

/// <summary>The other server sent what no version sends: the channel is closed.</summary>
internal sealed class WireException(string message) : IOException(message);

/// <summary>A frame that was read; valid until the next one is.</summary>
internal struct Frame(FrameType type, ReadOnlyMemory<byte> content)
{
    /// <summary>Longest sentence that is taken, in bytes.</summary>
    private const int LongestText = 16 * 1024;

    private ReadOnlyMemory<byte> rest = content;

    public FrameType Type { get; } = type;

    public byte Byte() => Take(1)[0];

    public bool Flag() => Byte() != 0;

    public int Number() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public long Long() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public UInt128 Hash() => BinaryPrimitives.ReadUInt128LittleEndian(Take(16));

    public string Text()
    {
        var length = Number();
        return length <= LongestText ? Encoding.UTF8.GetString(Take(length)) : throw new WireException("a sentence without an end");
    }

    /// <summary>A path beneath the root.</summary>
    public string Path()
    {
        var path = PathName.Decode(Take(Number()));
        return PathName.IsBeneath(path) ? path : throw new WireException("a path that is not beneath the root of the set");
    }

    /// <summary>A path beneath the root, or the root itself.</summary>
    public string PathOrRoot() => rest.Length >= 4 && BinaryPrimitives.ReadInt32LittleEndian(rest.Span) == 0 ? Skip(4) : Path();

    public string LinkTarget() => PathName.Decode(Take(Number()));

    public UInt128[] Hashes()
    {
        var count = Number();
        if (count < 0 || count > rest.Length / 16)
        {
            throw new WireException("a list of hashes that is longer than its frame");
        }

        var hashes = new UInt128[count];
        for (var i = 0; i < count; i++)
        {
            hashes[i] = Hash();
        }

        return hashes;
    }

    /// <summary>All that is left.</summary>
    public ReadOnlyMemory<byte> Rest() => rest;

    private string Skip(int bytes)
    {
        rest = rest[bytes..];
        return "";
    }

    private ReadOnlySpan<byte> Take(int size)
    {
        if (size < 0 || size > rest.Length)
        {
            throw new WireException("a frame that is shorter than it says");
        }

        var taken = rest.Span[..size];
        rest = rest[size..];
        return taken;
    }
}
