using HaConsole.Engine.Configuration;
using HaConsole.Failover;

namespace HaConsole.Engine.FileSets;

/// <summary>What file sets need of the rest of the engine.</summary>
internal sealed record FileSetContext
{
    public required string DataDirectory { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Directory of a set on this server.</summary>
    public Func<FileSetDefinition, string> PathOf { get; init; } = static set => set.Path;

    /// <summary>Opens a duplex stream to the other server's file sets; fails with a sentence.</summary>
    public required Func<CancellationToken, Task<Stream>> Open { get; init; }

    /// <summary>Epoch of this server.</summary>
    public required Func<long> Epoch { get; init; }

    /// <summary>Something that people must see.</summary>
    public required Action<string, string, Severity> Event { get; init; }

    /// <summary>A status has changed.</summary>
    public required Action Changed { get; init; }
}
