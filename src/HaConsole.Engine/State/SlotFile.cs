using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace HaConsole.Engine.State;

/// <summary>What a <see cref="SlotFile"/> held when it was opened.</summary>
/// <param name="Payload">Newest sound copy; null when there is none.</param>
/// <param name="Generation">Its generation; 0 when there is none.</param>
/// <param name="DamagedSlots">Numbers (1, 2) of slots that were written once but are not sound now.</param>
/// <param name="Created">The file did not exist.</param>
public sealed record SlotContent(byte[]? Payload, long Generation, IReadOnlyList<int> DamagedSlots, bool Created);

/// <summary>
/// A file of two preallocated slots that are written alternately, in place, and synced: a full disk cannot prevent a write, and
/// a write that a power cut tears leaves the copy before it. Not safe for several threads.
/// </summary>
/// <remarks>Slot: magic (8 bytes), generation (8), payload length (4), zero (4), SHA-256 of these and the payload (32), payload.</remarks>
public sealed class SlotFile : IDisposable
{
    private const ulong Magic = 0x31544F4C53434148;
    private const int SumAt = 24;
    private const int PayloadAt = SumAt + SHA256.HashSizeInBytes;

    private readonly byte[] buffer;
    private SafeFileHandle handle;
    private long generation;
    private int currentSlot = 1;

    private SlotFile(string path, int slotSize, SafeFileHandle handle)
    {
        Path = path;
        SlotSize = slotSize;
        this.handle = handle;
        buffer = new byte[slotSize];
        Content = new SlotContent(null, 0, [], false);
    }

    /// <summary>Path of the file.</summary>
    public string Path { get; }

    /// <summary>Size of a slot in bytes.</summary>
    public int SlotSize { get; }

    /// <summary>Largest payload in bytes.</summary>
    public int Capacity => SlotSize - PayloadAt;

    /// <summary>What was found when the file was opened.</summary>
    public SlotContent Content { get; private set; }

    /// <summary>Opens or creates the file, with its directory, reads it and makes sure that both slots have their space on disk.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="slotSize">Size of a slot in bytes, a multiple of 4096.</param>
    /// <exception cref="DurableWriteException">It cannot be opened or made.</exception>
    public static SlotFile Open(string path, int slotSize = 4096)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNotEqual(slotSize % 4096, 0);
        SafeFileHandle? handle = null;
        try
        {
            var created = !File.Exists(path);
            handle = OpenHandle(path);
            var file = new SlotFile(path, slotSize, handle);
            file.Read(created);
            file.Preallocate();
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            handle?.Dispose();
            throw DurableWriteException.For(path, e);
        }
    }

    /// <summary>Writes and syncs; returns when it would survive a power cut.</summary>
    /// <exception cref="DurableWriteException">Even the write in place failed; the copy before is still there.</exception>
    public void Write(ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, Capacity);
        try
        {
            if (!File.Exists(Path))
            {
                Recreate();
            }

            var slot = 1 - currentSlot;
            Fill(payload, generation + 1);
            RandomAccess.Write(handle, buffer, (long)slot * SlotSize);
            RandomAccess.FlushToDisk(handle);
            generation++;
            currentSlot = slot;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DurableWriteException.For(Path, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private static SafeFileHandle OpenHandle(string path)
    {
        Folders.Create(System.IO.Path.GetDirectoryName(path)!);
        return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
    }

    /// <summary>Somebody removed the file or its directory while we run: without a new one the next start would know nothing.</summary>
    private void Recreate()
    {
        var fresh = OpenHandle(Path);
        handle.Dispose();
        handle = fresh;
        Preallocate();
    }

    private void Read(bool created)
    {
        byte[]? newest = null;
        var damaged = new List<int>();
        for (var slot = 0; slot < 2; slot++)
        {
            var read = RandomAccess.Read(handle, buffer, (long)slot * SlotSize);
            var found = buffer.AsSpan(0, read);
            if (TryRead(found, out var number, out var payload))
            {
                if (number > generation)
                {
                    (generation, currentSlot, newest) = (number, slot, payload);
                }
            }
            else if (found.IndexOfAnyExcept((byte)0) >= 0)
            {
                damaged.Add(slot + 1);
            }
        }

        Content = new SlotContent(newest, generation, damaged, created);
    }

    private static bool TryRead(ReadOnlySpan<byte> slot, out long number, out byte[] payload)
    {
        number = 0;
        payload = [];
        if (slot.Length < PayloadAt || BinaryPrimitives.ReadUInt64LittleEndian(slot) != Magic)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(slot[16..]);
        if (length < 0 || length > slot.Length - PayloadAt || !slot.Slice(SumAt, SHA256.HashSizeInBytes).SequenceEqual(Sum(slot, length)))
        {
            return false;
        }

        number = BinaryPrimitives.ReadInt64LittleEndian(slot[8..]);
        payload = slot.Slice(PayloadAt, length).ToArray();
        return number > 0;
    }

    private static byte[] Sum(ReadOnlySpan<byte> slot, int length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(slot[..SumAt]);
        hash.AppendData(slot.Slice(PayloadAt, length));
        return hash.GetHashAndReset();
    }

    private void Fill(ReadOnlySpan<byte> payload, long number)
    {
        Array.Clear(buffer);
        BinaryPrimitives.WriteUInt64LittleEndian(buffer, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(8), number);
        BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(16), payload.Length);
        payload.CopyTo(buffer.AsSpan(PayloadAt));
        Sum(buffer, payload.Length).CopyTo(buffer.AsSpan(SumAt));
    }

    /// <summary>Real zeros, not a hole: a hole gets its blocks only when it is written, and a full disk has none.</summary>
    private void Preallocate()
    {
        var length = RandomAccess.GetLength(handle);
        var whole = 2L * SlotSize;
        if (length >= whole)
        {
            return;
        }

        RandomAccess.Write(handle, new byte[whole - length], length);
        RandomAccess.FlushToDisk(handle);
        FileCalls.SyncDirectory(System.IO.Path.GetDirectoryName(Path)!);
    }
}
