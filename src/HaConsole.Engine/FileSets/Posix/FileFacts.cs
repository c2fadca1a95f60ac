namespace HaConsole.Engine.FileSets.Posix;

/// <summary>What something in a directory is.</summary>
internal enum FileKind : byte
{
    /// <summary>Nothing of that name.</summary>
    None,

    /// <summary>A file with content.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A FIFO, socket or device: never copied.</summary>
    Special,
}

/// <summary>What the file system says of one name. Times are nanoseconds since 1970.</summary>
internal readonly record struct FileFacts(FileKind Kind, uint Mode, uint User, uint Group, ulong Inode, ulong Device, long Size, long Modified, long Changed)
{
    private const int FormatMask = 0xF000;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Permission bits only.</summary>
    public const uint PermissionMask = 0xFFF;

    private const uint OwnersRights = 0xC00;

    /// <summary>Permission bits without setuid and setgid.</summary>
    public static uint WithoutOwnersRights(uint mode) => mode & PermissionMask & ~OwnersRights;

    public bool Exists => Kind != FileKind.None;

    public static FileFacts From(in PosixCalls.StatxResult found) => new(
        (found.Mode & FormatMask) switch
        {
            0x8000 => FileKind.File,
            0x4000 => FileKind.Directory,
            0xA000 => FileKind.Link,
            _ => FileKind.Special,
        },
        found.Mode & PermissionMask,
        found.User,
        found.Group,
        found.Inode,
        ((ulong)found.DevMajor << 32) | found.DevMinor,
        (long)found.Size,
        (found.Modified.Seconds * NanosecondsPerSecond) + found.Modified.Nanoseconds,
        (found.Changed.Seconds * NanosecondsPerSecond) + found.Changed.Nanoseconds);

    /// <summary>Whether nothing was written to it between two looks.</summary>
    public bool IsSameAs(in FileFacts other) => Inode == other.Inode && Size == other.Size && Modified == other.Modified && Changed == other.Changed;
}
