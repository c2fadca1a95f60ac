namespace HaConsole.Engine.Configuration;

/// <summary>A directory that the Standby holds as the Active has it. Seconds are decimal numbers.</summary>
public sealed record FileSetDefinition
{
    /// <summary>Unique name: letters, digits, <c>-</c>, <c>_</c>, <c>.</c></summary>
    public string Name { get; init; } = "";

    /// <summary>Absolute path of the directory, the same on both servers.</summary>
    public string Path { get; init; } = "";

    /// <summary>Files that are copied: <c>*</c>, <c>?</c> within a name, <c>**</c> across; without <c>/</c> a name at any depth. Empty: all.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Files and directories that are not copied; stronger than <see cref="Include"/>.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Copies by itself; off: differences are only shown until somebody synchronises. Default on.</summary>
    public bool Automatic { get; init; } = true;

    /// <summary>Seconds between two comparisons of everything; also at the start, after a takeover and after a lost connection. Default 3600; 10 … 604800.</summary>
    public double CompareInterval { get; init; } = 3600;

    /// <summary>Compresses what is worth it. Default off: a fast network is quicker without.</summary>
    public bool Compress { get; init; }

    /// <summary>Bytes per second at most; 0 = no limit. Default 0.</summary>
    public long BytesPerSecond { get; init; }

    /// <summary>Days that replaced and removed files are kept in <c>.haconsole/recycle</c> of the directory. Default 7; 0 … 3650.</summary>
    public int KeepDays { get; init; } = 7;

    /// <summary>Shell command on the receiving server before the first change of a batch; when it fails, nothing is changed. Default none.</summary>
    public string CommandBefore { get; init; } = "";

    /// <summary>Shell command on the receiving server after the last change of a batch. Default none.</summary>
    public string CommandAfter { get; init; } = "";

    /// <summary>Seconds until a command is killed. Default 60; 0.1 … 3600.</summary>
    public double CommandTimeout { get; init; } = 60;
}
