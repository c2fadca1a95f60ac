using System.Globalization;
using System.Text;
using HaConsole.Engine.State;
using Microsoft.Win32.SafeHandles;

namespace HaConsole.Engine.Journal;

/// <summary>
/// Files of one kind, one per local day and continued when a day's file is full: <c>ft-20261120.log</c>, <c>ft-20261120.2.log</c>.
/// Appends whole lines or nothing. For one thread.
/// </summary>
internal sealed class DayFiles(string folder, string prefix, string extension, FileJournalOptions options) : IDisposable
{
    private SafeFileHandle? handle;
    private string day = "";
    private int part;
    private long length;

    /// <summary>All files, oldest first.</summary>
    public IReadOnlyList<string> List()
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        return [.. Directory.EnumerateFiles(folder, $"{prefix}-*.{extension}")
            .Select(path => (Path: path, Order: Parse(path)))
            .Where(f => f.Order is not null)
            .OrderBy(f => f.Order!.Value.Day, StringComparer.Ordinal).ThenBy(f => f.Order!.Value.Part)
            .Select(f => f.Path)];
    }

    /// <summary>Appends lines of one day and syncs them; on failure nothing of them stays in the file.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    /// <returns>Bytes written.</returns>
    public int Append(DateTimeOffset at, IEnumerable<string> lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            text.Append(line).Append('\n');
        }

        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        Open(DayOf(at), bytes.Length);
        try
        {
            RandomAccess.Write(handle!, bytes, length);
            RandomAccess.FlushToDisk(handle!);
            length += bytes.Length;
            return bytes.Length;
        }
        catch (IOException)
        {
            TakeBack();
            throw;
        }
    }

    /// <summary>Deletes what is too old or too much; never the file in use.</summary>
    public void Sweep(DateTimeOffset now)
    {
        var oldest = DayOf(now.AddDays(-options.KeepDays));
        var files = List();
        var total = files.Sum(SizeOf);
        foreach (var path in files.SkipLast(1))
        {
            if (string.CompareOrdinal(Parse(path)!.Value.Day, oldest) >= 0 && total <= options.MaxFolderBytes)
            {
                break;
            }

            total -= SizeOf(path);
            File.Delete(path);
        }
    }

    /// <summary>Name part of a day.</summary>
    public static string DayOf(DateTimeOffset at) => at.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public void Dispose() => handle?.Dispose();

    private void Open(string wanted, int bytes)
    {
        if (handle is not null && day == wanted && (length == 0 || length + bytes <= options.MaxFileBytes) && File.Exists(PathOf(day, part)))
        {
            return;
        }

        var next = day == wanted && handle is not null && length + bytes > options.MaxFileBytes ? part + 1 : Math.Max(1, LastPart(wanted));
        handle?.Dispose();
        handle = null;
        Folders.Create(folder);
        var opened = File.OpenHandle(PathOf(wanted, next), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            (day, part, length) = (wanted, next, EndTornLine(opened));
            handle = opened;
        }
        catch (IOException)
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>What a power cut left without its end must not swallow the next line.</summary>
    private static long EndTornLine(SafeFileHandle file)
    {
        var end = RandomAccess.GetLength(file);
        var last = new byte[1];
        if (end == 0 || RandomAccess.Read(file, last, end - 1) != 1 || last[0] == (byte)'\n')
        {
            return end;
        }

        RandomAccess.Write(file, "\n"u8, end);
        return end + 1;
    }

    private void TakeBack()
    {
        try
        {
            RandomAccess.SetLength(handle!, length);
        }
        catch (IOException)
        {
            // The half line stays; it is recognised as torn, and opening the file again ends it.
            handle!.Dispose();
            handle = null;
        }
    }

    private int LastPart(string wanted)
        => List().Select(Parse).Where(f => f!.Value.Day == wanted).Select(f => f!.Value.Part).DefaultIfEmpty(0).Max();

    private string PathOf(string ofDay, int ofPart)
        => Path.Combine(folder, ofPart <= 1 ? $"{prefix}-{ofDay}.{extension}" : string.Create(CultureInfo.InvariantCulture, $"{prefix}-{ofDay}.{ofPart}.{extension}"));

    private (string Day, int Part)? Parse(string path)
    {
        var parts = Path.GetFileName(path)[(prefix.Length + 1)..].Split('.');
        var number = 1;
        var sound = parts[0].Length == 8 && parts[0].All(char.IsAsciiDigit)
            && (parts.Length == 2 || (parts.Length == 3 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out number)));
        return sound ? (parts[0], number) : null;
    }

    private static long SizeOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.Length : 0;
    }
}
