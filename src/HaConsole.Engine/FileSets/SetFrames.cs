using HaConsole.Engine.FileSets.Posix;
using HaConsole.Engine.FileSets.Wire;

namespace HaConsole.Engine.FileSets;

/// <summary>Something in a set, as the source describes it.</summary>
/// <param name="Kind"><see cref="FileKind.Special"/>: it is there, but not copied.</param>
/// <param name="Mode">Permission bits.</param>
/// <param name="User">Owner.</param>
/// <param name="Group">Group.</param>
/// <param name="Modified">Nanoseconds since 1970.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Content">Of a file, when it is known without reading it.</param>
/// <param name="LinkTarget">Of a link.</param>
internal sealed record EntryFacts(FileKind Kind, uint Mode, uint User, uint Group, long Modified, long Size, UInt128? Content, string LinkTarget)
{
    /// <summary>Longest file that is copied, in bytes: the hashes of its blocks fit into one frame and into the memory of both servers.</summary>
    public const long LongestFile = 1L << 45;

    public static EntryFacts Of(in FileFacts facts, UInt128? content = null, string linkTarget = "")
        => new(facts.Kind, facts.Mode, facts.User, facts.Group, facts.Modified, facts.Size, content, linkTarget);

    public void Write(FrameWriter writer)
    {
        writer.Byte((byte)Kind).Number((int)Mode).Number((int)User).Number((int)Group).Long(Modified).Long(Size).Flag(Content is not null);
        if (Content is { } content)
        {
            writer.Hash(content);
        }

        if (Kind == FileKind.Link)
        {
            writer.Path(LinkTarget);
        }
    }

    public static EntryFacts Read(ref Frame frame)
    {
        var kind = (FileKind)frame.Byte();
        if (kind is not (FileKind.File or FileKind.Directory or FileKind.Link or FileKind.Special))
        {
            throw new WireException("an entry of an unknown kind");
        }

        var facts = new EntryFacts(kind, (uint)frame.Number(), (uint)frame.Number(), (uint)frame.Number(), frame.Long(), frame.Long(), null, "");
        if (facts.Size < 0 || (kind == FileKind.File && facts.Size > LongestFile))
        {
            throw new WireException("a file of an impossible length");
        }

        var content = frame.Flag() ? frame.Hash() : (UInt128?)null;
        return facts with { Content = content, LinkTarget = kind == FileKind.Link ? frame.LinkTarget() : "" };
    }
}

/// <summary>How a file that was asked for was sent.</summary>
internal enum SendResult : byte
{
    /// <summary>Whole; its hash follows.</summary>
    Sent,

    /// <summary>It is no longer there, or no file any more.</summary>
    Gone,

    /// <summary>It was written to while it was read; it is sent again.</summary>
    Changing,

    /// <summary>It cannot be read.</summary>
    Unreadable,
}

/// <summary>Why something on the target differed from what was expected.</summary>
public enum DriftKind : byte
{
    /// <summary>Missing there (or, outside a dry run: it was removed there by somebody else).</summary>
    Missing,

    /// <summary>Another content than the other server ever had.</summary>
    Content,

    /// <summary>There, but not on the source.</summary>
    Extra,

    /// <summary>Permissions, owner or time differ.</summary>
    Attributes,

    /// <summary>A file where the source has a directory, or the like.</summary>
    Kind,
}

/// <summary>One difference.</summary>
/// <param name="Path">Path in the set, for people.</param>
/// <param name="Kind">What differs.</param>
/// <param name="Detail">In words: sizes and times of both sides.</param>
/// <param name="At">When it was seen.</param>
/// <param name="KeptAs">Where the replaced one is kept on the target; empty when nothing was replaced.</param>
public sealed record FileDrift(string Path, DriftKind Kind, string Detail, DateTimeOffset At, string KeptAs);

/// <summary>One thing that could not be copied.</summary>
/// <param name="Path">Path in the set, for people; empty: the set.</param>
/// <param name="Code">Machine readable, for example <c>no-space</c>.</param>
/// <param name="Sentence">For people.</param>
/// <param name="At">When it was seen last.</param>
public sealed record FileProblem(string Path, string Code, string Sentence, DateTimeOffset At);

/// <summary>What one comparison, or one batch of changes, came to.</summary>
/// <param name="Applied">Things created, replaced, changed or removed on the target.</param>
/// <param name="Bytes">Bytes written there.</param>
/// <param name="Differences">Things that differed (in a dry run: would be changed).</param>
/// <param name="Recycled">Things moved to the recycle folder.</param>
/// <param name="Failed">Things that could not be done.</param>
public readonly record struct SyncCounts(long Applied, long Bytes, long Differences, long Recycled, long Failed);
