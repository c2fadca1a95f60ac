using System.Text.Json.Serialization;

namespace HaConsole.Engine.FileSets;

/// <summary>What a file set does on one server.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FileSetState>))]
public enum FileSetState
{
    /// <summary>Nothing yet, or nobody to talk to.</summary>
    Waiting,

    /// <summary>Everything is compared without changing anything.</summary>
    Auditing,

    /// <summary>Everything is compared and made equal.</summary>
    Synchronising,

    /// <summary>Equal as far as is known; changes are copied as they come.</summary>
    InSync,

    /// <summary>There are differences that are not copied by themselves, or could not be.</summary>
    OutOfSync,

    /// <summary>It does not work, see the problem.</summary>
    Failed,
}

/// <summary>What this server does for a set.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FileSetSide>))]
public enum FileSetSide
{
    /// <summary>Neither: no role, or no peer.</summary>
    None,

    /// <summary>It sends: the Active.</summary>
    Source,

    /// <summary>It receives: the Standby.</summary>
    Target,
}

/// <summary>One file set as one server sees it.</summary>
public sealed record FileSetStatus
{
    /// <summary>Name of the set.</summary>
    public required string Name { get; init; }

    /// <summary>Its directory.</summary>
    public required string Path { get; init; }

    /// <summary>What this server does for it.</summary>
    public FileSetSide Side { get; init; }

    /// <summary>State.</summary>
    public FileSetState State { get; init; }

    /// <summary>Why it is so, for people.</summary>
    public string Sentence { get; init; } = "";

    /// <summary>Since when the state is so.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>When what has failed is tried again; null when nothing waits for that.</summary>
    public DateTimeOffset? NextTryAt { get; init; }

    /// <summary>When both sides agreed last; null: never in this process.</summary>
    public DateTimeOffset? AgreedAt { get; init; }

    /// <summary>When everything was compared last.</summary>
    public DateTimeOffset? ComparedAt { get; init; }

    /// <summary>How long that took, in seconds.</summary>
    public double? CompareSeconds { get; init; }

    /// <summary>Seconds from the notice of the last change to its confirmation by the other server.</summary>
    public double? LagSeconds { get; init; }

    /// <summary>Progress of what runs, or of the last run.</summary>
    public SyncProgress? Progress { get; init; }

    /// <summary>Differences since the last audit or synchronisation.</summary>
    public long DriftCount { get; init; }

    /// <summary>The last of them, at most 1000.</summary>
    public IReadOnlyList<FileDrift> Drifts { get; init; } = [];

    /// <summary>What could not be copied, at most 1000.</summary>
    public IReadOnlyList<FileProblem> Problems { get; init; } = [];

    /// <summary>Directories watched for changes.</summary>
    public int WatchedDirectories { get; init; }

    /// <summary>Files known with their content.</summary>
    public int KnownFiles { get; init; }
}

/// <summary>What an operator wants of a set.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FileSetCommand>))]
public enum FileSetCommand
{
    /// <summary>Compare everything and change nothing.</summary>
    Audit,

    /// <summary>Compare everything and make the Standby as the Active.</summary>
    Push,

    /// <summary>Compare everything and make the Active as the Standby; what is replaced goes to the recycle folder.</summary>
    Fetch,
}
