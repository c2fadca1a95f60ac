namespace HaConsole.Storage;

/// <summary>Where the database is and how long it keeps what people look at later (section <c>Database</c>).</summary>
public sealed record DatabaseOptions
{
    /// <summary>Npgsql connection string of a PostgreSQL of the operator's own (12 or newer). Default empty: embedded PostgreSQL under the data directory.</summary>
    public string ConnectionString { get; init; } = "";

    /// <summary><c>Node:DataDirectory</c>; the embedded cluster is its folder <c>database</c>.</summary>
    public string DataDirectory { get; init; } = "data";

    /// <summary>Days that events and audit entries are kept, 1 … 36,500. Default 400.</summary>
    public int KeepDays { get; init; } = 400;

    /// <summary>Estimated bytes that events may take with their indexes; the oldest are deleted. 0 = no limit. Default 2 GB.</summary>
    public long KeepBytes { get; init; } = 2_000_000_000;

    /// <summary>Days that an alarm which nobody acknowledged survives <see cref="KeepBytes"/>, 0 … 36,500. Default 90.</summary>
    public int KeepOpenAlarmsDays { get; init; } = 90;
}
