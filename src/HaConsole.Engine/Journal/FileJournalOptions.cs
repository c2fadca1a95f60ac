namespace HaConsole.Engine.Journal;

/// <summary>Bounds of a <see cref="FileJournal"/>.</summary>
public sealed record FileJournalOptions
{
    /// <summary>Size in bytes at which a day's file is continued in another one (<c>ft-20261120.2.log</c>). Default 10 MB.</summary>
    public long MaxFileBytes { get; init; } = 10_000_000;

    /// <summary>Size in bytes of each of the two folders (logs, journal); the oldest files are deleted. Default 200 MB.</summary>
    public long MaxFolderBytes { get; init; } = 200_000_000;

    /// <summary>Days that files are kept. Default 30.</summary>
    public int KeepDays { get; init; } = 30;

    /// <summary>Events and lines that may wait in memory for the disk. Default 10,000.</summary>
    public int MaxWaiting { get; init; } = 10_000;

    /// <summary>Last events held in memory for pages and readers. Default 5,000.</summary>
    public int MaxRemembered { get; init; } = 5_000;

    /// <summary>Time between two attempts while the disk refuses. Default 1 s.</summary>
    public TimeSpan RetryEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Pair that the events belong to. Default <c>default</c>.</summary>
    public string Pair { get; init; } = "default";
}
