using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using HaConsole.Engine.State;
using Microsoft.Win32.SafeHandles;

namespace HaConsole.Engine.Notifications;

/// <summary>One change of an outbox; one of the members is set.</summary>
internal sealed record OutboxLine
{
    /// <summary>Everything up to this sequence of this server's journal was looked at.</summary>
    public long? Cursor { get; init; }

    /// <summary>A message of this server, new or changed.</summary>
    public NotificationMessage? Own { get; init; }

    /// <summary>A message of the other server, new or changed.</summary>
    public NotificationMessage? Peer { get; init; }

    /// <summary>What became of a message.</summary>
    public Delivery? Ended { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OutboxLine))]
internal sealed partial class OutboxJson : JsonSerializerContext;

/// <summary>
/// An outbox on the disk: lines that are added and synced, each with a checksum, so that a torn one is told from a whole one; written anew
/// when most of it is past. For one thread at a time.
/// </summary>
internal sealed class OutboxFile(string path) : IDisposable
{
    private const int SumLength = 16;
    private const long WriteAnewAbove = 1024 * 1024;

    private SafeFileHandle? handle;
    private long length;

    /// <summary>Bytes in the file.</summary>
    public long Length => length;

    /// <summary>Most of the file may be past.</summary>
    public bool IsLarge => length > WriteAnewAbove;

    /// <summary>All sound lines, and how many were torn.</summary>
    public (List<OutboxLine> Lines, int Torn) Read()
    {
        var lines = new List<OutboxLine>();
        var torn = 0;
        if (File.Exists(path))
        {
            foreach (var text in File.ReadLines(path).Where(t => t.Length > 0))
            {
                if (Parse(text) is { } line)
                {
                    lines.Add(line);
                }
                else
                {
                    torn++;
                }
            }
        }

        return (lines, torn);
    }

    /// <summary>Adds lines, all or none, and returns when they are on the disk.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Append(IReadOnlyCollection<OutboxLine> lines)
    {
        Open();
        var bytes = Bytes(lines);
        try
        {
            RandomAccess.Write(handle!, bytes, length);
            RandomAccess.FlushToDisk(handle!);
            length += bytes.Length;
        }
        catch (IOException)
        {
            Close();
            throw;
        }
    }

    /// <summary>Replaces the whole content.</summary>
    /// <exception cref="IOException">The disk refuses; the file is as before.</exception>
    public void Rewrite(IReadOnlyCollection<OutboxLine> lines)
    {
        Close();
        var folder = Path.GetDirectoryName(path)!;
        Folders.Create(folder);
        var beside = path + ".tmp";
        using (var fresh = File.OpenHandle(beside, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(fresh, Bytes(lines), 0);
            RandomAccess.FlushToDisk(fresh);
        }

        File.Move(beside, path, overwrite: true);
        FileCalls.SyncDirectory(folder);
    }

    /// <summary>Removes the file.</summary>
    public void Delete()
    {
        Close();
        File.Delete(path);
    }

    public void Dispose() => Close();

    private void Open()
    {
        if (handle is not null)
        {
            return;
        }

        Folders.Create(Path.GetDirectoryName(path)!);
        var opened = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            length = RandomAccess.GetLength(opened);
            var last = new byte[1];
            if (length > 0 && RandomAccess.Read(opened, last, length - 1) == 1 && last[0] != (byte)'\n')
            {
                // What a power cut left without its end must not swallow the next line.
                RandomAccess.Write(opened, "\n"u8, length++);
            }

            handle = opened;
        }
        catch (IOException)
        {
            opened.Dispose();
            throw;
        }
    }

    private void Close()
    {
        handle?.Dispose();
        handle = null;
        length = 0;
    }

    private static byte[] Bytes(IEnumerable<OutboxLine> lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            var json = JsonSerializer.Serialize(line, OutboxJson.Default.OutboxLine);
            text.Append(Sum(json)).Append(' ').Append(json).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static OutboxLine? Parse(string text)
    {
        if (text.Length <= SumLength || text[SumLength] != ' ' || !text.AsSpan(0, SumLength).SequenceEqual(Sum(text[(SumLength + 1)..])))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(text[(SumLength + 1)..], OutboxJson.Default.OutboxLine);
        }
        catch (JsonException)
        {
            // Whole, but of a version that this one cannot read.
            return null;
        }
    }

    private static string Sum(string json) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)).AsSpan(0, SumLength / 2));
}
