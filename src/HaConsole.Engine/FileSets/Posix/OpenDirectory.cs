using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HaConsole.Engine.FileSets.Posix;

/// <summary>
/// An open directory. Every call takes one name in it and follows no symbolic link: what is done stays beneath the directory that was
/// opened, whatever is renamed or linked meanwhile. Failures are <see cref="PosixException"/>.
/// </summary>
internal sealed unsafe class OpenDirectory : IDisposable
{
    private const int LongestLink = 4096;
    private const int DirentNameOffset = 19;
    private const uint OwnerOnly = 0x1C0;
    private const uint OwnerReadsAndWrites = 0x180;
    private int handle;

    private OpenDirectory(int handle) => this.handle = handle;

    /// <summary>Opens a root by its absolute path; links on the way to it are followed.</summary>
    public static OpenDirectory Root(string path) => new(Open(PosixCalls.AtCurrentDirectory, path, PosixCalls.Directory, 0));

    /// <summary>Opens a directory beneath a root, name by name.</summary>
    public static OpenDirectory Beneath(OpenDirectory root, string path)
    {
        var current = root.Again();
        foreach (var range in path.AsSpan().Split('/'))
        {
            if (path[range].Length == 0)
            {
                continue;
            }

            using var above = current;
            current = above.Into(path[range]);
        }

        return current;
    }

    /// <summary>A second handle of the same directory.</summary>
    public OpenDirectory Again() => new(Open(handle, ".", PosixCalls.Directory, 0));

    public OpenDirectory Into(string name) => new(Open(handle, name, PosixCalls.Directory | PosixCalls.NoFollow, 0));

    /// <summary>Opens a directory in it, which is made when it is missing.</summary>
    public OpenDirectory IntoOrMake(string name, uint mode)
    {
        MakeDirectory(name, mode);
        return Into(name);
    }

    /// <summary>What a name stands for; <see cref="FileKind.None"/> when there is nothing.</summary>
    public FileFacts Look(string name)
    {
        PosixCalls.StatxResult found;
        var buffer = stackalloc byte[Room(name)];
        if (PosixCalls.Statx(handle, Put(name, buffer), PosixCalls.AtSymlinkNoFollow, PosixCalls.StatBasic, &found) == 0)
        {
            return FileFacts.From(found);
        }

        var error = Marshal.GetLastPInvokeError();
        return error is PosixException.NoEntry or PosixException.NotDirectory ? default : throw new PosixException("look at", name, error);
    }

    /// <summary>The directory itself.</summary>
    public FileFacts LookAtSelf()
    {
        PosixCalls.StatxResult found;
        byte empty = 0;
        return PosixCalls.Statx(handle, &empty, PosixCalls.AtEmptyPath, PosixCalls.StatBasic, &found) == 0
            ? FileFacts.From(found)
            : throw PosixException.Last("look at", "");
    }

    /// <summary>What an open file is now.</summary>
    public static FileFacts LookAt(SafeFileHandle file)
    {
        PosixCalls.StatxResult found;
        byte empty = 0;
        return PosixCalls.Statx((int)file.DangerousGetHandle(), &empty, PosixCalls.AtEmptyPath, PosixCalls.StatBasic, &found) == 0
            ? FileFacts.From(found)
            : throw PosixException.Last("look at", "");
    }

    /// <summary>Names in it, in ordinal order, without <c>.</c> and <c>..</c></summary>
    public List<string> Names()
    {
        var stream = PosixCalls.OpenDirectoryStream(Open(handle, ".", PosixCalls.Directory, 0));
        if (stream == 0)
        {
            throw PosixException.Last("list", "");
        }

        var names = new List<string>();
        try
        {
            while (true)
            {
                Marshal.SetLastSystemError(0);
                var entry = PosixCalls.ReadDirectory(stream);
                if (entry is null)
                {
                    break;
                }

                var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + DirentNameOffset);
                if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                {
                    names.Add(PathName.Decode(name));
                }
            }

            if (Marshal.GetLastSystemError() is not 0 and var error)
            {
                throw new PosixException("list", "", error);
            }
        }
        finally
        {
            _ = PosixCalls.CloseDirectoryStream(stream);
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }

