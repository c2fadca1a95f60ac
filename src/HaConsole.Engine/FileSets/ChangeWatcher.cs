using System.Runtime.InteropServices;
using HaConsole.Engine.FileSets.Posix;

namespace HaConsole.Engine.FileSets;

/// <summary>
/// Hears of changes in the directories of a set (inotify), on a thread of its own. A change is given out when the file was closed, at the
/// latest after a while when it stays open. When the kernel lost count, everything must be compared.
/// </summary>
internal sealed class ChangeWatcher : IDisposable
{
    private const uint Modify = 0x2;
    private const uint Attributes = 0x4;
    private const uint CloseWrite = 0x8;
    private const uint MovedFrom = 0x40;
    private const uint MovedTo = 0x80;
    private const uint Created = 0x100;
    private const uint Deleted = 0x200;
    private const uint Overflow = 0x4000;
    private const uint Ignored = 0x8000;
    private const uint OnlyDirectory = 0x1000000;
    private const uint IsDirectory = 0x40000000;
    private const uint Wanted = Modify | Attributes | CloseWrite | MovedFrom | MovedTo | Created | Deleted | OnlyDirectory;
    private const int HeadBytes = 16;
    private const int BufferBytes = 256 * 1024;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int NoSpace = 28;

    /// <summary>More paths than these at once: comparing everything is cheaper.</summary>
    private const int MostPending = 20_000;

    /// <summary>A file that is written to and not closed is looked at after this time, in milliseconds.</summary>
    private const int OpenDelay = 300;

    /// <summary>A file that was made is usually closed within this time, in milliseconds.</summary>
    private const int CreatedDelay = 30;

    private readonly OpenDirectory root;
    private readonly PathPatterns patterns;
    private readonly int handle;
    private readonly int wake;
    private readonly Thread thread;
    private readonly Lock gate = new();
    private readonly Dictionary<int, string> directories = [];
    private readonly Dictionary<string, int> watches = [];
    private readonly Dictionary<string, long> pending = [];
    private readonly SemaphoreSlim signal = new(0);
    private volatile bool stopping;
    private bool lost;
    private bool isBlind;
    private string? problem;

    /// <summary>Watches from now on: what is changed after this has returned is heard of.</summary>
    public ChangeWatcher(OpenDirectory root, PathPatterns patterns)
    {
        this.root = root.Again();
        this.patterns = patterns;
        handle = PosixCalls.InotifyInit(NonBlocking | CloseOnExec);
        if (handle < 0)
        {
            this.root.Dispose();
            throw PosixException.Last("inotify_init", "");
        }

        wake = PosixCalls.EventHandle(0, CloseOnExec);
        WatchTree("");
        thread = new Thread(Listen) { IsBackground = true, Name = "file set watcher" };
        thread.Start();
    }

    /// <summary>Why not everything is watched; null when it is.</summary>
    public string? Problem => problem;

    /// <summary>Directories watched.</summary>
    public int Directories
    {
        get
        {
            lock (gate)
            {
                return directories.Count;
            }
        }
    }

