using System.Text;

namespace HaConsole.Engine.FileSets.Posix;

/// <summary>
/// Names of files as text. Linux knows bytes only: those that are no UTF-8 become lone surrogates U+DC80 … U+DCFF and come out again as
/// the bytes they were, so that every name can be copied. Paths are relative to the set, with <c>/</c> between names; empty = its root.
/// </summary>
internal static class PathName
{
    /// <summary>Longest path that Linux takes, in bytes.</summary>
    public const int Longest = 4095;

    private const int LongestName = 255;
    private const char FirstEscape = '\uDC80';

    /// <summary>The text of a name.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes))
        {
            return Encoding.UTF8.GetString(bytes);
        }

        var text = new StringBuilder(bytes.Length);
        Span<char> two = stackalloc char[2];
        while (bytes.Length > 0)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var used) == System.Buffers.OperationStatus.Done)
            {
                text.Append(two[..rune.EncodeToUtf16(two)]);
            }
            else
            {
                used = 1;
                text.Append((char)(FirstEscape + (bytes[0] - 0x80)));
            }

            bytes = bytes[used..];
        }

        return text.ToString();
    }

    /// <summary>The bytes of a name, with a zero byte at the end.</summary>
    public static byte[] Encode(string name)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(name.Length) + 1];
        var length = Encode(name, bytes);
        Array.Resize(ref bytes, length + 1);
        return bytes;
    }

    /// <summary>Writes the bytes of a name into a buffer of at least three times its length; how many.</summary>
    public static int Encode(string name, Span<byte> into)
    {
        var length = 0;
        var rest = name.AsSpan();
        while (rest.Length > 0)
        {
            var plain = rest.IndexOfAnyInRange(FirstEscape, '\uDCFF');
            if (plain < 0)
            {
                return length + Encoding.UTF8.GetBytes(rest, into[length..]);
            }

            if (plain > 0 && char.IsHighSurrogate(rest[plain - 1]))
            {
                // The second half of a character beyond 16 bits.
                length += Encoding.UTF8.GetBytes(rest[..(plain + 1)], into[length..]);
                rest = rest[(plain + 1)..];
                continue;
            }

            length += Encoding.UTF8.GetBytes(rest[..plain], into[length..]);
            into[length++] = (byte)(rest[plain] - FirstEscape + 0x80);
            rest = rest[(plain + 1)..];
        }

        return length;
    }

    /// <summary>For people and JSON: bytes that are no text as <c>\xHH</c>, control characters as <c>\n</c> or <c>\uHHHH</c>.</summary>
    public static string Show(string path)
    {
        var text = new StringBuilder(path.Length);
        for (var i = 0; i < path.Length; i++)
        {
            var c = path[i];
            if (char.IsHighSurrogate(c) && i + 1 < path.Length && char.IsLowSurrogate(path[i + 1]))
            {
                text.Append(c).Append(path[++i]);
            }
            else if (c is >= FirstEscape and <= '\uDCFF')
            {
                text.Append("\\x").Append(((int)c - FirstEscape + 0x80).ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
            }
            else if (c == '\n')
            {
                text.Append("\\n");
            }
            else if (char.IsControl(c) || char.IsSurrogate(c) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069'))
            {
                text.Append("\\u").Append(((int)c).ToString("x4", System.Globalization.CultureInfo.InvariantCulture));
            }
            else
            {
                text.Append(c);
            }
        }

        return text.ToString();
    }

    /// <summary>Whether a relative path that came from elsewhere names something beneath the root: no empty name, no <c>.</c> and no <c>..</c></summary>
    public static bool IsBeneath(string path)
    {
        if (path.Length is 0 or > Longest || path.Contains('\0', StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var part in path.AsSpan().Split('/'))
        {
            var name = path.AsSpan(part);
            if (name.Length is 0 or > LongestName || name is "." or "..")
            {
                return false;
            }
        }

        return true;
    }

    public static string Join(string directory, string name) => directory.Length == 0 ? name : $"{directory}/{name}";

    public static string Parent(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 ? "" : path[..slash];
    }

    public static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>Whether <paramref name="path"/> is <paramref name="directory"/> or lies in it.</summary>
    public static bool IsIn(string path, string directory)
        => directory.Length == 0 || (path.StartsWith(directory, StringComparison.Ordinal) && (path.Length == directory.Length || path[directory.Length] == '/'));
}