    /// <summary>Opens a file for reading. Neither a FIFO nor a device is waited for.</summary>
    public SafeFileHandle OpenFile(string name)
        => new(Open(handle, name, PosixCalls.NoFollow | PosixCalls.NonBlocking, 0), ownsHandle: true);

    /// <summary>Makes a new file for reading and writing; what has that name is removed first.</summary>
    public SafeFileHandle MakeFile(string name)
    {
        const int flags = PosixCalls.ReadWrite | PosixCalls.Create | PosixCalls.Exclusive | PosixCalls.CloseOnExec;
        var buffer = stackalloc byte[Room(name)];
        var opened = PosixCalls.OpenAt(handle, Put(name, buffer), flags | PosixCalls.NoFollow, OwnerReadsAndWrites);
        if (opened < 0 && Marshal.GetLastPInvokeError() == PosixException.Exists)
        {
            Remove(name);
            opened = PosixCalls.OpenAt(handle, Put(name, buffer), flags | PosixCalls.NoFollow, OwnerReadsAndWrites);
        }

        return opened >= 0 ? new(opened, ownsHandle: true) : throw PosixException.Last("open", name);
    }

    /// <summary>Opens a file for reading and writing; null when there is none.</summary>
    public SafeFileHandle? OpenForWriting(string name)
    {
        var buffer = stackalloc byte[Room(name)];
        var opened = PosixCalls.OpenAt(handle, Put(name, buffer), PosixCalls.ReadWrite | PosixCalls.NoFollow | PosixCalls.CloseOnExec, 0);
        return opened >= 0 ? new(opened, ownsHandle: true)
            : Marshal.GetLastPInvokeError() is PosixException.NoEntry ? null
            : throw PosixException.Last("open", name);
    }

    /// <summary>Makes a directory; none of the same name is replaced.</summary>
    public void MakeDirectory(string name, uint mode)
    {
        var buffer = stackalloc byte[Room(name)];
        if (PosixCalls.MakeDirectoryAt(handle, Put(name, buffer), mode) != 0 && Marshal.GetLastPInvokeError() != PosixException.Exists)
        {
            throw PosixException.Last("make directory", name);
        }
    }

    /// <summary>Removes a file, link or empty directory; false when there was none.</summary>
    public bool Remove(string name, bool directory = false)
    {
        var buffer = stackalloc byte[Room(name)];
        if (PosixCalls.UnlinkAt(handle, Put(name, buffer), directory ? PosixCalls.AtRemoveDirectory : 0) == 0)
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() == PosixException.NoEntry ? false : throw PosixException.Last("remove", name);
    }

    /// <summary>Removes a directory with all that is in it.</summary>
    public void RemoveTree(string name)
    {
        if (Look(name).Kind != FileKind.Directory)
        {
            Remove(name);
            return;
        }

        if (!Environment.IsPrivilegedProcess)
        {
            // A directory that was read-only on the source cannot be emptied by its owner.
            ChangeMode(name, OwnerOnly);
        }

        using (var inside = Into(name))
        {
            foreach (var entry in inside.Names())
            {
                inside.RemoveTree(entry);
            }
        }

        Remove(name, directory: true);
    }

    /// <summary>Moves a name to another directory of the same file system; what has that name there, is replaced.</summary>
    public void Move(string name, OpenDirectory to, string newName)
    {
        var from = stackalloc byte[Room(name)];
        var into = stackalloc byte[Room(newName)];
        if (PosixCalls.RenameAt(handle, Put(name, from), to.handle, Put(newName, into)) != 0)
        {
            throw PosixException.Last("rename", name);
        }
    }

