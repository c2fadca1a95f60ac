namespace HaConsole.Engine.Services;

/// <summary>What the supervisor process runs.</summary>
public sealed record SupervisorOptions
{
    /// <summary>Program of the worker: a full path or found by the search path.</summary>
    public required string WorkerFile { get; init; }

    /// <summary>Its arguments.</summary>
    public IReadOnlyList<string> WorkerArguments { get; init; } = [];

    /// <summary>Environment variables that the worker gets in addition to the supervisor's own.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Data directory of this server. Relative to the current directory.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>How long the worker may take for its orderly stop before it is killed. Default 90 s.</summary>
    public TimeSpan WorkerStopTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Lease of services whose worker died without ever having renewed. Default 30 s.</summary>
    public TimeSpan OrphanLease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Clock. Default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Options that start this very program again as the worker, whether it runs from its own executable or by <c>dotnet</c>.
    /// </summary>
    /// <param name="dataDirectory">Data directory of this server.</param>
    /// <param name="workerArguments">Arguments of the worker.</param>
    public static SupervisorOptions ForThisProgram(string dataDirectory, IReadOnlyList<string> workerArguments)
    {
        var file = System.Environment.ProcessPath ?? throw new InvalidOperationException("the path of this program is unknown");
        var entry = System.Environment.GetCommandLineArgs()[0];
        var byDotnet = Path.GetFileNameWithoutExtension(file) == "dotnet" && entry.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);
        return new SupervisorOptions
        {
            WorkerFile = file,
            WorkerArguments = byDotnet ? ["exec", Path.GetFullPath(entry), .. workerArguments] : workerArguments,
            DataDirectory = dataDirectory,
        };
    }
}
