using HaConsole.Engine.FileSets;
using HaConsole.Engine.Notifications;
using HaConsole.Engine.Status;
using HaConsole.Storage;

namespace HaConsole.Web.Metrics;

/// <summary>Everything that the metrics of one moment are read from. All of it is in memory: nothing waits for a disk, the database or the peer.</summary>
public sealed record MetricFacts
{
    /// <summary>State of the pair.</summary>
    public required StatusSnapshot Status { get; init; }

    /// <summary>The answering server; null while it has no number.</summary>
    public ServerStatus? Own => Status.Servers.FirstOrDefault(server => server.Local);

    /// <summary>The other server; null when there is none.</summary>
    public ServerStatus? Other => Status.Servers.FirstOrDefault(server => !server.Local);

    /// <summary>Probes of this server.</summary>
    public required EngineHistory History { get; init; }

    /// <summary>File sets as this server sees them.</summary>
    public IReadOnlyList<FileSetStatus> FileSets { get; init; } = [];

    /// <summary>Channels as this server sees them.</summary>
    public IReadOnlyList<ChannelStatus> Channels { get; init; } = [];

    /// <summary>The database.</summary>
    public required DatabaseStatus Database { get; init; }

    /// <summary>Entries of this server's audit log.</summary>
    public long AuditEntries { get; init; }

    /// <summary>Audit entries that wait for the disk.</summary>
    public int AuditWaiting { get; init; }

    /// <summary>Browsers that are signed in here.</summary>
    public int Sessions { get; init; }

    /// <summary>Pages that are open here.</summary>
    public int Circuits { get; init; }

    /// <summary>What was counted since the process started.</summary>
    public required MetricCounts Counts { get; init; }

    /// <summary>When the process started (UTC).</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>Processor seconds that the process has used.</summary>
    public double ProcessorSeconds { get; init; }

    /// <summary>Memory of the process, in bytes.</summary>
    public long MemoryBytes { get; init; }
}

/// <summary>Counts since the process started.</summary>
/// <param name="Transitions">Changes of this server's role.</param>
/// <param name="Events">Events of this server by severity.</param>
/// <param name="Deliveries">Notifications that ended, by channel and result.</param>
/// <param name="DualActiveSeconds">Seconds in which this server saw two Actives.</param>
/// <param name="NoActiveSeconds">Seconds in which this server saw no Active.</param>
public sealed record MetricCounts(
    IReadOnlyDictionary<(string From, string To), long> Transitions,
    IReadOnlyDictionary<string, long> Events,
    IReadOnlyDictionary<(string Channel, string Result), long> Deliveries,
    double DualActiveSeconds,
    double NoActiveSeconds);