    /// <summary>Waits until something may have changed, or for some time.</summary>
    public async Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        var due = NextDue();
        var wait = due is { } at ? TimeSpan.FromMilliseconds(Math.Max(0, at - Environment.TickCount64)) : longest;
        await signal.WaitAsync(wait < longest ? wait : longest, cancellationToken);
    }

    /// <summary>Ends a <see cref="WaitAsync"/>.</summary>
    public void Wake()
    {
        try
        {
            signal.Release();
        }
        catch (ObjectDisposedException)
        {
            // Nobody waits any more.
        }
    }

    /// <summary>Paths that have changed and are due; <paramref name="everything"/>: nobody knows which.</summary>
    public List<string> Take(out bool everything)
    {
        var now = Environment.TickCount64;
        Rescan();
        lock (gate)
        {
            while (signal.Wait(0))
            {
                // All that was announced is taken now.
            }

            everything = lost;
            lost = false;
            if (everything)
            {
                pending.Clear();
                return [];
            }

            var due = pending.Where(p => p.Value <= now).Select(p => p.Key).ToList();
            foreach (var path in due)
            {
                pending.Remove(path);
            }

            return due;
        }
    }

    /// <summary>When the kernel lost count, directories may have come that nobody watches.</summary>
    private void Rescan()
    {
        lock (gate)
        {
            if (!isBlind)
            {
                return;
            }

            isBlind = false;

            // What happens while the watches are made anew is heard of by nobody.
            lost = true;
            directories.Clear();
            watches.Clear();
        }

        WatchTree("");
    }

    /// <summary>Paths to be looked at after a while.</summary>
    public void Later(IEnumerable<string> paths, TimeSpan delay)
    {
        lock (gate)
        {
            foreach (var path in paths)
            {
                pending.TryAdd(path, Environment.TickCount64 + (long)delay.TotalMilliseconds);
            }
        }
    }

    public void Dispose()
    {
        if (stopping)
        {
            return;
        }

        stopping = true;
        WakeThread();
        thread.Join();
        _ = PosixCalls.Close(handle);
        _ = PosixCalls.Close(wake);
        root.Dispose();
        signal.Dispose();
    }

    private unsafe void WakeThread()
    {
        ulong one = 1;
        _ = PosixCalls.Write(wake, (byte*)&one, sizeof(ulong));
    }

    private long? NextDue()
    {
        lock (gate)
        {
            return lost ? 0 : pending.Count == 0 ? null : pending.Values.Min();
        }
    }

    private unsafe void Listen()
    {
        var buffer = (byte*)NativeMemory.Alloc(BufferBytes);
        var handles = stackalloc PosixCalls.PollHandle[2];
        try
        {
            while (!stopping)
            {
                handles[0] = new PosixCalls.PollHandle { Handle = handle, Wanted = PosixCalls.PollIn };
                handles[1] = new PosixCalls.PollHandle { Handle = wake, Wanted = PosixCalls.PollIn };
                _ = PosixCalls.Poll(handles, 2, -1);
                nint read;
                while (!stopping && (read = PosixCalls.Read(handle, buffer, BufferBytes)) > 0)
                {
                    Take(new ReadOnlySpan<byte>(buffer, (int)read));
                }
            }
        }
        finally
        {
            NativeMemory.Free(buffer);
        }
    }

    private void Take(ReadOnlySpan<byte> events)
    {
        var arrived = new List<string>();
        lock (gate)
        {
            while (events.Length >= HeadBytes)
            {
                var watch = BitConverter.ToInt32(events);
                var mask = BitConverter.ToUInt32(events[4..]);
                var length = BitConverter.ToInt32(events[12..]);
                var name = events.Slice(HeadBytes, length);
                var end = name.IndexOf((byte)0);
                Note(watch, mask, PathName.Decode(end < 0 ? name : name[..end]), arrived);
                events = events[(HeadBytes + length)..];
            }
        }

        foreach (var path in arrived)
        {
            WatchTree(path);
            lock (gate)
            {
                // Only now: what comes into it before it is watched must be there when it is looked at.
                pending[path] = Environment.TickCount64;
            }
        }

        signal.Release();
    }

    private void Note(int watch, uint mask, string name, List<string> arrived)
    {
        if ((mask & Overflow) != 0)
        {
            lost = isBlind = true;
            return;
        }

        if (!directories.TryGetValue(watch, out var directory))
        {
            return;
        }

        if ((mask & Ignored) != 0)
        {
            directories.Remove(watch);
            if (watches.TryGetValue(directory, out var current) && current == watch)
            {
                watches.Remove(directory);
            }

            return;
        }

        var path = name.Length == 0 ? directory : PathName.Join(directory, name);
        var isDirectory = (mask & IsDirectory) != 0;
        if (path.Length == 0 || !patterns.Takes(path, isDirectory ? FileKind.Directory : FileKind.File))
        {
            return;
        }

        // The kernel says itself that a removed one is no longer watched.
        if (isDirectory && (mask & MovedFrom) != 0)
        {
            Unwatch(path);
        }

        if (isDirectory && (mask & (Created | MovedTo)) != 0)
        {
            arrived.Add(path);
        }

        var now = Environment.TickCount64;
        var due = isDirectory || (mask & (CloseWrite | MovedFrom | MovedTo | Deleted | Attributes)) != 0 ? now
            : (mask & Created) != 0 ? now + CreatedDelay
            : now + OpenDelay;
        pending[path] = pending.TryGetValue(path, out var before) ? Math.Min(before, due) : due;
        if (pending.Count > MostPending)
        {
            pending.Clear();
            lost = true;
        }
    }

    private void WatchTree(string path)
    {
        var waiting = new Stack<string>();
        waiting.Push(path);
        while (waiting.TryPop(out var next) && !stopping)
        {
            try
            {
                using var directory = OpenDirectory.Beneath(root, next);
                if (!Watch(next, directory))
                {
                    continue;
                }

                foreach (var name in directory.Names())
                {
                    var inside = PathName.Join(next, name);
                    if (directory.Look(name).Kind == FileKind.Directory && patterns.Takes(inside, FileKind.Directory))
                    {
                        waiting.Push(inside);
                    }
                }
            }
            catch (IOException)
            {
                // Gone again, or not readable: the comparison says so.
            }
        }
    }

    /// <summary>By what is open: neither a link on the way nor the length of its path matters.</summary>
    private unsafe bool Watch(string path, OpenDirectory directory)
    {
        int watch;
        fixed (byte* name = PathName.Encode(directory.PathOfHandle()))
        {
            watch = PosixCalls.InotifyAdd(handle, name, Wanted);
        }

        if (watch < 0)
        {
            if (Marshal.GetLastPInvokeError() == NoSpace)
            {
                problem = "There are more directories than the system may watch (fs.inotify.max_user_watches): some changes are found by the next comparison only.";
            }

            return false;
        }

        lock (gate)
        {
            directories[watch] = path;
            watches[path] = watch;
        }

        return true;
    }

    private void Unwatch(string path)
    {
        foreach (var (inside, watch) in watches.Where(w => PathName.IsIn(w.Key, path)).ToList())
        {
            _ = PosixCalls.InotifyRemove(handle, watch);
            watches.Remove(inside);
            directories.Remove(watch);
        }
    }
}
