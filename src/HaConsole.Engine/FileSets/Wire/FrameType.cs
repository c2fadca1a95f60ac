namespace HaConsole.Engine.FileSets.Wire;

/// <summary>What a frame of the file channel says. Values never change; new ones are only sent to a server that has announced them.</summary>
internal enum FrameType : byte
{
    /// <summary>Keeps the channel alive.</summary>
    Ping = 0,

    /// <summary>First frame of who opens: version, set, direction.</summary>
    Hello = 1,

    /// <summary>Answer: accepted, or why not.</summary>
    Welcome = 2,

    /// <summary>Source: a comparison of everything begins.</summary>
    PassBegin = 10,

    /// <summary>Source: a directory, the names of which follow in order.</summary>
    DirectoryBegin = 11,

    /// <summary>Source: one name in the directory.</summary>
    Entry = 12,

    /// <summary>Source: there is nothing more in the directory.</summary>
    DirectoryEnd = 13,

    /// <summary>Source: one name anywhere that has changed.</summary>
    Changed = 14,

    /// <summary>Source: nothing is there any more.</summary>
    Gone = 15,

    /// <summary>Source: answer when everything before is done.</summary>
    Mark = 16,

    /// <summary>Source: a whole small file.</summary>
    WholeFile = 20,

    /// <summary>Source: a file begins.</summary>
    FileBegin = 21,

    /// <summary>Source: bytes of it, from an offset.</summary>
    FileData = 22,

    /// <summary>Source: it ends, with its hash or why it is not sent.</summary>
    FileEnd = 23,

    /// <summary>Target: send that file; with hashes of what is here.</summary>
    Want = 30,

    /// <summary>Target: everything before a mark is done.</summary>
    Marked = 31,

    /// <summary>Target: something differed that was not expected to.</summary>
    Drift = 32,

    /// <summary>Target: something could not be done.</summary>
    Problem = 33,

    /// <summary>Target: look at that path again.</summary>
    LookAgain = 34,
}
