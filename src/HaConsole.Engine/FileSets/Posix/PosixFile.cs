using Microsoft.Win32.SafeHandles;

namespace HaConsole.Engine.FileSets.Posix;

/// <summary>What .NET cannot do with an open file.</summary>
internal static unsafe class PosixFile
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>
    /// Permission bits, owner, and time of modification, in the order that keeps the bits; false when the owner could not be set. A program that
    /// runs with the rights of its owner (setuid, setgid) keeps doing so, but never with those of another owner than on the source.
    /// </summary>
    public static bool SetFacts(SafeFileHandle file, uint mode, uint user, uint group, long modified)
    {
        var handle = (int)file.DangerousGetHandle();
        var owned = OpenDirectory.Allowed(PosixCalls.ChangeOwner(handle, user, group), "");
        if (PosixCalls.ChangeMode(handle, owned ? mode & FileFacts.PermissionMask : FileFacts.WithoutOwnersRights(mode)) != 0)
        {
            throw PosixException.Last("change mode", "");
        }

        var times = stackalloc PosixCalls.TimeSpec[2];
        FillTimes(times, modified);
        return PosixCalls.SetTimes(handle, times) == 0 ? owned : throw PosixException.Last("set time", "");
    }

    /// <summary>Copies bytes from one file to another in the kernel, shared where the file system can; false when it cannot at all.</summary>
    public static bool CopyRange(SafeFileHandle from, SafeFileHandle to, long offset, long length)
    {
        long read = offset, write = offset;
        while (length > 0)
        {
            var copied = PosixCalls.CopyFileRange((int)from.DangerousGetHandle(), &read, (int)to.DangerousGetHandle(), &write, (nint)Math.Min(length, 1 << 30), 0);
            if (copied < 0)
            {
                var error = PosixException.Last("copy", "");
                return error.Error is PosixException.CrossDevice or PosixException.Invalid or PosixException.NotSupported or PosixException.NoCall ? false : throw error;
            }

            if (copied == 0)
            {
                return false;
            }

            length -= copied;
        }

        return true;
    }

    /// <summary>Reads what there is up to the end of the file; how many bytes. .NET asks the system about each new file first.</summary>
    public static int Read(SafeFileHandle file, Span<byte> into, long offset)
    {
        var total = 0;
        fixed (byte* bytes = into)
        {
            while (total < into.Length)
            {
                var read = PosixCalls.ReadAt((int)file.DangerousGetHandle(), bytes + total, into.Length - total, offset + total);
                if (read == 0)
                {
                    break;
                }

                total += read > 0 ? (int)read : Again("read");
            }
        }

        return total;
    }

    /// <summary>Writes all of it.</summary>
    public static void Write(SafeFileHandle file, ReadOnlySpan<byte> content, long offset)
    {
        var total = 0;
        fixed (byte* bytes = content)
        {
            while (total < content.Length)
            {
                var written = PosixCalls.WriteAt((int)file.DangerousGetHandle(), bytes + total, content.Length - total, offset + total);
                total += written >= 0 ? (int)written : Again("write");
            }
        }
    }

    /// <summary>Has the disk begin with what was written: what makes it durable later has less to wait for. No more than a hint.</summary>
    public static void BeginWriting(SafeFileHandle file, long offset, long length)
        => _ = PosixCalls.SyncFileRange((int)file.DangerousGetHandle(), offset, length, PosixCalls.SyncRangeWrite);

    /// <summary>0: a signal came in between; the call is to be made again.</summary>
    private static int Again(string call)
    {
        var failure = PosixException.Last(call, "");
        return failure.Error == PosixException.Interrupted ? 0 : throw failure;
    }

    internal static void FillTimes(PosixCalls.TimeSpec* times, long modified)
    {
        var seconds = Math.DivRem(modified, NanosecondsPerSecond, out var rest);
        if (rest < 0)
        {
            (seconds, rest) = (seconds - 1, rest + NanosecondsPerSecond);
        }

        times[0] = times[1] = new PosixCalls.TimeSpec { Seconds = seconds, Nanoseconds = rest };
    }
}
