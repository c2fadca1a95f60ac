namespace HaConsole.Engine.Configuration;

/// <summary>Where events, users and reports are kept (<c>Database:*</c>); never needed to run the pair.</summary>
public sealed record DatabaseOptions
{
    /// <summary>Npgsql connection string; empty = embedded PostgreSQL started by the process. Default empty.</summary>
    public string ConnectionString { get; init; } = "";

    /// <summary>Days that events and audit entries are kept, 1 … 36,500. Default 400.</summary>
    public int KeepDays { get; init; } = 400;

    /// <summary>Estimated bytes that events may take with their indexes; 0 = no limit. Default 2 GB.</summary>
    public long KeepBytes { get; init; } = 2_000_000_000;

    /// <summary>Days that an alarm which nobody acknowledged survives <see cref="KeepBytes"/>, 0 … 36,500. Default 90.</summary>
    public int KeepOpenAlarmsDays { get; init; } = 90;
}

/// <summary>A third vote (<c>Witness:*</c>).</summary>
public sealed record WitnessOptions
{
    /// <summary><c>none</c> or <c>etcd</c>. Default <c>none</c>.</summary>
    public string Type { get; init; } = "none";

    /// <summary>etcd: URLs of its members.</summary>
    public IReadOnlyList<string> Endpoints { get; init; } = [];

    /// <summary>A witness is configured.</summary>
    public bool IsConfigured => !string.Equals(Type, "none", StringComparison.OrdinalIgnoreCase) && Type.Length > 0;
}

/// <summary>Everything that a server is started with.</summary>
/// <param name="Node">This server alone.</param>
/// <param name="Pair">The pair <c>default</c>: values at first start only, afterwards the replicated ones rule.</param>
/// <param name="Database">Database.</param>
/// <param name="Witness">Witness.</param>
/// <param name="Pairs">Further pairs by name (<c>Pairs:NAME:*</c>).</param>
/// <param name="Problems">Every problem found, errors and warnings.</param>
public sealed record StartConfiguration(
    NodeOptions Node,
    PairConfiguration Pair,
    DatabaseOptions Database,
    WitnessOptions Witness,
    IReadOnlyDictionary<string, PairConfiguration> Pairs,
    IReadOnlyList<ConfigurationProblem> Problems)
{
    /// <summary>A problem that stops the start is among <see cref="Problems"/>.</summary>
    public bool IsRefused => Problems.Any(p => !p.IsWarning);
}