    public void MakeLink(string name, string target)
    {
        var buffer = stackalloc byte[Room(name)];
        fixed (byte* points = PathName.Encode(target))
        {
            if (PosixCalls.SymlinkAt(points, handle, Put(name, buffer)) != 0)
            {
                throw PosixException.Last("make link", name);
            }
        }
    }

    /// <summary>Where a link points.</summary>
    public string ReadLink(string name)
    {
        var buffer = stackalloc byte[Room(name)];
        var target = stackalloc byte[LongestLink];
        var length = PosixCalls.ReadLinkAt(handle, Put(name, buffer), target, LongestLink);
        return length >= 0 ? PathName.Decode(new ReadOnlySpan<byte>(target, (int)length)) : throw PosixException.Last("read link", name);
    }

    /// <summary>Sets permission bits. The call of the system would follow a link that took the name meanwhile: it gets what is opened here.</summary>
    public void ChangeMode(string name, uint mode)
    {
        var opened = Open(handle, name, PosixCalls.PathOnly | PosixCalls.NoFollow, 0);
        try
        {
            var itself = OfProcess(opened);
            var buffer = stackalloc byte[Room(itself)];
            if (PosixCalls.ChangeModeAt(PosixCalls.AtCurrentDirectory, Put(itself, buffer), mode & FileFacts.PermissionMask, 0) != 0)
            {
                throw PosixException.Last("change mode of", name);
            }
        }
        finally
        {
            _ = PosixCalls.Close(opened);
        }
    }

    /// <summary>A path that stands for this very directory, wherever it is moved to; valid while it is open.</summary>
    public string PathOfHandle() => OfProcess(handle);

    /// <summary>Sets owner and group; false when this process may not.</summary>
    public bool ChangeOwner(string name, uint user, uint group)
    {
        var buffer = stackalloc byte[Room(name)];
        return Allowed(PosixCalls.ChangeOwnerAt(handle, Put(name, buffer), user, group, PosixCalls.AtSymlinkNoFollow), name);
    }

    /// <summary>Sets the time of modification.</summary>
    public void ChangeTime(string name, long modified)
    {
        var buffer = stackalloc byte[Room(name)];
        var times = stackalloc PosixCalls.TimeSpec[2];
        PosixFile.FillTimes(times, modified);
        if (PosixCalls.SetTimesAt(handle, Put(name, buffer), times, PosixCalls.AtSymlinkNoFollow) != 0)
        {
            throw PosixException.Last("set time of", name);
        }
    }

    /// <summary>Makes everything durable that was written to this file system.</summary>
    public void Sync()
    {
        if (PosixCalls.SyncFileSystem(handle) != 0)
        {
            throw PosixException.Last("sync", "");
        }
    }

    public void Dispose()
    {
        var open = Interlocked.Exchange(ref handle, -1);
        if (open >= 0)
        {
            _ = PosixCalls.Close(open);
        }
    }

    private static string OfProcess(int opened) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/proc/self/fd/{opened}");

    internal static bool Allowed(int result, string name)
        => result == 0 || (Marshal.GetLastPInvokeError() == PosixException.NotPermitted ? false : throw PosixException.Last("change owner of", name));

    private static int Open(int directory, string name, int flags, uint mode)
    {
        var buffer = stackalloc byte[Room(name)];
        var opened = PosixCalls.OpenAt(directory, Put(name, buffer), flags | PosixCalls.CloseOnExec, mode);
        return opened >= 0 ? opened : throw PosixException.Last("open", name);
    }

    private static int Room(string name) => name.Length > PathName.Longest ? throw new PosixException("use", "", PosixException.NameTooLong) : (name.Length * 3) + 1;

    private static byte* Put(string name, byte* buffer)
    {
        buffer[PathName.Encode(name, new Span<byte>(buffer, (name.Length * 3) + 1))] = 0;
        return buffer;
    }
}
