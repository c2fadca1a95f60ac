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
